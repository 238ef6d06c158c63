/** How links are spoken of: what each does, how it stands, and what became of each opening. */
import type { DiagnosisPart, LinkKind, LinkOutcome, LinkState, LinkView } from "$lib/api/types";
import { formatAgo, formatDate } from "$lib/format/date";
import type { IconName } from "$lib/icons";

interface Words {
  word: string;
  icon: IconName;
  tone: "success" | "warning" | "danger" | "neutral" | "info";
}

const STATE: Record<LinkState, Words> = {
  live: { word: "Live", icon: "success", tone: "success" },
  expired: { word: "Ended", icon: "hourglass", tone: "neutral" },
  usedUp: { word: "Used up", icon: "check", tone: "neutral" },
  revoked: { word: "Revoked", icon: "deny", tone: "danger" },
};

/** How a link stands, in a word, a picture and a colour. */
export const stateOf = ({ state }: LinkView): Words => STATE[state];

const KIND: Record<LinkKind, { word: string; icon: IconName }> = {
  get: { word: "Download", icon: "download" },
  put: { word: "Upload of one file", icon: "upload" },
  post: { word: "Upload page", icon: "folderUp" },
};

/** What a link lets people do. */
export const kindOf = ({ kind }: LinkView) => KIND[kind];

/** What a link is about. */
export function subjectOf({ bucket, key }: LinkView): string {
  return `${bucket}/${key}`;
}

/** How often a link was opened, of how often it may be. */
export function usesOf({ uses, maxUses, kind }: LinkView): string {
  const verb = kind === "get" ? "opened" : "used";
  if (maxUses !== null) return `${verb} ${String(uses)} of ${String(maxUses)} times`;
  if (uses === 0) return kind === "get" ? "not opened yet" : "not used yet";
  return uses === 1 ? `${verb} once` : `${verb} ${String(uses)} times`;
}

/** What stands below a link's title. */
export function factsOf(link: LinkView, now: number): string[] {
  const facts = [usesOf(link)];
  if (link.lastUsed !== null) facts.push(`last ${formatAgo(link.lastUsed, now)}`);
  if (link.revoked !== null) facts.push(`revoked ${formatDate(link.revoked)}`);
  else facts.push(`${link.expires > now ? "ends" : "ended"} ${formatDate(link.expires)}`);
  if (link.audience === "network") facts.push("on the network");
  return facts;
}

const OUTCOME: Record<LinkOutcome, Words> = {
  used: { word: "Used", icon: "check", tone: "success" },
  revoked: { word: "Refused: revoked", icon: "deny", tone: "danger" },
  expired: { word: "Refused: ended", icon: "deny", tone: "warning" },
  usedUp: { word: "Refused: used up", icon: "deny", tone: "warning" },
  mismatch: { word: "Refused: does not match", icon: "deny", tone: "danger" },
};

/** What became of an opening. */
export const outcomeOf = (outcome: LinkOutcome): Words => OUTCOME[outcome];

/** Groups of the list, in their order. */
export const GROUPS: readonly { title: string; states: readonly LinkState[] }[] = [
  { title: "Live", states: ["live"] },
  { title: "Ended", states: ["expired", "usedUp"] },
  { title: "Revoked", states: ["revoked"] },
];

export const PART: Record<DiagnosisPart, string> = {
  time: "Time",
  host: "Host",
  path: "Path",
  header: "Headers",
  method: "Method",
  query: "Query",
  encoding: "Encoding",
  key: "Access key",
  policy: "Policy",
  object: "Object",
  link: "Link",
  region: "Region",
  signature: "Signature",
  form: "Form",
};
