/** The fake's listings: a cursor stands for a bucket, a prefix, a filter and an order. */
import { ApiError } from "./errors";
import type { Buckets, FakeBucket, FakeVersion } from "./fake-buckets";
import { contentTypeOf } from "./fake-buckets";
import type {
  ListingOpened,
  ListingRequest,
  ListingRows,
  RowView,
  SelectionSummary,
} from "./types";

/** The rows that one call may ask for; the contract's limit. */
const ROWS_MAX = 200;

interface Cursor {
  bucket: string;
  prefix: string;
  count: number;
  rowAt: (index: number) => RowView | null;
  find: (text: string) => number | null;
}

export class Listings {
  private readonly cursors = new Map<number, Cursor>();
  private opened = 0;

  constructor(private readonly buckets: Buckets) {}

  open(request: ListingRequest): ListingOpened {
    const bucket = this.buckets.get(request.bucket);
    const generated = bucket.generated !== null && request.prefix === "";
    const cursor = generated ? overGenerated(bucket, request) : overKeys(bucket, request);
    this.opened += 1;
    this.cursors.set(this.opened, cursor);
    return { cursor: this.opened, known: cursor.count, complete: true, sortable: !generated };
  }

  rows(id: number, start: number, len: number): ListingRows {
    const cursor = this.cursor(id);
    const rows: RowView[] = [];
    const end = Math.min(start + Math.min(len, ROWS_MAX), cursor.count);
    for (let index = start; index < end; index += 1) {
      const row = cursor.rowAt(index);
      if (row !== null) rows.push(row);
    }
    return { rows, known: cursor.count, complete: true };
  }

  find(id: number, text: string): number | null {
    return this.cursor(id).find(text);
  }

  close(id: number): void {
    this.cursors.delete(id);
  }

  /** Adds up a selection: named keys and prefixes, or all of a listing but some. */
  summary(request: {
    cursor: number;
    allSelected: boolean;
    exceptKeys: string[];
    keys: string[];
    prefixes: string[];
  }): SelectionSummary {
    const cursor = this.cursor(request.cursor);
    const bucket = this.buckets.get(cursor.bucket);
    if (request.allSelected && bucket.generated !== null) {
      const objects = bucket.generated.count - request.exceptKeys.length;
      return { objects, sizeBytes: objects * 1_100 };
    }
    const keys = new Set(request.keys);
    const prefixes = request.allSelected ? [cursor.prefix] : request.prefixes;
    for (const prefix of prefixes) {
      for (const key of this.buckets.liveKeysUnder(cursor.bucket, prefix)) keys.add(key);
    }
    for (const key of request.exceptKeys) keys.delete(key);
    let sizeBytes = 0;
    for (const key of keys)
      sizeBytes += this.buckets.versions(cursor.bucket, key)[0]?.sizeBytes ?? 0;
    return { objects: keys.size, sizeBytes };
  }

  private cursor(id: number): Cursor {
    const found = this.cursors.get(id);
    if (found === undefined) {
      throw new ApiError(
        "no_such_cursor",
        "This list is no longer open.",
        `cursor ${String(id)} is not known`,
        "Reload",
      );
    }
    return found;
  }
}

function overGenerated(bucket: FakeBucket, request: ListingRequest): Cursor {
  const keys = bucket.generated;
  const matching = request.filter === "" ? null : (keys?.matching(request.filter) ?? []);
  const count = matching?.length ?? keys?.count ?? 0;
  const rankAt = (index: number) => {
    const place = request.descending ? count - 1 - index : index;
    return matching === null ? place : (matching[place] ?? -1);
  };
  const rowAt = (index: number): RowView | null => {
    const object = keys?.at(rankAt(index));
    if (!object) return null;
    return {
      kind: "object",
      name: object.key,
      key: object.key,
      sizeBytes: object.sizeBytes,
      modified: object.modified,
      storageClass: "STANDARD",
      contentType: contentTypeOf(object.key),
      versionId: "null",
      versions: null,
      etag: object.etag,
    };
  };
  const find = (text: string) => {
    const rank = keys?.rankOfFirst(text) ?? null;
    if (rank === null) return null;
    if (matching === null) return request.descending ? count - 1 - rank : rank;
    const place = matching.indexOf(rank);
    return place === -1 ? null : place;
  };
  return { bucket: bucket.name, prefix: "", count, rowAt, find };
}

function overKeys(bucket: FakeBucket, request: ListingRequest): Cursor {
  const rows = rowsOf(bucket, request);
  const find = (text: string) => {
    const wanted = text.toLowerCase();
    const index = rows.findIndex((row) => row.name.toLowerCase().startsWith(wanted));
    return index === -1 ? null : index;
  };
  return {
    bucket: bucket.name,
    prefix: request.prefix,
    count: rows.length,
    rowAt: (index) => rows[index] ?? null,
    find,
  };
}

function rowsOf(bucket: FakeBucket, request: ListingRequest): RowView[] {
  const folders = new Set<string>();
  const objects: RowView[] = [];
  for (const [key, versions] of bucket.keys) {
    if (!key.startsWith(request.prefix) || key === request.prefix) continue;
    const latest = versions[0];
    if (latest === undefined || (latest.deleteMarker && !request.showDeleted)) continue;
    const rest = key.slice(request.prefix.length);
    const slash = rest.indexOf("/");
    if (slash !== -1) folders.add(rest.slice(0, slash + 1));
    else objects.push(objectRow(key, rest, versions, latest, bucket));
  }
  const wanted = request.filter.toLowerCase();
  const kept = (row: RowView) => row.name.toLowerCase().includes(wanted);
  const turn = request.descending ? -1 : 1;
  const order = (a: RowView, b: RowView) => turn * compare(a, b, request.sort);
  const named = [...folders].map((name) => folderRow(name, request.prefix));
  return [...named.filter(kept).sort(order), ...objects.filter(kept).sort(order)];
}

function compare(a: RowView, b: RowView, sort: ListingRequest["sort"]): number {
  const byName = a.name < b.name ? -1 : Number(a.name > b.name);
  if (sort === "size") return a.sizeBytes - b.sizeBytes || byName;
  if (sort === "modified") return a.modified - b.modified || byName;
  return byName;
}

function folderRow(name: string, prefix: string): RowView {
  return {
    kind: "folder",
    name,
    key: prefix + name,
    sizeBytes: 0,
    modified: 0,
    storageClass: "",
    contentType: "",
    versionId: "",
    versions: null,
    etag: "",
  };
}

function objectRow(
  key: string,
  name: string,
  versions: FakeVersion[],
  latest: FakeVersion,
  bucket: FakeBucket,
): RowView {
  const shown = latest.deleteMarker ? versions.find((v) => !v.deleteMarker) : latest;
  return {
    kind: latest.deleteMarker ? "deleted" : "object",
    name,
    key,
    sizeBytes: shown?.sizeBytes ?? 0,
    modified: latest.modified,
    storageClass: "STANDARD",
    contentType: contentTypeOf(key),
    versionId: latest.versionId,
    versions: bucket.versioning === "off" ? null : versions.filter((v) => !v.deleteMarker).length,
    etag: shown?.etag ?? "",
  };
}
