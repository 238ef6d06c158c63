/** The fake's reading of key policies: enough of the rules to show each face of the editor. */
import { ACCOUNT_ROOT } from "./fake-keys-seed";
import type { PolicyCheck, PolicyProblem } from "./types";

interface Statement {
  Effect?: unknown;
  Principal?: unknown;
  Action?: unknown;
  Resource?: unknown;
}

/** The policy that a key has when nobody gave it another. */
export const DEFAULT_POLICY = write({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Enable IAM User Permissions",
      Effect: "Allow",
      Principal: { AWS: ACCOUNT_ROOT },
      Action: "kms:*",
      Resource: "*",
    },
  ],
});

export function write(policy: unknown): string {
  return JSON.stringify(policy, null, 2);
}

/** Judges a policy, and says in words what it allows. */
export function checkPolicy(text: string): PolicyCheck {
  let policy: { Statement?: unknown };
  try {
    policy = JSON.parse(text) as { Statement?: unknown };
  } catch (thrown) {
    return refused([{ line: lineOfError(text, thrown), message: "this is not valid JSON" }]);
  }
  if (!Array.isArray(policy.Statement)) {
    return refused([{ line: 1, message: "a policy has a list named Statement" }]);
  }
  const statements = policy.Statement as Statement[];
  const problems = statements.flatMap((statement) => problemsOf(statement, text));
  const allows = statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap((statement) => namesOf(statement.Principal).map((who) => reading(who, statement)));
  const locksOut = problems.length === 0 && !statements.some(keepsTheWayBack);
  return { valid: problems.length === 0, problems, locksOut, allows };
}

const refused = (problems: PolicyProblem[]): PolicyCheck => ({
  valid: false,
  problems,
  locksOut: false,
  allows: [],
});

function problemsOf(statement: Statement, text: string): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    problems.push({ line: lineOf(text, '"Effect"'), message: "Effect is Allow or Deny" });
  }
  if (namesOf(statement.Principal).length === 0) {
    problems.push({ line: null, message: "a statement of a key policy names its Principal" });
  }
  for (const action of actionsOf(statement)) {
    if (/^(\*|kms:[A-Za-z*]+)$/.test(action)) continue;
    problems.push({
      line: lineOf(text, `"${action}"`),
      message: `“${action}” is no action of a key`,
    });
  }
  return problems;
}

function actionsOf({ Action }: Statement): string[] {
  return (Array.isArray(Action) ? Action : [Action]).filter((it) => typeof it === "string");
}

export function namesOf(principal: unknown): string[] {
  if (typeof principal === "string") return [principal];
  if (typeof principal !== "object" || principal === null) return [];
  return Object.values(principal)
    .flat()
    .filter((it) => typeof it === "string");
}

function reading(principal: string, statement: Statement): { who: string; what: string } {
  const who =
    principal === ACCOUNT_ROOT ? "The vault's owner" : principal.replace(/^.*:user\//, "User ");
  const actions = actionsOf(statement);
  const all = actions.some((action) => action === "kms:*" || action === "*");
  const what = all ? "Everything" : actions.map((it) => it.replace("kms:", "")).join(", ");
  return { who, what };
}

function keepsTheWayBack(statement: Statement): boolean {
  const named = namesOf(statement.Principal).some((who) => who === ACCOUNT_ROOT || who === "*");
  const may = actionsOf(statement).some((it) => ["*", "kms:*", "kms:PutKeyPolicy"].includes(it));
  return statement.Effect === "Allow" && named && may;
}

export function lineOf(text: string, part: string): number | null {
  const at = text.indexOf(part);
  return at < 0 ? null : text.slice(0, at).split("\n").length;
}

/** Engines name a position or a line, or neither. */
export function lineOfError(text: string, thrown: unknown): number {
  const said = String(thrown);
  const line = /line (\d+)/.exec(said)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(said)?.[1];
  const before = position === undefined ? text : text.slice(0, Number(position));
  return before.split("\n").length;
}
