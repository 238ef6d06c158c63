/** The fake's encryption of buckets and objects, and the keys that customers bring. */
import { ApiError } from "./errors";
import type { Buckets, FakeVersion } from "./fake-buckets";
import { KEY_IDS } from "./fake-key-ids";
import type { FakeKms } from "./fake-kms";
import { DAY, draw } from "./fake-seed";
import { missing, type World } from "./fake-world";
import type {
  Api,
  BucketEncryption,
  CustomerKeyKept,
  CustomerKeyView,
  EncryptionView,
} from "./index";

/** How an object is sealed; without it, under the vault's own key (SSE-S3). */
export interface FakeSse {
  /** Null for a key that the customer brings. */
  key: string | null;
  version: number;
  bucketKey: boolean;
  context: Record<string, string>;
}

const PLAIN: BucketEncryption = { algorithm: "AES256", key: null, bucketKey: false };

const NONE: EncryptionView = {
  kind: "SSE-S3",
  key: null,
  keyAlias: null,
  keyArn: null,
  keyState: null,
  keyVersion: null,
  bucketKey: false,
  context: {},
};

export class Encryptions {
  private readonly defaults = new Map<string, BucketEncryption>([
    ["photos", { algorithm: "aws:kms", key: KEY_IDS.photos, bucketKey: true }],
  ]);

  constructor(
    private readonly world: World,
    private readonly buckets: Buckets,
    private readonly kms: FakeKms,
  ) {
    kms.defaultOf = (key) =>
      [...this.defaults].filter(([, it]) => it.key === key).map(([bucket]) => bucket);
    buckets.sealOf = (bucket) => this.sealOf(this.read(bucket));
  }

  read(bucket: string): BucketEncryption {
    this.buckets.get(bucket);
    return { ...(this.defaults.get(bucket) ?? PLAIN) };
  }

  set(bucket: string, encryption: BucketEncryption): void {
    this.buckets.get(bucket);
    const kms = encryption.algorithm === "aws:kms";
    const key = kms ? (encryption.key ?? this.kms.managedId) : null;
    this.defaults.set(bucket, { ...encryption, key, bucketKey: kms && encryption.bucketKey });
    this.world.events.emit("change", { kind: "bucket", bucket, key: null });
    this.world.events.emit("change", { kind: "keys", bucket: null, key: null });
  }

  /** Seals what is there anew; returns how many versions that were. */
  reencrypt({ bucket, prefix, keys, allVersions, to }: Parameters<Api["reencrypt"]>[0]): number {
    const chosen = (key: string) => (keys.length > 0 ? keys.includes(key) : key.startsWith(prefix));
    let count = 0;
    const seal =
      to.kind === "s3"
        ? undefined
        : this.sealOf({ algorithm: "aws:kms", key: to.key, bucketKey: to.bucketKey });
    for (const [key, versions] of this.buckets.get(bucket).keys) {
      if (!chosen(key)) continue;
      for (const version of allVersions ? versions : versions.slice(0, 1)) {
        if (version.sse?.key === null || version.deleteMarker) continue;
        if (seal) version.sse = seal;
        else delete version.sse;
        count += 1;
      }
    }
    this.world.events.emit("change", { kind: "object", bucket, key: null });
    this.world.events.emit("change", { kind: "keys", bucket: null, key: null });
    return count;
  }

  view({ sse }: FakeVersion): EncryptionView {
    if (!sse) return NONE;
    if (sse.key === null) return { ...NONE, kind: "SSE-C" };
    const key = this.kms.view(sse.key);
    return {
      kind: "SSE-KMS",
      key: sse.key,
      keyAlias: key?.aliases[0] ?? null,
      keyArn: key?.arn ?? null,
      keyState: key?.state ?? null,
      keyVersion: sse.version,
      bucketKey: sse.bucketKey,
      context: sse.context,
    };
  }

  /** Refuses what cannot be read now, as the engine does. */
  open(object: string, { sse }: FakeVersion): void {
    if (!sse) return;
    if (sse.key !== null) return this.kms.use(sse.key, object);
    throw new ApiError(
      "customer_key_required",
      "this object is sealed under a key that you keep",
      "Stave does not have it, and does not store it",
      "download it with its key",
    );
  }

  private sealOf({ algorithm, key, bucketKey }: BucketEncryption): FakeSse | undefined {
    if (algorithm !== "aws:kms" || key === null) return undefined;
    return { key, version: this.kms.view(key)?.version ?? 1, bucketKey, context: {} };
  }
}

export class CustomerKeys {
  private kept: CustomerKeyView[] = [];

  constructor(
    private readonly world: World,
    seeded: boolean,
  ) {
    if (seeded) this.kept = [{ name: "night dumps", created: world.clock.now() - 11 * DAY }];
  }

  list(): CustomerKeyView[] {
    return [...this.kept];
  }

  keep(name: string, key: string | null): CustomerKeyKept {
    if (this.kept.some((it) => it.name === name)) {
      throw new ApiError(
        "customer_key_exists",
        `A key named “${name}” is kept already.`,
        "",
        "Choose another name.",
      );
    }
    if (key !== null && !isKey(key)) throw notAKey();
    this.kept = [...this.kept, { name, created: this.world.clock.now() }];
    const minted = `${draw(name, 43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")}=`;
    return { name, key: key === null ? minted : null };
  }

  forget(name: string): void {
    this.check({ name });
    this.kept = this.kept.filter((it) => it.name !== name);
  }

  check(key: { name: string } | { value: string }): void {
    if ("value" in key) {
      if (!isKey(key.value)) throw notAKey();
    } else if (!this.kept.some(({ name }) => name === key.name)) {
      throw missing("key", key.name);
    }
  }
}

const isKey = (text: string) => /^([A-Za-z0-9+/]{43}=|[0-9a-fA-F]{64})$/.test(text.trim());

const notAKey = () =>
  new ApiError(
    "customer_key_wrong",
    "This is no key.",
    "A key has 32 bytes: 44 characters in base64, or 64 hexadecimal digits.",
    "Type it again.",
  );
