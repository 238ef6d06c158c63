/** The fake's users and roles: a few of each kind, and the refusals that guard them. */
import { ApiError } from "./errors";
import type { FakeKeys } from "./fake-developer";
import { DAY, HOUR, MINUTE } from "./fake-seed";
import { missing, type World } from "./fake-world";
import type {
  IdentityDetails,
  IdentityKind,
  IdentityView,
  InlinePolicy,
  PolicyCheck,
  PolicyTemplate,
  SessionView,
} from "./types";

export const OWNER = "admin";

const ACCOUNT = "000000000000";

interface Identity {
  name: string;
  kind: IdentityKind;
  created: number;
  description: string;
  policies: InlinePolicy[];
  trust: string | null;
  sessionSeconds: number | null;
  sessions: SessionView[];
  buckets: number;
}

/** Writes a policy with one statement that allows actions on resources. */
function allow(actions: string[], resources: string[]): string {
  const statement = { Effect: "Allow", Action: actions, Resource: resources };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
}

const arnOf = (bucket: string) => `arn:aws:s3:::${bucket}`;
const READ = (bucket: string) =>
  allow(["s3:GetObject", "s3:ListBucket"], [arnOf(bucket), arnOf(`${bucket}/*`)]);

export const TRUST_ADA = JSON.stringify(
  {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/ada` },
        Action: "sts:AssumeRole",
      },
    ],
  },
  null,
  2,
);

export class FakeIdentities {
  private known: Identity[];

  constructor(
    private readonly world: World,
    private readonly keys: FakeKeys,
    seeded: boolean,
  ) {
    const owner = { ...this.fresh(OWNER, "user"), buckets: seeded ? 6 : 0 };
    this.known = seeded ? [owner, ...this.seeds()] : [owner];
  }

  list(): IdentityView[] {
    this.adoptKeyHolders();
    return this.known.map((it) => {
      const { policies, keys, ...rest } = this.detailsOf(it);
      return { ...rest, policies: policies.map(({ name }) => name), keys: keys.length };
    });
  }

  details(name: string): IdentityDetails {
    this.adoptKeyHolders();
    return this.detailsOf(this.get(name));
  }

  create(name: string, kind: IdentityKind, rest: Partial<Identity> = {}): void {
    if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
      throw new ApiError(
        "invalid_argument",
        "this name cannot be used",
        "a name has 1 to 64 letters, digits and + = , . @ _ -",
        "",
      );
    }
    if (this.list().some((it) => it.name.toLowerCase() === name.toLowerCase())) {
      const hint = "Users and roles share their names: choose another.";
      throw new ApiError("identity_exists", `${name} is taken`, "", hint);
    }
    this.known = [...this.known, { ...this.fresh(name, kind), ...rest }];
    this.changed();
  }

  remove(name: string): void {
    const { keys, policies, buckets } = this.details(name);
    const held = [
      ...keys.map(({ id }) => `the access key ${id}`),
      ...policies.map((policy) => `the policy ${policy.name}`),
      ...(buckets > 0 ? [`${String(buckets)} buckets`] : []),
    ];
    if (held.length > 0) {
      const why = `it still has ${held.join(", ")}`;
      throw new ApiError(
        "identity_in_use",
        `${name} is not deleted`,
        why,
        "Take these away first.",
      );
    }
    this.known = this.known.filter((it) => it.name !== name);
    this.changed();
  }

  putPolicy(identity: string, name: string, document: string): void {
    const found = checkIdentityPolicy(document).problems[0];
    if (found) throw new ApiError("malformed_policy", found.message, "", "Mend the policy.");
    this.change(identity, (it) => ({
      ...it,
      policies: [...it.policies.filter((policy) => policy.name !== name), { name, document }],
    }));
  }

  deletePolicy(identity: string, name: string): void {
    this.change(identity, (it) => ({
      ...it,
      policies: it.policies.filter((policy) => policy.name !== name),
    }));
  }

  putTrust(role: string, document: string): void {
    this.change(role, (it) => ({ ...it, trust: document }));
  }

  revokeSessions(identity: string): void {
    this.change(identity, (it) => ({ ...it, sessions: [] }));
  }

  templates(): PolicyTemplate[] {
    const bucket = "BUCKET";
    const everything = [arnOf(bucket), arnOf(`${bucket}/*`)];
    return [
      { name: "read-bucket", title: "Read a bucket", document: READ(bucket) },
      {
        name: "write-bucket",
        title: "Write a bucket",
        document: allow(["s3:PutObject", "s3:DeleteObject"], [arnOf(`${bucket}/*`)]),
      },
      {
        name: "whole-bucket",
        title: "Everything in a bucket",
        document: allow(["s3:*"], everything),
      },
      { name: "all-of-s3", title: "All of S3", document: allow(["s3:*"], ["*"]) },
      {
        name: "own-buckets",
        title: "Buckets of its own",
        document: allow(["s3:CreateBucket", "s3:ListAllMyBuckets"], ["*"]),
      },
    ];
  }

  private detailsOf(it: Identity): IdentityDetails {
    const keys = this.keys.list().filter(({ user }) => user === it.name);
    const uses = keys.flatMap(({ lastUsed }) => lastUsed?.at ?? []);
    const sessions = it.sessions.filter(({ expires }) => expires > this.world.clock.now());
    return {
      ...it,
      sessions,
      keys,
      arn: `arn:aws:iam::${ACCOUNT}:${it.kind}/${it.name}`,
      lastUsed: uses.length > 0 ? Math.max(...uses) : null,
      owner: it.name === OWNER,
    };
  }

  /** A key for a name that nobody has makes its user. */
  private adoptKeyHolders(): void {
    for (const { user } of this.keys.list()) {
      if (this.known.some(({ name }) => name === user)) continue;
      this.known = [...this.known, this.fresh(user, "user")];
    }
  }

  private change(name: string, become: (it: Identity) => Identity): void {
    this.get(name);
    this.known = this.known.map((it) => (it.name === name ? become(it) : it));
    this.changed();
  }

  private get(name: string): Identity {
    const found = this.known.find((it) => it.name === name);
    if (found === undefined) throw missing("identity", name);
    return found;
  }

  private fresh(name: string, kind: IdentityKind): Identity {
    const created = this.world.clock.now();
    const none = { description: "", trust: null, sessionSeconds: null, buckets: 0 };
    return { name, kind, created, policies: [], sessions: [], ...none };
  }

  private seeds(): Identity[] {
    const now = this.world.clock.now();
    const born = { created: now - 40 * DAY };
    const session = (id: string, name: string, agoMs: number): SessionView => {
      const issued = now - agoMs;
      return { id, name, issued, expires: issued + HOUR };
    };
    return [
      {
        ...this.fresh("ada", "user"),
        ...born,
        policies: [
          { name: "read-photos", document: READ("photos") },
          { name: "take-roles", document: allow(["sts:AssumeRole"], ["*"]) },
        ],
        sessions: [session("s-ada-1", "ada", 12 * MINUTE)],
        buckets: 1,
      },
      {
        ...this.fresh("ci", "user"),
        ...born,
        policies: [{ name: "write-dev", document: allow(["s3:PutObject"], [arnOf("dev/*")]) }],
      },
      { ...this.fresh("visitor", "user"), created: now - 2 * DAY },
      {
        ...this.fresh("night-backup", "role"),
        ...born,
        description: "Reads photos by night, for the copy in the cellar.",
        policies: [{ name: "read-photos", document: READ("photos") }],
        trust: TRUST_ADA,
        sessionSeconds: 3_600,
        sessions: [
          session("s-nb-1", "cellar", 20 * MINUTE),
          session("s-nb-2", "trial", 50 * MINUTE),
        ],
      },
    ];
  }

  private changed(): void {
    this.world.events.emit("change", { kind: "identities", bucket: null, key: null });
  }
}

interface Statement {
  Effect?: unknown;
  Principal?: unknown;
  Action?: unknown;
  Resource?: unknown;
}

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((it) => typeof it === "string");

const lineOf = (text: string, part: string): number | null => {
  const at = text.indexOf(part);
  return at < 0 ? null : text.slice(0, at).split("\n").length;
};

/** Judges an identity policy: enough of the rules to show each face of the editor. */
export function checkIdentityPolicy(text: string): PolicyCheck {
  const none = { locksOut: false, allows: [] };
  let policy: { Statement?: unknown };
  try {
    policy = JSON.parse(text) as { Statement?: unknown };
  } catch {
    const line = text.split("\n").length;
    return { valid: false, problems: [{ line, message: "this is not valid JSON" }], ...none };
  }
  const statements = statementsOf(policy.Statement);
  const problems = statements.flatMap((statement) => {
    if (statement.Principal !== undefined) {
      const message = "a policy of an identity names no Principal: it is about whoever has it";
      return [{ line: lineOf(text, '"Principal"'), message }];
    }
    const wrong = textsOf(statement.Action).filter((it) => !/^(\*|(s3|sts|kms):[\w*]+)$/.test(it));
    return wrong.map((it) => ({
      line: lineOf(text, `"${it}"`),
      message: `“${it}” is no action`,
    }));
  });
  if (statements.length === 0) {
    problems.push({ line: 1, message: "a policy has a list named Statement" });
  }
  const allows = statements
    .filter(({ Effect }) => Effect === "Allow")
    .map((it) => ({
      who: textsOf(it.Action).join(", "),
      what: `On ${textsOf(it.Resource).join(", ").replaceAll("arn:aws:s3:::", "")}`,
    }));
  return { valid: problems.length === 0, problems, locksOut: false, allows };
}

const statementsOf = (value: unknown): Statement[] =>
  Array.isArray(value) ? (value as Statement[]) : [];
