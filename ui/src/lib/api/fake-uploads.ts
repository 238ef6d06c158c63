/** The fake's unfinished uploads: what clients left behind. */
import { ApiError } from "./errors";
import type { Buckets } from "./fake-buckets";
import { DAY, draw, HOUR } from "./fake-seed";
import type { World } from "./fake-world";
import type { UploadsAborted, UploadsView, UploadView } from "./types";

const LEFT: [key: string, ageMs: number, parts: number, sizeBytes: number][] = [
  ["db/2026-10-30.sql.gz", 23 * DAY, 61, 511_705_088],
  ["db/2026-11-02.sql.gz", 20 * DAY, 3, 25_165_824],
  ["exports/all-years.tar", 5 * HOUR, 12, 100_663_296],
];

export class Uploads {
  private readonly left = new Map<string, UploadView[]>();

  constructor(
    private readonly world: World,
    private readonly buckets: Buckets,
    seeded: boolean,
  ) {
    if (!seeded) return;
    const start = world.clock.now();
    const uploads = LEFT.map(([key, ageMs, parts, sizeBytes]) => ({
      key,
      uploadId: draw(key, 32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
      initiated: start - ageMs,
      owner: "admin",
      parts,
      sizeBytes,
    }));
    this.left.set("backups", uploads);
  }

  list(bucket: string): UploadsView {
    this.buckets.get(bucket);
    const uploads = this.left.get(bucket) ?? [];
    return { uploads, sizeBytes: sum(uploads), more: false };
  }

  abort(bucket: string, uploadId: string): void {
    const all = this.list(bucket).uploads;
    if (!all.some((upload) => upload.uploadId === uploadId)) {
      throw new ApiError(
        "no_such_upload",
        `Upload ${uploadId} does not exist, or was completed or aborted.`,
        "",
        "Refresh the list; somebody may have changed it.",
      );
    }
    this.keep(
      bucket,
      all.filter((upload) => upload.uploadId !== uploadId),
    );
  }

  abortOld(bucket: string, days: number): UploadsAborted {
    const all = this.list(bucket).uploads;
    const limit = this.world.clock.now() - days * DAY;
    const old = all.filter(({ initiated }) => initiated < limit);
    this.keep(
      bucket,
      all.filter(({ initiated }) => initiated >= limit),
    );
    return { aborted: old.length, sizeBytes: sum(old) };
  }

  private keep(bucket: string, uploads: UploadView[]): void {
    this.left.set(bucket, uploads);
    this.world.events.emit("change", { kind: "uploads", bucket, key: null });
  }
}

function sum(uploads: readonly UploadView[]): number {
  return uploads.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}
