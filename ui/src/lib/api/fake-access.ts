/** The fake's policies of buckets, its block of the public, and who may do what. */
import { ApiError } from "./errors";
import { decide, listOf, statementsOf, USER_ARN, type Asked, type Statement } from "./fake-decide";
import type { Buckets } from "./fake-buckets";
import { lineOf, lineOfError, namesOf, write } from "./fake-policy";
import type { BucketSettingsOf } from "./fake-settings";
import type { World } from "./fake-world";
import type {
  BucketAccess,
  BucketPolicyCheck,
  EffectiveAccess,
  PolicyAllowance,
  PolicyProblem,
  PublicBlock,
  PublicBlockView,
  SimulateRequest,
  Simulation,
} from "./types";

const arn = (path: string) => `arn:aws:s3:::${path}`;
const policy = (...Statement: Statement[]) => write({ Version: "2012-10-17", Statement });

const PHOTOS = policy(
  {
    Sid: "CiReads",
    Effect: "Allow",
    Principal: { AWS: `${USER_ARN}ci` },
    Action: ["s3:GetObject", "s3:ListBucket"],
    Resource: [arn("photos"), arn("photos/*")],
  },
  {
    Sid: "DenyUnencrypted",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: arn("photos/*"),
    Condition: { Null: { "s3:x-amz-server-side-encryption": "true" } },
  },
);

const WEBSITE = policy({
  Sid: "EveryoneReads",
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: arn("website/*"),
});

/** Those who have policies of their own. */
export interface People {
  list(): { name: string; kind: "user" | "role" }[];
  details(name: string): { policies: { name: string; document: string }[] };
}

const CLOSED: PublicBlock = {
  blockAcls: true,
  ignoreAcls: true,
  blockPolicy: true,
  restrictBuckets: true,
};

const OPEN: PublicBlock = {
  blockAcls: false,
  ignoreAcls: false,
  blockPolicy: false,
  restrictBuckets: false,
};

const ACTIONS = [
  "s3:GetObject",
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:ListBucket",
  "s3:GetObjectVersion",
  "s3:DeleteObjectVersion",
  "s3:PutObjectAcl",
  "s3:PutBucketPolicy",
  "s3:PutBucketCORS",
];

export class FakeAccess {
  private readonly policies = new Map([
    ["photos", PHOTOS],
    ["website", WEBSITE],
  ]);
  private readonly blocks = new Map<string, PublicBlock>([["website", OPEN]]);

  constructor(
    private readonly world: World,
    private readonly buckets: Buckets,
    private readonly settings: BucketSettingsOf,
    private readonly people: People,
  ) {}

  read(bucket: string): BucketAccess {
    this.buckets.get(bucket);
    const text = this.policies.get(bucket) ?? "";
    const isPublic = isPublicPolicy(text) && !this.block(bucket).restrictBuckets;
    return {
      policy: text,
      publicAccess: this.block(bucket),
      ownership: this.settings.read(bucket, "").ownership,
      isPublic,
      sentence: publicSentence(isPublicPolicy(text), this.block(bucket)),
      reading: readingOf(statementsOf(text)),
      policyArn: arn(bucket),
    };
  }

  check(bucket: string, text: string): BucketPolicyCheck {
    const problems = problemsOf(bucket, text);
    const statements = statementsOf(text);
    return {
      valid: problems.length === 0,
      problems,
      locksOut: false,
      allows: readingOf(statements),
      isPublic: problems.length === 0 && isPublicPolicy(text),
    };
  }

  putPolicy(bucket: string, text: string): void {
    this.buckets.get(bucket);
    if (isPublicPolicy(text) && this.block(bucket).blockPolicy) {
      throw new ApiError(
        "public_policy_blocked",
        "a policy that lets the public in is blocked here",
        "Block Public Access refuses new public policies in this bucket",
        "turn off “Refuse public policies” first, or name who may come in",
      );
    }
    if (text === "") this.policies.delete(bucket);
    else this.policies.set(bucket, text);
    this.changed(bucket);
  }

  putBlock(bucket: string, block: PublicBlock): void {
    this.buckets.get(bucket);
    this.blocks.set(bucket, block);
    this.changed(bucket);
  }

  effective(bucket: string, key: string): EffectiveAccess {
    this.buckets.get(bucket);
    const ask = (identity: string | null, action: string) =>
      this.simulate({
        ...{ identity, action, bucket, key, sessionPolicy: null },
        context: [{ name: "s3:x-amz-server-side-encryption", value: "AES256" }],
      });
    const { allowed } = ask(null, "s3:GetObject");
    const sentence = this.read(bucket).sentence;
    const who = this.people.list().map(({ name, kind }) => {
      const [read, write, remove] = ["GetObject", "PutObject", "DeleteObject"].map((it) =>
        ask(name, `s3:${it}`),
      );
      const why = [read, write, remove].find((it) => it?.allowed)?.sentence ?? read?.sentence ?? "";
      const may = (it: Simulation | undefined) => it?.allowed ?? false;
      return { identity: name, kind, read: may(read), write: may(write), remove: may(remove), why };
    });
    return { public: { allowed, sentence }, who };
  }

  simulate(request: SimulateRequest): Simulation {
    this.buckets.get(request.bucket);
    return decide(request, this.asked(request), this.block(request.bucket).restrictBuckets);
  }

  actions(): string[] {
    return [...ACTIONS];
  }

  private asked({ bucket, identity, sessionPolicy }: SimulateRequest): Asked[] {
    const own = identity === null ? [] : this.people.details(identity).policies;
    const session = sessionPolicy === null ? [] : [statementsOf(sessionPolicy)];
    return [
      ...session.map((statements) => ({ source: "session policy", statements, named: false })),
      ...own.map(({ name, document }) => ({
        source: `policy ${name} of ${identity ?? ""}`,
        statements: statementsOf(document),
        named: false,
      })),
      {
        source: `bucket policy of ${bucket}`,
        statements: statementsOf(this.policies.get(bucket) ?? ""),
        named: true,
      },
    ];
  }

  private block(bucket: string): PublicBlockView {
    return { ...(this.blocks.get(bucket) ?? CLOSED), set: true };
  }

  private changed(bucket: string): void {
    this.world.events.emit("change", { kind: "bucket", bucket, key: null });
  }
}

function publicSentence(policyIsPublic: boolean, block: PublicBlock): string {
  if (policyIsPublic && block.restrictBuckets) {
    return "Its policy lets the public in, but Block Public Access keeps the public out.";
  }
  if (policyIsPublic) return "The bucket's policy lets everyone in.";
  if (block.restrictBuckets) return "Block Public Access is on.";
  return "Nothing here lets everyone in.";
}

function isPublicPolicy(text: string): boolean {
  return statementsOf(text).some(
    ({ Effect, Principal, Condition }) =>
      Effect === "Allow" && namesOf(Principal).includes("*") && Condition === undefined,
  );
}

function readingOf(statements: readonly Statement[]): PolicyAllowance[] {
  return statements.flatMap((statement) =>
    namesOf(statement.Principal).map((who) => ({
      who: who === "*" ? "Everyone" : who.replace(/^.*:(user|role)\//, "$1 "),
      what: whatOf(statement),
    })),
  );
}

function whatOf({ Effect, Action, Condition }: Statement): string {
  const actions = listOf(Action).map((it) => it.replace(/^s3:/, ""));
  const what = actions.includes("*") ? "everything" : actions.join(", ");
  const when = Condition ? ", under a condition" : "";
  return Effect === "Deny" ? `Must not: ${what}${when}` : `May: ${what}${when}`;
}

function problemsOf(bucket: string, text: string): PolicyProblem[] {
  if (text.trim() === "") return [];
  try {
    JSON.parse(text);
  } catch (thrown) {
    return [{ line: lineOfError(text, thrown), message: "this is not valid JSON" }];
  }
  const statements = statementsOf(text);
  if (statements.length === 0) {
    return [{ line: 1, message: "a policy has a list named Statement" }];
  }
  return statements.flatMap((statement) => [
    ...(statement.Effect === "Allow" || statement.Effect === "Deny"
      ? []
      : [{ line: lineOf(text, '"Effect"'), message: "Effect is Allow or Deny" }]),
    ...(namesOf(statement.Principal).length > 0
      ? []
      : [{ line: null, message: "a statement of a bucket policy names its Principal" }]),
    ...listOf(statement.Action)
      .filter((it) => !/^(\*|s3:[A-Za-z*]+)$/.test(it))
      .map((it) => ({ line: lineOf(text, `"${it}"`), message: `“${it}” is no action of S3` })),
    ...listOf(statement.Resource)
      .filter((it) => it !== arn(bucket) && !it.startsWith(arn(`${bucket}/`)))
      .map((it) => ({
        line: lineOf(text, `"${it}"`),
        message: `“${it}” is not in this bucket; its resources begin with ${arn(bucket)}`,
      })),
  ]);
}
