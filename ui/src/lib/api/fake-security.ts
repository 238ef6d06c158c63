/** The fake's answers about keys, their audit, and the vault's own life. */
import { FakeAudit } from "./fake-audit";
import type { Buckets } from "./fake-buckets";
import { CustomerKeys, Encryptions } from "./fake-encryption";
import { FakeKms } from "./fake-kms";
import { sheetOf } from "./fake-sheet";
import type { Transfers } from "./fake-transfers";
import type { FakeVault } from "./fake-vault";
import type { World } from "./fake-world";
import type { AuditApi, CustomerKeyApi, EncryptionApi, KeyApi, VaultLifeApi } from "./security";

export interface SecurityParts {
  audit: FakeAudit;
  kms: FakeKms;
  encryptions: Encryptions;
  customerKeys: CustomerKeys;
}

/** Makes the parts: `?keys=none` begins without a key, `?audit=broken|none` with faults or without records. */
export function securityParts(
  world: World,
  buckets: Buckets,
  query: URLSearchParams,
  seeded: boolean,
): SecurityParts {
  const asked = query.get("audit");
  const keys = seeded && query.get("keys") !== "none";
  const audit = new FakeAudit(world, keys && asked !== "none", asked === "broken");
  const kms = new FakeKms(world, buckets, audit, keys);
  return {
    audit,
    kms,
    encryptions: new Encryptions(world, buckets, kms),
    customerKeys: new CustomerKeys(world, keys),
  };
}

interface Needed extends SecurityParts {
  buckets: Buckets;
  transfers: Transfers;
  vault: FakeVault;
}

type SecurityApi = KeyApi & EncryptionApi & AuditApi & CustomerKeyApi & VaultLifeApi;

export function securityApi(parts: Needed): SecurityApi {
  return {
    ...keyApi(parts),
    ...encryptionApi(parts),
    ...auditApi(parts),
    ...customerKeyApi(parts),
    ...vaultLifeApi(parts),
  };
}

function keyApi({ kms }: Needed): KeyApi {
  return {
    listKmsKeys: async () => kms.list(),
    kmsKey: async ({ key }) => kms.details(key),
    createKmsKey: async (args) => kms.create(args),
    setKmsKeyEnabled: async ({ key, enabled }) => kms.setEnabled(key, enabled),
    describeKmsKey: async ({ key, description }) => kms.describe(key, description),
    setKmsKeyTags: async ({ key, tags }) => kms.setTags(key, tags),
    addKmsAlias: async ({ alias, key }) => kms.addAlias(alias, key),
    removeKmsAlias: async ({ alias }) => kms.removeAlias(alias),
    moveKmsAlias: async ({ alias, key }) => kms.moveAlias(alias, key),
    setKmsRotation: async ({ key, periodDays }) => kms.setRotation(key, periodDays),
    rotateKmsKey: async ({ key }) => kms.rotate(key),
    checkKeyPolicy: async ({ key, policy }) => kms.checkPolicy(key, policy),
    putKeyPolicy: async ({ key, policy }) => kms.putPolicy(key, policy),
    scheduleKmsDeletion: async ({ key, days, typedName }) => kms.schedule(key, days, typedName),
    cancelKmsDeletion: async ({ key }) => kms.cancelDeletion(key),
    revokeKmsGrant: async ({ key, grant }) => kms.revoke(key, grant),
  };
}

function encryptionApi({ encryptions, transfers }: Needed): EncryptionApi {
  return {
    bucketEncryption: async ({ bucket }) => encryptions.read(bucket),
    setBucketEncryption: async ({ bucket, encryption }) => encryptions.set(bucket, encryption),
    reencrypt: async (request) => {
      const items = encryptions.reencrypt(request);
      return { job: transfers.walk("reencrypt", request.bucket, items, 0) };
    },
  };
}

function auditApi({ audit }: Needed): AuditApi {
  return {
    auditRecords: async ({ query }) => audit.page(query),
    verifyAudit: async () => audit.verify(),
    exportAudit: async ({ prefix, from, to }) => audit.export(prefix, from, to),
  };
}

function customerKeyApi({ customerKeys, transfers, buckets }: Needed): CustomerKeyApi {
  return {
    listCustomerKeys: async () => customerKeys.list(),
    keepCustomerKey: async ({ name, key }) => customerKeys.keep(name, key),
    forgetCustomerKey: async ({ name }) => customerKeys.forget(name),
    downloadWithCustomerKey: async ({ bucket, key, versionId, customerKey }) => {
      customerKeys.check(customerKey);
      const { sizeBytes } = buckets.version(bucket, key, versionId);
      transfers.download(bucket, [key.slice(key.lastIndexOf("/") + 1)], sizeBytes);
    },
    uploadWithCustomerKey: async ({ bucket, prefix, customerKey }) => {
      customerKeys.check(customerKey);
      transfers.upload(bucket, prefix, [{ name: "picked.txt", sizeBytes: 12_288 }]);
    },
  };
}

function vaultLifeApi({ vault, transfers, buckets }: Needed): VaultLifeApi {
  return {
    vaultChangePassphrase: async ({ current, next }) => vault.changePassphrase(current, next),
    vaultRotateRoot: async ({ passphrase }) => vault.rotateRoot(passphrase),
    vaultRenewRecovery: async () => vault.renew(),
    vaultDrill: async ({ words }) => vault.drill(words),
    recoverySheet: async ({ words }) => ({ html: sheetOf(words, vault.status().folder) }),
    setIdleLock: async ({ minutes }) => vault.setIdle(minutes),
    setLockOnSuspend: async ({ on }) => vault.setLockOnSuspend(on),
    vaultScrub: async () => {
      const all = buckets.everyVersion();
      const bytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return { job: transfers.walk("scrub", "", all.length, bytes) };
    },
  };
}
