/** The fake's use cases over objects: details, versions, renames, deletes that can be undone. */
import { ApiError } from "./errors";
import type { Buckets, FakeVersion } from "./fake-buckets";
import type { Encryptions } from "./fake-encryption";
import { etagOf } from "./fake-seed";
import { missing, type World } from "./fake-world";
import type { ObjectRef } from "./index";
import type { DeleteResult, ObjectPartsView, ObjectView, Tag, VersionView } from "./types";

const OWNER = "admin";

/** What is larger than this was uploaded in parts of it. */
const PART_BYTES = 16 * 1024 * 1024;
const PARTS_PAGE = 50;

function partsOf({ sizeBytes }: FakeVersion): number {
  return sizeBytes > PART_BYTES ? Math.ceil(sizeBytes / PART_BYTES) : 0;
}

interface Removed {
  bucket: string;
  markers: { key: string; versionId: string }[];
}

export class Objects {
  private readonly undos = new Map<number, Removed>();

  constructor(
    private readonly world: World,
    private readonly buckets: Buckets,
    private readonly encryptions: Encryptions,
  ) {}

  details(ref: ObjectRef, url: string): ObjectView {
    const { bucket, key } = ref;
    const version = this.buckets.version(bucket, key, ref.versionId);
    const newest = this.buckets.versions(bucket, key)[0];
    return {
      bucket,
      key,
      versionId: version.versionId,
      isLatest: newest?.versionId === version.versionId,
      sizeBytes: version.sizeBytes,
      etag: version.etag,
      modified: version.modified,
      owner: OWNER,
      contentType: version.contentType,
      cacheControl: key.endsWith(".css") ? "max-age=3600" : null,
      contentDisposition: null,
      contentEncoding: null,
      contentLanguage: null,
      expires: null,
      storageClass: "STANDARD",
      userMetadata: key === "cover.png" ? { camera: "X100V", photographer: "Jonas" } : {},
      checksum: {
        algorithm: "CRC64NVME",
        kind: "FULL_OBJECT",
        value: `${etagOf(`${key}/checksum`).slice(0, 11)}=`,
      },
      encryption: this.encryptions.view(version),
      parts: partsOf(version),
      tags: version.tags ?? [],
      access: key === "cover.png" ? "public_read" : "private",
      s3Uri: `s3://${bucket}/${key}`,
      url: `${url}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`,
    };
  }

  /** Tells of the parts, some at a time: all but the last have 16 MiB. */
  parts(ref: ObjectRef, after: number): ObjectPartsView {
    const version = this.buckets.version(ref.bucket, ref.key, ref.versionId);
    const count = partsOf(version);
    const last = Math.min(count, after + PARTS_PAGE);
    const parts = Array.from({ length: Math.max(0, last - after) }, (_, i) => {
      const number = after + i + 1;
      const value = `${etagOf(`${ref.key}/part/${String(number)}`).slice(0, 11)}=`;
      return {
        number,
        sizeBytes: Math.min(PART_BYTES, version.sizeBytes - (number - 1) * PART_BYTES),
        checksum: { algorithm: "CRC64NVME", kind: "FULL_OBJECT", value },
      };
    });
    return { parts, nextAfter: last < count ? last : null };
  }

  setTags(ref: ObjectRef, tags: Tag[]): void {
    const version = this.buckets.version(ref.bucket, ref.key, ref.versionId);
    version.tags = [...tags].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.changed(ref.bucket, ref.key);
  }

  versions(bucket: string, key: string): VersionView[] {
    return this.buckets.versions(bucket, key).map((version, i) => ({
      versionId: version.versionId,
      isLatest: i === 0,
      deleteMarker: version.deleteMarker,
      sizeBytes: version.sizeBytes,
      modified: version.modified,
      etag: version.etag,
      owner: OWNER,
    }));
  }

  createFolder(bucket: string, prefix: string): void {
    this.buckets.put(bucket, `${prefix.replace(/\/+$/, "")}/`, { sizeBytes: 0 });
  }

  rename(bucket: string, key: string, toBucket: string, toKey: string): void {
    if (bucket === toBucket && key === toKey) return;
    const version = this.buckets.version(bucket, key, null);
    this.buckets.put(toBucket, toKey, version);
    this.buckets.delete(bucket, key);
    this.changed(bucket, key);
  }

  renameFolder(bucket: string, prefix: string, toPrefix: string): number {
    const keys = this.buckets.liveKeysUnder(bucket, prefix);
    for (const key of keys) {
      this.rename(bucket, key, bucket, toPrefix + key.slice(prefix.length));
    }
    return keys.length;
  }

  delete(request: { bucket: string; keys: string[]; prefixes: string[] }): DeleteResult {
    const { bucket } = request;
    const keys = new Set(request.keys);
    for (const prefix of request.prefixes) {
      for (const key of this.buckets.liveKeysUnder(bucket, prefix)) keys.add(key);
    }
    const markers: Removed["markers"] = [];
    for (const key of keys) {
      const versionId = this.buckets.delete(bucket, key);
      if (versionId !== null) markers.push({ key, versionId });
    }
    this.changed(bucket, null);
    if (markers.length === 0) return { undo: null, deleted: keys.size, failed: [] };
    const undo = this.undos.size + 1;
    this.undos.set(undo, { bucket, markers });
    return { undo, deleted: keys.size, failed: [] };
  }

  undo(token: number): { restored: number } {
    const removed = this.undos.get(token);
    if (removed === undefined) throw missing("deletion", String(token));
    this.undos.delete(token);
    for (const { key, versionId } of removed.markers) {
      this.buckets.removeVersion(removed.bucket, key, versionId);
    }
    this.changed(removed.bucket, null);
    return { restored: removed.markers.length };
  }

  restore(bucket: string, key: string, versionId: string): void {
    const found = this.buckets.version(bucket, key, versionId);
    this.buckets.put(bucket, key, found);
  }

  undelete(bucket: string, key: string): void {
    const isMarker = (version: FakeVersion | undefined) => version?.deleteMarker === true;
    for (;;) {
      const newest = this.buckets.versions(bucket, key)[0];
      if (newest === undefined || !isMarker(newest)) break;
      this.buckets.removeVersion(bucket, key, newest.versionId);
    }
    this.changed(bucket, key);
  }

  deleteVersion(bucket: string, key: string, versionId: string, typedName: string): void {
    const name = key.slice(key.lastIndexOf("/") + 1);
    if (typedName !== name && typedName !== bucket) {
      throw new ApiError(
        "name_differs",
        "Nothing was deleted.",
        `The name typed is “${typedName}”, not “${name}”.`,
        "Type the name exactly as it is shown.",
      );
    }
    this.buckets.version(bucket, key, versionId);
    this.buckets.removeVersion(bucket, key, versionId);
    this.changed(bucket, key);
  }

  private changed(bucket: string, key: string | null): void {
    this.world.events.emit("change", { kind: "object", bucket, key });
  }
}
