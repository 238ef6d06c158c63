/** The fake's CORS rules of buckets, its lab, and the preflights that it refused. */
import type {
  CorsCheck,
  CorsQuestion,
  CorsRefusal,
  CorsRuleView,
  CorsVerdict,
  CorsView,
  HeaderView,
} from "./types";
import { ApiError } from "./errors";
import type { Buckets } from "./fake-buckets";
import { checkRules, writeRules } from "./fake-cors-rules";
import type { World } from "./fake-world";

/** Older refusals are forgotten. */
const REFUSALS_MAX = 50;

const VITE: CorsRuleView = {
  id: "vite",
  origins: ["http://localhost:5173"],
  methods: ["GET", "PUT", "HEAD"],
  headers: ["*"],
  exposed: ["ETag"],
  maxAge: 3000,
};

const HARBOUR: CorsRuleView = {
  id: "",
  origins: ["https://*.harbour.example"],
  methods: ["GET"],
  headers: [],
  exposed: [],
  maxAge: null,
};

type Asked = Pick<CorsQuestion, "origin" | "method" | "headers">;

export class FakeCors {
  private readonly kept = new Map<string, CorsRuleView[]>([["photos", [VITE, HARBOUR]]]);
  private refused: CorsRefusal[] = [];

  constructor(
    private readonly world: World,
    private readonly buckets: Buckets,
  ) {}

  read(bucket: string): CorsView {
    this.buckets.get(bucket);
    const rules = this.rules(bucket);
    return { rules, json: writeRules(rules) };
  }

  check(json: string): CorsCheck {
    return checkRules(json);
  }

  put(bucket: string, json: string): void {
    this.buckets.get(bucket);
    const { valid, problems, rules } = checkRules(json);
    if (!valid) {
      const message = problems[0]?.message ?? "the rules are refused";
      throw new ApiError("invalid_cors", message, "", "Mend the marked line.");
    }
    this.kept.set(bucket, rules);
    this.world.events.emit("change", { kind: "bucket", bucket, key: null });
  }

  lab(question: CorsQuestion, endpoint: string): CorsVerdict {
    const { bucket, json, origin, method, headers, key } = question;
    const rules = json === null ? this.rules(bucket) : checkRules(json).rules;
    const { rule, misses } = decide(rules, question);
    const url = `${endpoint || "http://127.0.0.1:9000"}/${bucket}/${encodeURI(key)}`;
    const matched = rule === null ? undefined : rules[rule];
    const answered = matched ? headersOf(matched, question) : [];
    const lines = [
      `curl -i -X OPTIONS '${url}'`,
      `-H 'Origin: ${origin}'`,
      `-H 'Access-Control-Request-Method: ${method}'`,
      ...(headers.length > 0 ? [`-H 'Access-Control-Request-Headers: ${headers.join(",")}'`] : []),
    ];
    return {
      allowed: rule !== null,
      rule,
      sentence: rule === null ? refusal(misses) : `Rule ${String(rule + 1)} lets this page in.`,
      browser: rule === null ? consoleOf(url, origin) : "",
      preflight: { status: rule === null ? 403 : 200, headers: answered },
      actual: {
        headers: answered.filter(({ name }) => name !== "Access-Control-Allow-Headers"),
      },
      curl: lines.join(" \\\n  "),
      misses,
    };
  }

  /** Acts as a browser that asks for a page and is refused. */
  refuse(bucket: string, origin: string, method: string, key: string): void {
    const headers = method === "PUT" ? ["content-type"] : [];
    const { misses } = decide(this.rules(bucket), { origin, method, headers });
    const at = this.world.clock.now();
    const one = { at, bucket, origin, method, headers, key, sentence: refusal(misses) };
    this.refused = [one, ...this.refused].slice(0, REFUSALS_MAX);
    this.world.events.emit("cors-refused", one);
  }

  refusals(): CorsRefusal[] {
    return [...this.refused];
  }

  /** Widens a rule that has the origin already, or adds one. */
  allow(bucket: string, asked: Asked): { json: string } {
    const rules = this.rules(bucket);
    const known = rules.findIndex(({ origins }) => origins.includes(asked.origin));
    if (known < 0) {
      const { origin, method, headers } = asked;
      const fresh = { origins: [origin], methods: [method], headers, exposed: [], maxAge: null };
      return { json: writeRules([...rules, { id: "", ...fresh }]) };
    }
    const merged = (own: string[], more: string[]) => [...new Set([...own, ...more])];
    const widened = rules.map((rule, index) =>
      index === known
        ? {
            ...rule,
            methods: merged(rule.methods, [asked.method]),
            headers: rule.headers.includes("*")
              ? rule.headers
              : merged(rule.headers, asked.headers),
          }
        : rule,
    );
    return { json: writeRules(widened) };
  }

  private rules(bucket: string): CorsRuleView[] {
    return this.kept.get(bucket) ?? [];
  }
}

function decide(rules: readonly CorsRuleView[], asked: Asked) {
  const misses: { rule: number; reason: string }[] = [];
  for (const [rule, it] of rules.entries()) {
    const reason = missOf(it, asked);
    if (reason === null) return { rule, misses };
    misses.push({ rule, reason });
  }
  return { rule: null, misses };
}

function missOf(rule: CorsRuleView, { origin, method, headers }: Asked): string | null {
  if (!rule.origins.some((pattern) => fits(pattern, origin))) {
    return originMiss(rule.origins[0] ?? "", origin);
  }
  if (!rule.methods.includes(method)) {
    return `it does not allow ${method}, only ${rule.methods.join(", ")}`;
  }
  const lower = rule.headers.map((header) => header.toLowerCase());
  const missing = headers.find((it) => !lower.some((pattern) => fits(pattern, it.toLowerCase())));
  return missing === undefined ? null : `it does not allow the header ${missing}`;
}

function originMiss(pattern: string, origin: string): string {
  const [own, asked] = [portOf(pattern), portOf(origin)];
  const samePlace = pattern.replace(/:\d+$/, "") === origin.replace(/:\d+$/, "");
  return samePlace && own !== asked
    ? `the origin's port is ${asked}, the rule says ${own}`
    : `the origin is ${origin}, the rule says ${pattern}`;
}

const portOf = (origin: string): string => /:(\d+)$/.exec(origin)?.[1] ?? "none";

function fits(pattern: string, text: string): boolean {
  const [head = "", tail] = pattern.split("*");
  if (tail === undefined) return pattern === text;
  const long = text.length >= head.length + tail.length;
  return long && text.startsWith(head) && text.endsWith(tail);
}

function refusal(misses: readonly { rule: number; reason: string }[]): string {
  const [first] = misses;
  if (!first) return "The bucket has no rules, so no page of another origin is let in.";
  const reason = first.reason.replace("the rule says", `rule ${String(first.rule + 1)} says`);
  const named = reason.replace(/^it does/, `rule ${String(first.rule + 1)} does`);
  return `No rule matches: ${named}.`;
}

function headersOf(rule: CorsRuleView, { origin, headers }: Asked): HeaderView[] {
  const any = rule.origins.includes("*");
  return [
    { name: "Access-Control-Allow-Origin", value: any ? "*" : origin },
    { name: "Access-Control-Allow-Methods", value: rule.methods.join(", ") },
    ...(headers.length > 0
      ? [{ name: "Access-Control-Allow-Headers", value: headers.join(", ").toLowerCase() }]
      : []),
    ...(any ? [] : [{ name: "Access-Control-Allow-Credentials", value: "true" }]),
    ...(rule.exposed.length > 0
      ? [{ name: "Access-Control-Expose-Headers", value: rule.exposed.join(", ") }]
      : []),
    ...(rule.maxAge === null
      ? []
      : [{ name: "Access-Control-Max-Age", value: String(rule.maxAge) }]),
    {
      name: "Vary",
      value: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    },
  ];
}

const consoleOf = (url: string, origin: string): string =>
  `Access to fetch at '${url}' from origin '${origin}' has been blocked by CORS policy: ` +
  "Response to preflight request doesn't pass access control check: " +
  "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
