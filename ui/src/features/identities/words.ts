/** How users and roles are spoken of, and the documents they begin with. */
import type { IdentityDetails, IdentityView } from "$lib/api/types";
import { formatAgo } from "$lib/format/date";
import { formatNumberOf } from "$lib/format/size";
import type { IconName } from "$lib/icons";

interface Words {
  word: string;
  icon: IconName;
  tone: "neutral" | "accent" | "info";
}

/** What an identity is, in a word and a picture. */
export function kindOf({ kind, owner }: Pick<IdentityView, "kind" | "owner">): Words {
  if (owner) return { word: "Owner", icon: "shield", tone: "accent" };
  return kind === "role"
    ? { word: "Role", icon: "people", tone: "info" }
    : { word: "User", icon: "user", tone: "neutral" };
}

/** What stands below a name in the list. */
export function factsOf(it: IdentityView, now: number): string[] {
  const facts = [];
  if (it.owner) facts.push("no policy binds it");
  else if (it.policies.length === 0) facts.push("no policy: may do nothing by itself");
  else facts.push(`${it.policies.length === 1 ? "policy" : "policies"} ${it.policies.join(", ")}`);
  if (it.kind === "user") {
    facts.push(it.keys === 0 ? "no keys" : formatNumberOf(it.keys, "key"));
    if (it.keys > 0) facts.push(it.lastUsed === null ? "never used" : used(it.lastUsed, now));
  }
  if (it.buckets > 0) facts.push(`owns ${formatNumberOf(it.buckets, "bucket")}`);
  return facts;
}

const used = (at: number, now: number) => `last used ${formatAgo(at, now)}`;

/** What must be taken away before an identity can be deleted. */
export function standsInTheWay({ keys, policies, buckets }: IdentityDetails): string[] {
  return [
    ...(keys.length > 0 ? [formatNumberOf(keys.length, "access key")] : []),
    ...(policies.length > 0 ? [formatNumberOf(policies.length, "policy", "policies")] : []),
    ...(buckets > 0 ? [formatNumberOf(buckets, "bucket")] : []),
  ];
}

/** Writes "a", "a and b", "a, b and c". */
export function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** Says why a name is refused, or null; AWS has the same rule. */
export function nameRefusal(name: string): string | null {
  if (name === "") return "Type a name.";
  if (!/^[\w+=,.@-]+$/.test(name)) return "A name has only letters, digits and + = , . @ _ -.";
  return name.length > 64 ? "A name has at most 64 characters." : null;
}

/** Says why the name of a policy is refused, or null. */
export function policyNameRefusal(name: string, taken: readonly string[]): string | null {
  if (taken.includes(name)) return "There is a policy of this name.";
  return name.length > 128 ? "A name has at most 128 characters." : nameRefusal(name.slice(0, 64));
}

/** Names a bucket in a template, wherever it names one. */
export function fillBucket(document: string, bucket: string): string {
  return document.replaceAll(/arn:aws:s3:::(?!\*)[^/"]+/g, `arn:aws:s3:::${bucket}`);
}

/** Whether a template is about one bucket. */
export const namesBucket = (document: string): boolean => document !== fillBucket(document, "");

/** The document by which a principal may take a role. */
export function trustFor(arn: string): string {
  const statement = { Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
}

/** The account that an identity belongs to, as a principal. */
export const accountOf = (arn: string): string => arn.replace(/:(user|role)\/.*$/, ":root");

const HOUR_SECONDS = 3_600;

export const SESSION_LENGTHS = [
  { value: String(HOUR_SECONDS), label: "1 hour" },
  { value: String(4 * HOUR_SECONDS), label: "4 hours" },
  { value: String(12 * HOUR_SECONDS), label: "12 hours" },
];

/** Writes how long a session lives at most. */
export function sessionLength(seconds: number): string {
  const known = SESSION_LENGTHS.find(({ value }) => value === String(seconds));
  return known?.label ?? formatNumberOf(Math.round(seconds / 60), "minute");
}
