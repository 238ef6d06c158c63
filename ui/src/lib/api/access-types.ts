/** What crosses about pages of other origins, policies of buckets, and who may do what. */
import type { Ownership } from "./bindings/Ownership";
import type { PolicyAllowance } from "./bindings/PolicyAllowance";
import type { PolicyCheck } from "./bindings/PolicyCheck";
import type { PolicyProblem } from "./bindings/PolicyProblem";

export type { PolicyAllowance };

export interface HeaderView {
  name: string;
  value: string;
}

export interface CorsRuleView {
  id: string;
  origins: string[];
  methods: string[];
  headers: string[];
  exposed: string[];
  /** Seconds for which a browser remembers the answer. */
  maxAge: number | null;
}

export interface CorsView {
  rules: CorsRuleView[];
  /** As the aws command line has it; empty where there is none. */
  json: string;
}

export interface CorsCheck {
  valid: boolean;
  problems: PolicyProblem[];
  /** The rules that could be read. */
  rules: CorsRuleView[];
}

export interface CorsQuestion {
  bucket: string;
  /** A draft of the rules; null asks those that are set. */
  json: string | null;
  origin: string;
  method: string;
  headers: string[];
  key: string;
}

export interface CorsVerdict {
  allowed: boolean;
  /** The rule that matches, counted from 0. */
  rule: number | null;
  sentence: string;
  /** What the browser's console would say; empty where it lets the page read. */
  browser: string;
  preflight: { status: number; headers: HeaderView[] };
  actual: { headers: HeaderView[] };
  curl: string;
  misses: { rule: number; reason: string }[];
}

/** A preflight that was refused. */
export interface CorsRefusal {
  at: number;
  bucket: string;
  origin: string;
  method: string;
  headers: string[];
  key: string;
  sentence: string;
}

/** What of the public is kept out. */
export interface PublicBlock {
  blockAcls: boolean;
  ignoreAcls: boolean;
  blockPolicy: boolean;
  restrictBuckets: boolean;
}

/** Nothing needs to be set: a bucket has none at first. */
export type PublicBlockView = PublicBlock & { set: boolean };

export interface BucketAccess {
  /** Indented JSON; empty where there is none. */
  policy: string;
  publicAccess: PublicBlockView;
  ownership: Ownership;
  isPublic: boolean;
  /** Why it is public, or why not. */
  sentence: string;
  reading: PolicyAllowance[];
  policyArn: string;
}

export type BucketPolicyCheck = PolicyCheck & { isPublic: boolean };

export interface EffectiveRight {
  identity: string;
  kind: "user" | "role";
  read: boolean;
  write: boolean;
  remove: boolean;
  why: string;
}

export interface EffectiveAccess {
  public: { allowed: boolean; sentence: string };
  who: EffectiveRight[];
}

export interface SimulateRequest {
  /** Null is somebody who does not say who they are. */
  identity: string | null;
  action: string;
  bucket: string;
  key: string | null;
  context: HeaderView[];
  sessionPolicy: string | null;
}

export interface SimulationStep {
  source: string;
  verdict: string;
  detail: string;
}

export interface Simulation {
  allowed: boolean;
  decision: "allowed" | "explicitDeny" | "implicitDeny";
  sentence: string;
  /** What decided, where something did. */
  by: { source: string; sid: string | null; statement: string } | null;
  steps: SimulationStep[];
}
