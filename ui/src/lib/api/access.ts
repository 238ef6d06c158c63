/** The part of the api that is about who may come in: pages of other origins, policies, decisions. */
import type {
  BucketAccess,
  BucketPolicyCheck,
  CorsCheck,
  CorsDraft,
  CorsQuestion,
  CorsRefusal,
  CorsRuleView,
  CorsVerdict,
  CorsView,
  EffectiveAccess,
  PublicBlock,
  SimulateRequest,
  Simulation,
} from "./types";

export interface CorsApi {
  bucketCors(args: { bucket: string }): Promise<CorsView>;
  /** Says what rules mean and what is wrong with them; nothing is changed. */
  checkCors(args: { json: string }): Promise<CorsCheck>;
  /** Empty text deletes all rules. */
  putBucketCors(args: { bucket: string; json: string }): Promise<void>;
  /** Writes rules as JSON. */
  corsJson(args: { rules: CorsRuleView[] }): Promise<string>;
  corsLab(args: CorsQuestion): Promise<CorsVerdict>;
  /** Newest first. */
  corsRefusals(): Promise<CorsRefusal[]>;
  /** Writes the rules that would let such a page in; they are not set yet. */
  allowRefused(args: {
    bucket: string;
    origin: string;
    method: string;
    headers: string[];
  }): Promise<CorsDraft>;
}

export interface BucketAccessApi {
  bucketAccess(args: { bucket: string }): Promise<BucketAccess>;
  checkBucketPolicy(args: { bucket: string; policy: string }): Promise<BucketPolicyCheck>;
  /** Empty text deletes the policy. */
  putBucketPolicy(args: { bucket: string; policy: string }): Promise<void>;
  putPublicAccess(args: { bucket: string; block: PublicBlock }): Promise<void>;
  effectiveAccess(args: {
    bucket: string;
    key: string;
    versionId: string | null;
  }): Promise<EffectiveAccess>;
  simulate(args: SimulateRequest): Promise<Simulation>;
  simulateActions(): Promise<string[]>;
}
