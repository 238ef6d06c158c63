/** CORS rules as the form has them: what a new one holds, how they are ordered, what they are called. */
import type { CorsRefusal, CorsRuleView } from "$lib/api/types";
import { elementAt, elementLines, type LineRange } from "$lib/jsonLines";
import { compactJson, shellWord } from "$lib/shell";

/** What S3 knows; a page that sends another is never let in. */
export const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"] as const;

/** The name of the list in the document. */
const LIST = "CORSRules";

const EMPTY: CorsRuleView = {
  id: "",
  origins: [],
  methods: ["GET"],
  headers: [],
  exposed: [],
  maxAge: null,
};

export const emptyRule = (): CorsRuleView => ({ ...EMPTY });

/** What a page of one's own needs while it is made: all methods, and the tag that a multipart upload reads. */
const devServer = (id: string, port: number): CorsRuleView => ({
  id,
  origins: [`http://localhost:${port}`, `http://127.0.0.1:${port}`],
  methods: [...METHODS],
  headers: ["*"],
  exposed: ["ETag"],
  maxAge: 3000,
});

export const PRESETS: readonly { label: string; rule: CorsRuleView }[] = [
  { label: "Vite, port 5173", rule: devServer("vite", 5173) },
  { label: "Next.js, port 3000", rule: devServer("next", 3000) },
  {
    label: "Any origin, GET only",
    rule: { ...EMPTY, id: "read-only", origins: ["*"], methods: ["GET", "HEAD"] },
  },
];

/** Adds a rule; one that is there already under its id is set in its place. */
export function withRule(rules: readonly CorsRuleView[], rule: CorsRuleView): CorsRuleView[] {
  const known = rule.id === "" ? -1 : rules.findIndex(({ id }) => id === rule.id);
  return known < 0 ? [...rules, rule] : rules.with(known, rule);
}

/** Moves a rule up or down; the first that matches counts. */
export function moved(rules: readonly CorsRuleView[], at: number, by: number): CorsRuleView[] {
  const rule = rules[at];
  const to = at + by;
  if (!rule || to < 0 || to >= rules.length) return [...rules];
  return rules.toSpliced(at, 1).toSpliced(to, 0, rule);
}

/** Sets or takes a method, in the order in which methods are shown. */
export function withMethod(methods: readonly string[], method: string, on: boolean): string[] {
  const others = methods.filter((it) => it !== method);
  const order = (it: string) => METHODS.findIndex((known) => known === it);
  return on ? [...others, method].sort((a, b) => order(a) - order(b)) : others;
}

/** What a rule is called on the page. */
export function titleOf(rule: CorsRuleView, index: number): string {
  return rule.id === "" ? `Rule ${index + 1}` : `Rule ${index + 1}, ${rule.id}`;
}

/** The rule that a line of the document belongs to, in words. */
export function placeIn(json: string): (line: number) => string {
  return (line) => {
    const rule = elementAt(json, LIST, line);
    return rule === null ? "The rules" : `Rule ${rule + 1}`;
  };
}

/** Where a rule stands in the document. */
export function linesOfRule(json: string, rule: number | null): LineRange | null {
  return rule === null ? null : (elementLines(json, LIST)[rule] ?? null);
}

/** The same on the aws command line. */
export function corsCommand(bucket: string, json: string, endpointUrl: string): string {
  const to = `--bucket ${shellWord(bucket)}`;
  const at = `--endpoint-url ${shellWord(endpointUrl)}`;
  return json === ""
    ? `aws s3api delete-bucket-cors ${to} ${at}`
    : `aws s3api put-bucket-cors ${to} --cors-configuration ${shellWord(compactJson(json))} ${at}`;
}

/** Says that two refusals ask for the same. */
export function sameAsk(one: CorsRefusal, other: CorsRefusal): boolean {
  const asked = ({ bucket, origin, method, headers }: CorsRefusal) =>
    JSON.stringify([bucket, origin, method, [...headers].sort()]);
  return asked(one) === asked(other);
}

/** The refusals of one bucket: each ask once, at its newest. */
export function refusalsOf(
  refusals: readonly CorsRefusal[],
  bucket: string,
): { newest: CorsRefusal; times: number }[] {
  const found: { newest: CorsRefusal; times: number }[] = [];
  for (const refusal of refusals) {
    if (refusal.bucket !== bucket) continue;
    const known = found.find(({ newest }) => sameAsk(newest, refusal));
    if (known) known.times += 1;
    else found.push({ newest: refusal, times: 1 });
  }
  return found;
}

/** Reads headers as they are typed: names with commas or spaces between them, or whole ones with their value. */
export function headerNames(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .flatMap((part) => (part.includes(":") ? [part] : part.split(/\s+/)))
    .filter(Boolean);
}

/** Reads seconds as they are typed; nothing is typed is null, and what is no number undefined. */
export function secondsOf(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === "") return null;
  return /^\d{1,9}$/.test(typed) ? Number(typed) : undefined;
}
