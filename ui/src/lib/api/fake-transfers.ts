/** The fake's transfers: they move when the clock moves, two at a time, and end in the storage. */
import type { Buckets } from "./fake-buckets";
import { MINUTE } from "./fake-seed";
import { missing, type World } from "./fake-world";
import type { TransferView } from "./types";

/** How many transfers move at once; the others wait. */
const ACTIVE_MAX = 2;

/** What a transfer moves in a second. */
const BYTES_PER_SECOND = 48 * 1024 * 1024;

/** One file of an upload: where it ends, and how large it is. */
export interface Upload {
  name: string;
  sizeBytes: number;
}

interface Job {
  view: TransferView;
  uploads: Upload[];
  prefix: string;
}

export class Transfers {
  private jobs: Job[] = [];
  private started = 0;

  constructor(
    private readonly world: World,
    private readonly buckets: Buckets,
  ) {
    world.clock.onAdvance((stepMs) => {
      this.move(stepMs);
    });
  }

  list(): TransferView[] {
    return this.jobs.map((job) => ({ ...job.view, failures: [...job.view.failures] }));
  }

  upload(bucket: string, prefix: string, uploads: Upload[]): void {
    const total = uploads.reduce((sum, one) => sum + one.sizeBytes, 0);
    const name =
      uploads.length === 1 ? (uploads[0]?.name ?? "") : `${String(uploads.length)} files`;
    const job = this.add({ kind: "upload", name, bucket, target: `${bucket}/${prefix}` }, total);
    job.view.totalItems = uploads.length;
    job.uploads = uploads;
    job.prefix = prefix;
    this.changed();
  }

  download(bucket: string, names: string[], sizeBytes: number): void {
    const name = names.length === 1 ? (names[0] ?? "") : `${String(names.length)} objects`;
    const job = this.add({ kind: "download", name, bucket, target: "~/Downloads" }, sizeBytes);
    job.view.totalItems = names.length;
    this.changed();
  }

  rename(bucket: string, prefix: string, items: number): number {
    const job = this.add({ kind: "rename", name: prefix, bucket, target: prefix }, 0);
    Object.assign(job.view, {
      state: "done",
      totalItems: items,
      doneItems: items,
      ended: this.now(),
    });
    this.changed();
    return job.view.id;
  }

  /** A job that walks over what is there and moves nothing. */
  walk(kind: "reencrypt" | "scrub", bucket: string, items: number, sizeBytes: number): number {
    const name = kind === "scrub" ? "The whole vault" : bucket;
    const job = this.add({ kind, name, bucket, target: bucket }, sizeBytes);
    job.view.totalItems = items;
    this.changed();
    return job.view.id;
  }

  cancel(id: number): void {
    const { view } = this.find(id);
    if (view.state !== "active" && view.state !== "waiting") return;
    Object.assign(view, { state: "cancelled", ended: this.now(), bytesPerSecond: 0, current: "" });
    this.changed();
  }

  retry(id: number): void {
    const { view } = this.find(id);
    if (view.state !== "failed" && view.state !== "cancelled") return;
    Object.assign(view, { state: "waiting", message: "", hint: "", failures: [], ended: null });
    this.changed();
  }

  clear(): void {
    const going = (job: Job) => job.view.state === "active" || job.view.state === "waiting";
    this.jobs = this.jobs.filter(going);
    this.changed();
  }

  /** Puts one transfer of each state there: the screen with everything on it. */
  plant(): void {
    this.upload("photos", "2026/november/", [
      { name: "IMG_5001.jpg", sizeBytes: 1_400_000_000 },
      { name: "IMG_5002.jpg", sizeBytes: 1_480_000_000 },
    ]);
    this.download("backups", ["2026-11-21.sql.gz"], 1_260_000_000);
    this.upload("website", "assets/", [{ name: "app.js", sizeBytes: 84_002 }]);
    const failed = this.add(
      { kind: "download", name: "48 objects", bucket: "photos", target: "/media/usb/june" },
      214_000_000,
    );
    Object.assign(failed.view, {
      state: "failed",
      totalItems: 48,
      doneItems: 46,
      doneBytes: 205_000_000,
      started: this.now() - 9 * MINUTE,
      ended: this.now() - 6 * MINUTE,
      message: "2 of 48 objects were not written.",
      hint: "Free some space on the disk, then retry.",
      failures: [
        { name: "2026/june/IMG_4147.jpg", message: "no space left on the disk" },
        { name: "2026/june/IMG_4148.jpg", message: "no space left on the disk" },
      ],
    });
    const done = this.add(
      { kind: "upload", name: "cover.png", bucket: "photos", target: "photos/" },
      640_220,
    );
    Object.assign(done.view, {
      state: "done",
      doneBytes: 640_220,
      doneItems: 1,
      started: this.now() - 4 * MINUTE,
      ended: this.now() - 4 * MINUTE + 900,
    });
    this.move(0);
  }

  private add(
    about: Pick<TransferView, "kind" | "name" | "bucket" | "target">,
    totalBytes: number,
  ): Job {
    this.started += 1;
    const view: TransferView = {
      ...about,
      id: this.started,
      state: "waiting",
      doneBytes: 0,
      totalBytes,
      doneItems: 0,
      totalItems: 1,
      current: "",
      bytesPerSecond: 0,
      message: "",
      hint: "",
      started: null,
      ended: null,
      failures: [],
    };
    const job = { view, uploads: [], prefix: "" };
    this.jobs.push(job);
    return job;
  }

  private move(stepMs: number): void {
    const active = this.jobs.filter((job) => job.view.state === "active");
    const waiting = this.jobs.filter((job) => job.view.state === "waiting");
    for (const job of waiting.slice(0, ACTIVE_MAX - active.length)) {
      Object.assign(job.view, { state: "active", started: job.view.started ?? this.now() });
      active.push(job);
    }
    if (active.length === 0) return;
    for (const job of active) this.moveOne(job, stepMs);
    this.changed();
  }

  private moveOne(job: Job, stepMs: number): void {
    const { view } = job;
    const moved = Math.round((BYTES_PER_SECOND * stepMs) / 1_000);
    view.doneBytes = Math.min(view.totalBytes, view.doneBytes + moved);
    view.bytesPerSecond = BYTES_PER_SECOND;
    view.doneItems = Math.floor((view.doneBytes / Math.max(1, view.totalBytes)) * view.totalItems);
    view.current = job.uploads[Math.min(view.doneItems, job.uploads.length - 1)]?.name ?? view.name;
    if (stepMs > 0 && view.doneBytes >= view.totalBytes) this.finish(job);
  }

  private finish(job: Job): void {
    Object.assign(job.view, {
      state: "done",
      doneItems: job.view.totalItems,
      ended: this.now(),
      bytesPerSecond: 0,
      current: "",
    });
    for (const { name, sizeBytes } of job.uploads) {
      this.buckets.put(job.view.bucket, job.prefix + name, { sizeBytes });
    }
  }

  private find(id: number): Job {
    const found = this.jobs.find((job) => job.view.id === id);
    if (found === undefined) throw missing("transfer", String(id));
    return found;
  }

  private now(): number {
    return this.world.clock.now();
  }

  private changed(): void {
    this.world.events.emit("transfers", null);
  }
}
