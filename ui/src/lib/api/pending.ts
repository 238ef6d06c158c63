/** Shapes of keys, the audit and the vault's life, until Rust writes them. */
import type { EndpointStatus as BoundEndpointStatus } from "./bindings/EndpointStatus";
import type { ObjectView as BoundObjectView } from "./bindings/ObjectView";
import type { Tag } from "./bindings/Tag";
import type { TransferKind as BoundTransferKind } from "./bindings/TransferKind";
import type { TransferView as BoundTransferView } from "./bindings/TransferView";
import type { VaultStatus as BoundVaultStatus } from "./bindings/VaultStatus";

export type KeyState = "enabled" | "disabled" | "pendingDeletion" | "pendingImport";

export interface KeyRotation {
  periodDays: number;
  next: number;
}

export interface KeyView {
  id: string;
  arn: string;
  description: string;
  state: KeyState;
  spec: string;
  usage: string;
  origin: string;
  managed: boolean;
  created: number;
  deletion: number | null;
  materialExpires: number | null;
  rotation: KeyRotation | null;
  version: number;
  aliases: string[];
  damaged: boolean;
}

export interface KeyVersionView {
  version: number;
  created: number;
  origin: string;
  objects: number;
  sizeBytes: number;
}

export interface GrantView {
  id: string;
  grantee: string;
  retiring: string | null;
  issuer: string;
  operations: string[];
  constraint: string | null;
  name: string | null;
  created: number;
}

export interface KeyDetails {
  key: KeyView;
  versions: KeyVersionView[];
  policy: string;
  tags: Tag[];
  grants: GrantView[];
  defaultOf: string[];
  buckets: { bucket: string; versions: number }[];
}

export interface PolicyProblem {
  line: number | null;
  message: string;
}

export interface PolicyCheck {
  valid: boolean;
  problems: PolicyProblem[];
  locksOut: boolean;
  allows: { who: string; what: string }[];
}

export type ReencryptTo = { kind: "s3" } | { kind: "kms"; key: string; bucketKey: boolean };

export interface AuditQuery {
  from: number | null;
  to: number | null;
  eventName: string | null;
  user: string | null;
  resource: string | null;
  denied: boolean | null;
  before: number | null;
  limit: number;
}

export interface AuditView {
  sequence: number;
  at: number;
  eventName: string;
  user: string;
  source: string;
  key: string | null;
  keyArn: string | null;
  object: string | null;
  keyVersion: number | null;
  denied: boolean;
  error: string | null;
  json: string;
}

export interface AuditPage {
  records: AuditView[];
  nextBefore: number | null;
}

export interface AuditFault {
  kind: "changed" | "missing";
  from: number;
  to: number;
}

export interface AuditVerdict {
  checked: number;
  from: number | null;
  to: number | null;
  faults: AuditFault[];
}

export interface AuditExported {
  keys: string[];
  records: number;
}

export interface BucketEncryption {
  algorithm: "AES256" | "aws:kms";
  key: string | null;
  bucketKey: boolean;
}

export interface EncryptionView {
  kind: "SSE-S3" | "SSE-KMS" | "SSE-C";
  key: string | null;
  keyAlias: string | null;
  keyArn: string | null;
  keyState: string | null;
  keyVersion: number | null;
  bucketKey: boolean;
  context: Record<string, string>;
}

export interface CustomerKeyView {
  name: string;
  created: number;
}

export interface CustomerKeyKept {
  name: string;
  key: string | null;
}

export type CustomerKeyRef = { name: string } | { value: string };

export interface DrillResult {
  opens: boolean;
  problem: string | null;
}

export type ObjectView = Omit<BoundObjectView, "encryption"> & { encryption: EncryptionView };

export type KeychainState = BoundVaultStatus["keychain"] | "missing_entry" | "wrong_value";

export type VaultStatus = Omit<BoundVaultStatus, "keychain"> & {
  keychain: KeychainState;
  idleMinutes: number;
  lockOnSuspend: boolean;
  recoveryConfirmed: boolean;
  rootKeyCreated: number;
};

export type EndpointStatus = Omit<BoundEndpointStatus, "state"> & {
  state: BoundEndpointStatus["state"] | "locked";
};

export type TransferKind = BoundTransferKind | "reencrypt" | "scrub";
export type TransferView = Omit<BoundTransferView, "kind"> & { kind: TransferKind };
