/** The fake's reading and writing of CORS rules, in the shape of the aws command line. */
import { lineOf, lineOfError } from "./fake-policy";
import type { CorsCheck, CorsRuleView, PolicyProblem } from "./types";

export const METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/** As many as S3 takes. */
const RULES_MAX = 100;

/** The names in the document, and in a rule as the window has it. */
const NAMES = ["ID", "AllowedOrigins", "AllowedMethods", "AllowedHeaders", "ExposeHeaders"].concat(
  "MaxAgeSeconds",
);

/** Writes rules as JSON; none is no text. */
export function writeRules(rules: readonly CorsRuleView[]): string {
  if (rules.length === 0) return "";
  const list = (values: string[]) => (values.length > 0 ? values : undefined);
  const written = rules.map(({ id, origins, methods, headers, exposed, maxAge }) => ({
    ID: id === "" ? undefined : id,
    AllowedOrigins: origins,
    AllowedMethods: methods,
    AllowedHeaders: list(headers),
    ExposeHeaders: list(exposed),
    MaxAgeSeconds: maxAge ?? undefined,
  }));
  return JSON.stringify({ CORSRules: written }, null, 2);
}

/** Judges a document. */
export function checkRules(text: string): CorsCheck {
  if (text.trim() === "") return { valid: true, problems: [], rules: [] };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (thrown) {
    return refused({ line: lineOfError(text, thrown), message: "this is not valid JSON" });
  }
  const listed = (document as { CORSRules?: unknown } | null)?.CORSRules;
  if (!Array.isArray(listed)) {
    return refused({ line: 1, message: "a document of rules has a list named CORSRules" });
  }
  const raw = listed as Record<string, unknown>[];
  const rules = raw.map(ruleOf);
  const problems = raw.flatMap((rule, index) => problemsOf(rule, index, text));
  if (raw.length === 0) problems.push({ line: 1, message: "a document has at least one rule" });
  if (raw.length > RULES_MAX) problems.push({ line: null, message: "at most 100 rules are kept" });
  const [first] = problems;
  return first ? refused(first) : { valid: true, problems: [], rules };
}

const refused = (problem: PolicyProblem): CorsCheck => ({
  valid: false,
  problems: [problem],
  rules: [],
});

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((it): it is string => typeof it === "string") : [];

function ruleOf(rule: Record<string, unknown>): CorsRuleView {
  const { ID, MaxAgeSeconds } = rule;
  return {
    id: typeof ID === "string" ? ID : "",
    origins: texts(rule["AllowedOrigins"]),
    methods: texts(rule["AllowedMethods"]),
    headers: texts(rule["AllowedHeaders"]),
    exposed: texts(rule["ExposeHeaders"]),
    maxAge: typeof MaxAgeSeconds === "number" ? MaxAgeSeconds : null,
  };
}

function problemsOf(rule: Record<string, unknown>, index: number, text: string): PolicyProblem[] {
  const start = startOfRule(text, index);
  const rest = text.slice(start);
  const before = text.slice(0, start).split("\n").length - 1;
  const lineIn = (part: string) => (lineOf(rest, part) ?? 1) + before;
  const problem = (part: string, message: string) => ({ line: lineIn(part), message });
  const { origins, methods, headers } = ruleOf(rule);
  return [
    ...Object.keys(rule)
      .filter((name) => !NAMES.includes(name))
      .map((name) => problem(`"${name}"`, `a rule has no field ${name}`)),
    ...(origins.length > 0 ? [] : [problem('"AllowedOrigins"', "a rule names an origin")]),
    ...origins
      .filter((it) => it.split("*").length > 2)
      .map((it) => problem(`"${it}"`, `“${it}” has more than one *`)),
    ...(methods.length > 0 ? [] : [problem('"AllowedMethods"', "a rule names a method")]),
    ...methods
      .filter((it) => !METHODS.includes(it))
      .map((it) => problem(`"${it}"`, `“${it}” is none of ${METHODS.join(", ")}`)),
    ...headers
      .filter((it) => it.split("*").length > 2)
      .map((it) => problem(`"${it}"`, `“${it}” has more than one *`)),
  ];
}

/** Each rule has its origins, so they count the rules. */
function startOfRule(text: string, index: number): number {
  let at = text.indexOf("[");
  for (let n = 0; n <= index; n += 1) at = text.indexOf("{", at + 1);
  return Math.max(at, 0);
}
