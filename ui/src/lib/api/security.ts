/** The part of the api that is about keys, their audit, and the vault's own life. */
import type {
  AuditExported,
  AuditPage,
  AuditQuery,
  AuditVerdict,
  BucketEncryption,
  CustomerKeyKept,
  CustomerKeyRef,
  CustomerKeyView,
  DrillResult,
  KeyDetails,
  KeyView,
  PolicyCheck,
  ReencryptTo,
  Tag,
  VaultCreated,
} from "./types";

export interface KeyApi {
  listKmsKeys(): Promise<KeyView[]>;
  kmsKey(args: { key: string }): Promise<KeyDetails>;
  createKmsKey(args: {
    alias: string | null;
    description: string;
    spec: string;
    origin: string;
    tags: Tag[];
  }): Promise<KeyView>;
  setKmsKeyEnabled(args: { key: string; enabled: boolean }): Promise<void>;
  describeKmsKey(args: { key: string; description: string }): Promise<void>;
  setKmsKeyTags(args: { key: string; tags: Tag[] }): Promise<void>;
  addKmsAlias(args: { alias: string; key: string }): Promise<void>;
  removeKmsAlias(args: { alias: string }): Promise<void>;
  moveKmsAlias(args: { alias: string; key: string }): Promise<void>;
  /** Without a period the key is no longer rotated by itself. */
  setKmsRotation(args: { key: string; periodDays: number | null }): Promise<void>;
  rotateKmsKey(args: { key: string }): Promise<KeyView>;
  /** Says what a policy means and what is wrong with it; nothing is changed. */
  checkKeyPolicy(args: { key: string; policy: string }): Promise<PolicyCheck>;
  putKeyPolicy(args: { key: string; policy: string }): Promise<void>;
  /** The typed name is the key's first alias, or its id. */
  scheduleKmsDeletion(args: { key: string; days: number; typedName: string }): Promise<void>;
  cancelKmsDeletion(args: { key: string }): Promise<void>;
  revokeKmsGrant(args: { key: string; grant: string }): Promise<void>;
}

export interface EncryptionApi {
  bucketEncryption(args: { bucket: string }): Promise<BucketEncryption>;
  setBucketEncryption(args: { bucket: string; encryption: BucketEncryption }): Promise<void>;
  /** Seals objects anew under another key: a job among the transfers, which moves no data. */
  reencrypt(args: {
    bucket: string;
    prefix: string;
    keys: string[];
    allVersions: boolean;
    to: ReencryptTo;
  }): Promise<{ job: number }>;
}

export interface AuditApi {
  auditRecords(args: { query: AuditQuery }): Promise<AuditPage>;
  verifyAudit(): Promise<AuditVerdict>;
  exportAudit(args: {
    bucket: string;
    prefix: string;
    from: number | null;
    to: number | null;
  }): Promise<AuditExported>;
}

/** Keys that a customer brings with each request (SSE-C). The keychain may keep them; the vault never does. */
export interface CustomerKeyApi {
  listCustomerKeys(): Promise<CustomerKeyView[]>;
  /** Without a key one is made, and told this once. */
  keepCustomerKey(args: { name: string; key: string | null }): Promise<CustomerKeyKept>;
  forgetCustomerKey(args: { name: string }): Promise<void>;
  downloadWithCustomerKey(args: {
    bucket: string;
    key: string;
    versionId: string | null;
    customerKey: CustomerKeyRef;
  }): Promise<void>;
  uploadWithCustomerKey(args: {
    bucket: string;
    prefix: string;
    customerKey: CustomerKeyRef;
  }): Promise<void>;
}

export interface VaultLifeApi {
  vaultChangePassphrase(args: { current: string | null; next: string }): Promise<void>;
  /** The words that opened the vault before open it no longer. */
  vaultRotateRoot(args: { passphrase: string | null }): Promise<VaultCreated>;
  vaultRenewRecovery(): Promise<VaultCreated>;
  /** Tries words without changing anything. */
  vaultDrill(args: { words: string[] }): Promise<DrillResult>;
  recoverySheet(args: { words: string[] }): Promise<{ html: string }>;
  /** 0 is never. */
  setIdleLock(args: { minutes: number }): Promise<void>;
  setLockOnSuspend(args: { on: boolean }): Promise<void>;
  /** Reads and proves every body: a job among the transfers, whose failures are what is damaged. */
  vaultScrub(): Promise<{ job: number }>;
}
