/** The fake's storage: buckets, keys and versions, by the rules that the engine keeps. */
import { ApiError } from "./errors";
import type { FakeSse } from "./fake-encryption";
import { GeneratedKeys } from "./fake-generated";
import { draw, etagOf, SEED_BUCKETS, type SeedBucket } from "./fake-seed";
import { missing, type World } from "./fake-world";
import type { BucketView, Tag } from "./types";

export interface FakeVersion {
  versionId: string;
  deleteMarker: boolean;
  sizeBytes: number;
  modified: number;
  etag: string;
  contentType: string;
  body: string | null;
  tags?: Tag[];
  /** How it is sealed; absent under the vault's own key. */
  sse?: FakeSse | undefined;
}

export interface FakeBucket {
  name: string;
  created: number;
  versioning: BucketView["versioning"];
  /** Versions of each key, newest first; a key without versions is not in the map. */
  keys: Map<string, FakeVersion[]>;
  generated: GeneratedKeys | null;
}

const TYPES: Record<string, string> = {
  css: "text/css",
  gz: "application/gzip",
  html: "text/html",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  pdf: "application/pdf",
  png: "image/png",
  txt: "text/plain",
  woff2: "font/woff2",
};

/** Returns the content type that a key's ending stands for. */
export function contentTypeOf(key: string): string {
  const ending = key.slice(key.lastIndexOf(".") + 1).toLowerCase();
  return TYPES[ending] ?? "application/octet-stream";
}

export class Buckets {
  private readonly buckets = new Map<string, FakeBucket>();
  private minted = 0;
  /** How a bucket seals what is written without a word about it. */
  sealOf: (bucket: string) => FakeSse | undefined = () => undefined;

  constructor(
    private readonly world: World,
    seeded: boolean,
  ) {
    if (seeded) for (const seed of SEED_BUCKETS) this.plant(seed);
  }

  list(): BucketView[] {
    return [...this.buckets.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((bucket) => viewOf(bucket));
  }

  get(name: string): FakeBucket {
    const found = this.buckets.get(name);
    if (found === undefined) throw missing("bucket", name);
    return found;
  }

  /** Returns the versions of a key, newest first; generated keys have one. */
  versions(bucketName: string, key: string): FakeVersion[] {
    const bucket = this.get(bucketName);
    const known = bucket.keys.get(key);
    if (known !== undefined) return known;
    const generated = bucket.generated?.find(key);
    if (!generated) throw missing("object", key);
    return [
      {
        ...generated,
        versionId: "null",
        deleteMarker: false,
        contentType: contentTypeOf(key),
        body: `{"event": "${key}", "bytes": ${String(generated.sizeBytes)}}\n`,
      },
    ];
  }

  /** Returns one version; without an id the newest, which must not be a delete marker. */
  version(bucketName: string, key: string, versionId: string | null): FakeVersion {
    const versions = this.versions(bucketName, key);
    const found =
      versionId === null ? versions[0] : versions.find((v) => v.versionId === versionId);
    if (found === undefined || (versionId === null && found.deleteMarker)) {
      throw missing("object", key);
    }
    return found;
  }

  create(name: string, versioned: boolean): void {
    const refusal = this.refusal(name);
    if (refusal !== null) {
      throw new ApiError(
        "invalid_name",
        "The bucket was not created.",
        refusal,
        "Choose another name.",
      );
    }
    this.buckets.set(name, {
      name,
      created: this.world.clock.now(),
      versioning: versioned ? "enabled" : "off",
      keys: new Map(),
      generated: null,
    });
    this.world.events.emit("change", { kind: "bucket", bucket: name, key: null });
  }

  remove(name: string): void {
    const bucket = this.get(name);
    if (bucket.keys.size > 0 || (bucket.generated?.count ?? 0) > 0) {
      throw new ApiError(
        "bucket_not_empty",
        `The bucket “${name}” is not empty.`,
        "Only an empty bucket can be deleted; earlier versions and delete markers count.",
        "Empty it first.",
      );
    }
    this.buckets.delete(name);
    this.world.events.emit("change", { kind: "bucket", bucket: name, key: null });
  }

  setVersioning(name: string, enabled: boolean): void {
    this.get(name).versioning = enabled ? "enabled" : "suspended";
    this.world.events.emit("change", { kind: "bucket", bucket: name, key: null });
  }

  /** Says why a name is refused, or null. */
  refusal(name: string): string | null {
    if (this.buckets.has(name)) return "A bucket of that name exists already.";
    if (name.length < 3 || name.length > 63) return "A name has 3 to 63 characters.";
    if (!/^[a-z0-9.-]+$/.test(name)) {
      return "A name has only lower-case letters, digits, dots and hyphens.";
    }
    if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return "A name begins and ends with a letter or digit.";
    return null;
  }

  /** Writes a new latest version. */
  put(
    bucketName: string,
    key: string,
    content: { sizeBytes: number; body?: string | null; sse?: FakeSse | undefined },
  ): void {
    const bucket = this.get(bucketName);
    this.push(bucket, key, {
      versionId: this.mint(bucket),
      deleteMarker: false,
      sizeBytes: content.sizeBytes,
      modified: this.world.clock.now(),
      etag: etagOf(`${bucketName}/${key}/${String(this.minted)}`),
      contentType: contentTypeOf(key),
      body: content.body ?? null,
      sse: content.sse ?? this.sealOf(bucketName),
    });
    this.world.events.emit("change", { kind: "object", bucket: bucketName, key });
  }

  /** Deletes a key as S3 does, and returns the id of the delete marker, if one was made. */
  delete(bucketName: string, key: string): string | null {
    const bucket = this.get(bucketName);
    if (bucket.generated?.remove(key) === true) return null;
    if (bucket.versioning === "off") {
      bucket.keys.delete(key);
      return null;
    }
    const versionId = this.mint(bucket);
    this.push(bucket, key, {
      versionId,
      deleteMarker: true,
      sizeBytes: 0,
      modified: this.world.clock.now(),
      etag: "",
      contentType: "",
      body: null,
    });
    return versionId;
  }

  /** Removes one version for good. */
  removeVersion(bucketName: string, key: string, versionId: string): void {
    const bucket = this.get(bucketName);
    const left = this.versions(bucketName, key).filter((v) => v.versionId !== versionId);
    if (left.length === 0) bucket.keys.delete(key);
    else bucket.keys.set(key, left);
  }

  /** Returns the keys that a prefix holds and that are not deleted. */
  liveKeysUnder(bucketName: string, prefix: string): string[] {
    const live = (versions: FakeVersion[]) => versions[0]?.deleteMarker === false;
    return [...this.get(bucketName).keys.entries()]
      .filter(([key, versions]) => key.startsWith(prefix) && live(versions))
      .map(([key]) => key);
  }

  /** Every version that is an object, with its bucket. */
  everyVersion(): (FakeVersion & { bucket: string })[] {
    return [...this.buckets.values()].flatMap((bucket) =>
      [...bucket.keys.values()]
        .flat()
        .filter(({ deleteMarker }) => !deleteMarker)
        .map((version) => ({ ...version, bucket: bucket.name })),
    );
  }

  private plant(seed: SeedBucket): void {
    const start = this.world.clock.now();
    const bucket: FakeBucket = {
      name: seed.name,
      created: start - seed.ageMs,
      versioning: "enabled",
      keys: new Map(),
      generated: seed.generated === undefined ? null : new GeneratedKeys(seed.generated),
    };
    bucket.versioning = seed.versioning;
    for (const object of seed.objects) {
      const past = [
        ...(object.earlier ?? []),
        { sizeBytes: object.sizeBytes, ageMs: object.ageMs },
      ];
      for (const one of past.sort((a, b) => b.ageMs - a.ageMs)) {
        this.push(bucket, object.key, {
          versionId: seed.versioning === "enabled" ? this.mint(bucket) : "null",
          deleteMarker: false,
          sizeBytes: one.sizeBytes,
          modified: start - one.ageMs,
          etag: etagOf(`${seed.name}/${object.key}/${String(one.ageMs)}`),
          contentType: contentTypeOf(object.key),
          body: one.ageMs === object.ageMs ? (object.body ?? null) : null,
          tags: object.tags ?? [],
          sse: seed.sealOf?.(object.key, one.ageMs),
        });
      }
      if (object.deletedAgeMs !== undefined) {
        this.push(bucket, object.key, {
          versionId: this.mint(bucket),
          deleteMarker: true,
          sizeBytes: 0,
          modified: start - object.deletedAgeMs,
          etag: "",
          contentType: "",
          body: null,
        });
      }
    }
    this.buckets.set(seed.name, bucket);
  }

  private push(bucket: FakeBucket, key: string, version: FakeVersion): void {
    const kept = (bucket.keys.get(key) ?? []).filter((v) => v.versionId !== version.versionId);
    bucket.keys.set(key, [version, ...kept]);
  }

  private mint(bucket: FakeBucket): string {
    this.minted += 1;
    if (bucket.versioning !== "enabled") return "null";
    return draw(
      `version${String(this.minted)}`,
      32,
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.",
    );
  }
}

function viewOf(bucket: FakeBucket): BucketView {
  const view: BucketView = {
    name: bucket.name,
    created: bucket.created,
    versioning: bucket.versioning,
    objects: bucket.generated?.count ?? 0,
    sizeBytes: (bucket.generated?.count ?? 0) * 1_100,
    versions: bucket.generated?.count ?? 0,
    allVersionsSizeBytes: (bucket.generated?.count ?? 0) * 1_100,
  };
  for (const versions of bucket.keys.values()) {
    const latest = versions[0];
    if (latest?.deleteMarker === false) {
      view.objects += 1;
      view.sizeBytes += latest.sizeBytes;
    }
    view.versions += versions.length;
    for (const version of versions) view.allVersionsSizeBytes += version.sizeBytes;
  }
  return view;
}
