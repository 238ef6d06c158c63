/** The fake's decisions: enough of the rules of policies to show each face of a verdict. */
import type { Simulation, SimulateRequest, SimulationStep } from "./types";
import { namesOf } from "./fake-policy";

export const USER_ARN = "arn:aws:iam::000000000000:user/";

export interface Statement {
  Sid?: string;
  Effect?: string;
  Principal?: unknown;
  Action?: unknown;
  Resource?: unknown;
  Condition?: Record<string, Record<string, string>>;
}

/** A policy that is asked, and what it is called. */
export interface Asked {
  source: string;
  statements: Statement[];
  /** A policy of a bucket says whom it is about; one of an identity is about that one. */
  named: boolean;
}

/** The owner of the vault, whom no policy of an identity binds. */
export const OWNER = "admin";

export const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((it): it is string => typeof it === "string");

/** Reads the statements of a policy; what cannot be read has none. */
export function statementsOf(text: string): Statement[] {
  try {
    const { Statement: listed } = JSON.parse(text) as { Statement?: unknown };
    return (Array.isArray(listed) ? listed : listed ? [listed] : []) as Statement[];
  } catch {
    return [];
  }
}

export function matchesPattern(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(text);
}

const isAbout = (statement: Statement, identity: string | null): boolean =>
  namesOf(statement.Principal).some(
    (it) => it === "*" || (identity !== null && it.endsWith(`/${identity}`)),
  );

function applies(statement: Statement, asked: SimulateRequest, named: boolean): boolean {
  const arn = `arn:aws:s3:::${asked.bucket}${asked.key === null ? "" : `/${asked.key}`}`;
  return (
    (!named || isAbout(statement, asked.identity)) &&
    listOf(statement.Action).some((it) => matchesPattern(it, asked.action)) &&
    listOf(statement.Resource).some((it) => matchesPattern(it, arn)) &&
    holds(statement.Condition ?? {}, asked)
  );
}

function holds(condition: NonNullable<Statement["Condition"]>, { context }: SimulateRequest) {
  const valueOf = (name: string) =>
    context.find((it) => it.name.toLowerCase() === name.toLowerCase())?.value;
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([name, wanted]) => {
      const value = valueOf(name);
      if (operator === "Null") return String(value === undefined) === wanted;
      return value !== undefined && matchesPattern(wanted, value);
    }),
  );
}

const nameOf = ({ Sid }: Statement): string => (Sid ? `statement ${Sid}` : "a statement");

/** Decides by deny first, then the owner, then whatever allows. */
export function decide(
  request: SimulateRequest,
  policies: readonly Asked[],
  blocked: boolean,
): Simulation {
  const steps: SimulationStep[] = [];
  for (const effect of ["Deny", "Allow"]) {
    if (effect === "Allow" && request.identity === OWNER) {
      const detail = "admin owns the vault, and no policy of an identity binds it";
      steps.push({ source: "owner", verdict: "allows", detail });
      const sentence = "Owns the vault, and may do everything that nothing denies.";
      const by = { source: "owner", sid: null, statement: "" };
      return { allowed: true, decision: "allowed", sentence, by, steps };
    }
    for (const policy of policies) {
      const decided = ask(policy, effect, request, { blocked, steps });
      if (decided) return { ...decided, steps };
    }
  }
  const sentence = "Nothing allows it, so it is denied.";
  return { allowed: false, decision: "implicitDeny", sentence, by: null, steps };
}

function ask(
  { source, statements, named }: Asked,
  effect: string,
  request: SimulateRequest,
  { blocked, steps }: { blocked: boolean; steps: SimulationStep[] },
): Omit<Simulation, "steps"> | null {
  const verb = effect === "Deny" ? "denies" : "allows";
  const found = statements.find((it) => it.Effect === effect && applies(it, request, named));
  if (!found) {
    steps.push({ source, verdict: "silent", detail: `no ${effect} statement applies` });
    return null;
  }
  if (effect === "Allow" && named && blocked && request.identity === null) {
    const detail = `${nameOf(found)} would allow it, but the public is kept out`;
    steps.push({ source: "public access block", verdict: "denies", detail });
    return null;
  }
  steps.push({ source, verdict: verb, detail: `${nameOf(found)} applies` });
  const allowed = effect === "Allow";
  return {
    allowed,
    decision: allowed ? "allowed" : "explicitDeny",
    sentence: `The ${source} ${verb} it${found.Sid ? `: statement ${found.Sid}` : ""}.`,
    by: { source, sid: found.Sid ?? null, statement: JSON.stringify(found, null, 2) },
  };
}
