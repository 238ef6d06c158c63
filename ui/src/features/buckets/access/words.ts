/** How access to a bucket is spoken of, and written for the terminal. */
import type { BucketAccess, BucketPolicyCheck, PublicBlock, SimulationBy } from "$lib/api/types";
import { elementLines, type LineRange } from "$lib/jsonLines";
import { compactJson, shellWord } from "$lib/shell";

/** The four switches: what each is called on Amazon S3, and what it does. */
export const SWITCHES: readonly { id: keyof PublicBlock; label: string; help: string }[] = [
  {
    id: "blockAcls",
    label: "Refuse public access control lists",
    help: "BlockPublicAcls: a request that would give everyone access by a list fails. Lists that are there stay.",
  },
  {
    id: "ignoreAcls",
    label: "Ignore public access control lists",
    help: "IgnorePublicAcls: lists that are there, or come later, give everyone nothing.",
  },
  {
    id: "blockPolicy",
    label: "Refuse public policies",
    help: "BlockPublicPolicy: a bucket policy that lets everyone in cannot be set. One that is there stays.",
  },
  {
    id: "restrictBuckets",
    label: "Keep the public out in spite of a public policy",
    help: "RestrictPublicBuckets: a public policy lets in nobody but identities of this vault.",
  },
];

const IDS = SWITCHES.map(({ id }) => id);

export const allOn = (block: PublicBlock): boolean => IDS.every((id) => block[id]);

export const sameBlock = (one: PublicBlock, other: PublicBlock): boolean =>
  IDS.every((id) => one[id] === other[id]);

/** All four switches in one position. */
export function allAt(on: boolean): PublicBlock {
  return { blockAcls: on, ignoreAcls: on, blockPolicy: on, restrictBuckets: on };
}

/** The switches alone, as they are sent. */
export function blockOf(view: PublicBlock): PublicBlock {
  const { blockAcls, ignoreAcls, blockPolicy, restrictBuckets } = view;
  return { blockAcls, ignoreAcls, blockPolicy, restrictBuckets };
}

/** Whether a policy would let everyone in once it is set here. */
export function letsPublicIn(check: BucketPolicyCheck | undefined, block: PublicBlock): boolean {
  return check?.isPublic === true && !block.restrictBuckets;
}

/** Where in a policy the statement stands that decided, by what it says or else by its name; null elsewhere. */
export function linesOfStatement(
  policy: string,
  decided: Pick<SimulationBy, "statement" | "sid">,
): LineRange | null {
  try {
    const { Statement: listed } = JSON.parse(policy) as { Statement?: unknown };
    const all: unknown[] = Array.isArray(listed) ? listed : [listed];
    const wanted = canonical(JSON.parse(decided.statement));
    const same = all.findIndex((it) => canonical(it) === wanted);
    const at = same < 0 ? all.findIndex((it) => sidOf(it) === decided.sid) : same;
    return at < 0 ? null : (elementLines(policy, "Statement")[at] ?? null);
  } catch {
    return null;
  }
}

/** The name of a statement; one without is none's namesake. */
function sidOf(statement: unknown): string | undefined {
  const sid = (statement as { Sid?: unknown } | null)?.Sid;
  return typeof sid === "string" ? sid : undefined;
}

/** Writes a value so that neither the order of names nor spaces matter, nor one text for a list of one. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 1 ? canonical(value[0]) : `[${value.map(canonical).sort().join()}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const parts = Object.entries(value).map(([name, it]) => `${name}:${canonical(it)}`);
  return `{${parts.sort().join()}}`;
}

const statement = (
  Sid: string,
  Effect: "Allow" | "Deny",
  Principal: unknown,
  rest: Record<string, unknown>,
) => ({ Sid, Effect, Principal, ...rest });

/** Policies to begin with. */
export function beginnings(arn: string): { label: string; policy: string }[] {
  const write = (...Statement: unknown[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement }, null, 2);
  const all = [arn, `${arn}/*`];
  const user = { AWS: "arn:aws:iam::000000000000:user/NAME" };
  const account = { AWS: "arn:aws:iam::000000000000:root" };
  return [
    {
      label: "A user may read",
      policy: write(
        statement("UserReads", "Allow", user, {
          Action: ["s3:GetObject", "s3:ListBucket"],
          Resource: all,
        }),
      ),
    },
    {
      label: "Every identity of this vault may read",
      policy: write(
        statement("VaultReads", "Allow", account, {
          Action: ["s3:GetObject", "s3:ListBucket"],
          Resource: all,
        }),
      ),
    },
    {
      label: "Everyone may read (public)",
      policy: write(
        statement("EveryoneReads", "Allow", "*", { Action: "s3:GetObject", Resource: `${arn}/*` }),
      ),
    },
    {
      label: "Nobody may delete",
      policy: write(
        statement("NobodyDeletes", "Deny", "*", {
          Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
          Resource: `${arn}/*`,
        }),
      ),
    },
  ];
}

/** The policy on the aws command line. */
export function policyCommand(bucket: string, policy: string, endpointUrl: string): string {
  const to = `--bucket ${shellWord(bucket)}`;
  const at = `--endpoint-url ${shellWord(endpointUrl)}`;
  return policy === ""
    ? `aws s3api delete-bucket-policy ${to} ${at}`
    : `aws s3api put-bucket-policy ${to} --policy ${shellWord(compactJson(policy))} ${at}`;
}

/** The four switches on the aws command line. */
export function blockCommand(bucket: string, block: PublicBlock, endpointUrl: string): string {
  const { blockAcls, ignoreAcls, blockPolicy, restrictBuckets } = block;
  const words = [
    `BlockPublicAcls=${blockAcls}`,
    `IgnorePublicAcls=${ignoreAcls}`,
    `BlockPublicPolicy=${blockPolicy}`,
    `RestrictPublicBuckets=${restrictBuckets}`,
  ].join(",");
  return (
    `aws s3api put-public-access-block --bucket ${shellWord(bucket)} ` +
    `--public-access-block-configuration ${shellWord(words)} --endpoint-url ${shellWord(endpointUrl)}`
  );
}

/** In a word, whether everyone may come in. */
export function publicWord({ isPublic }: Pick<BucketAccess, "isPublic">) {
  return isPublic
    ? ({ word: "Public", icon: "warning", tone: "danger" } as const)
    : ({ word: "Not public", icon: "lock", tone: "success" } as const);
}
