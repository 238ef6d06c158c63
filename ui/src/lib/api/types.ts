/**
 * The words that cross between the window and the app. Times are milliseconds since 1970,
 * sizes are bytes.
 */

export type VaultState =
  | "absent"
  | "locked"
  | "open"
  | "in_use"
  | "needs_recovery"
  | "keychain_absent"
  | "keychain_locked"
  | "newer_format"
  | "damaged";

export type Holder = "keychain" | "passphrase" | "key_file" | "recovery";

export interface VaultStatus {
  state: VaultState;
  folder: string;
  holders: Holder[];
  keychain: "ready" | "locked" | "absent";
  inUseBy: { pid: number } | null;
}

export type Purpose = "build" | "keep" | "manage";

export interface VaultCreated {
  recoveryWords: string[];
  /** Two positions, counted from 0, whose words are to be typed back. */
  check: number[];
}

export type Versioning = "off" | "enabled" | "suspended";

export interface BucketView {
  name: string;
  created: number;
  versioning: Versioning;
  objects: number;
  sizeBytes: number;
  versions: number;
  allVersionsSizeBytes: number;
}

export type SortColumn = "name" | "size" | "modified";

export interface ListingRequest {
  bucket: string;
  prefix: string;
  filter: string;
  sort: SortColumn;
  descending: boolean;
  showDeleted: boolean;
}

export interface ListingProgress {
  cursor: number;
  known: number;
  complete: boolean;
}

export interface ListingOpened extends ListingProgress {
  sortable: boolean;
}

export type RowKind = "folder" | "object" | "deleted";

export interface RowView {
  kind: RowKind;
  /** Relative to the prefix of the listing. */
  name: string;
  /** The full key; of a folder its prefix, with the slash at its end. */
  key: string;
  sizeBytes: number;
  modified: number;
  storageClass: string;
  contentType: string;
  versionId: string;
  versions: number | null;
  etag: string;
}

export interface ListingRows {
  rows: RowView[];
  known: number;
  complete: boolean;
}

export interface Checksum {
  algorithm: string;
  kind: string;
  value: string;
}

export interface ObjectView {
  bucket: string;
  key: string;
  versionId: string;
  isLatest: boolean;
  sizeBytes: number;
  etag: string;
  modified: number;
  owner: string;
  contentType: string;
  cacheControl: string | null;
  contentDisposition: string | null;
  contentEncoding: string | null;
  contentLanguage: string | null;
  expires: string | null;
  storageClass: string;
  userMetadata: Record<string, string>;
  checksum: Checksum | null;
  encryption: string;
  parts: number;
  s3Uri: string;
  url: string;
}

export interface VersionView {
  versionId: string;
  isLatest: boolean;
  deleteMarker: boolean;
  sizeBytes: number;
  modified: number;
  etag: string;
  owner: string;
}

export interface DeleteResult {
  /** Given where the bucket keeps versions. */
  undo: number | null;
  deleted: number;
  failed: { key: string; message: string }[];
}

export interface SelectionSummary {
  objects: number;
  sizeBytes: number;
}

export interface PreviewView {
  kind: "text" | "image" | "hex" | "none";
  url: string;
  text: string | null;
  hex: string | null;
  truncated: boolean;
  sizeBytes: number;
}

export type TransferKind = "upload" | "download" | "rename" | "delete";
export type TransferState = "waiting" | "active" | "done" | "failed" | "cancelled";

export interface TransferView {
  id: number;
  kind: TransferKind;
  name: string;
  bucket: string;
  target: string;
  state: TransferState;
  doneBytes: number;
  totalBytes: number;
  doneItems: number;
  totalItems: number;
  current: string;
  bytesPerSecond: number;
  message: string;
  hint: string;
  started: number | null;
  ended: number | null;
  failures: { name: string; message: string }[];
}

export interface ShareLink {
  url: string;
  expires: number;
  qrSvg: string;
  curl: string;
}

export interface EndpointStatus {
  state: "on" | "off" | "failed";
  url: string;
  port: number;
  preferredPort: number;
  portTakenBy: string | null;
  message: string;
  hint: string;
  region: string;
}

export interface AccessKeyView {
  id: string;
  user: string;
  active: boolean;
  created: number;
}

export interface AccessKeySecret {
  id: string;
  secret: string;
}

export interface Snippet {
  tab: string;
  title: string;
  language: string;
  code: string;
}

export interface AppInfo {
  version: string;
  folder: string;
  platform: string;
}

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

/** Settings are text by name, so that a newer window can keep its own beside them. */
export type SettingsMap = Record<string, string>;

export interface Change {
  kind: "bucket" | "object" | "uploads" | "accessKeys" | "everything";
  bucket?: string | null;
  key?: string | null;
}

export interface DropEvent {
  phase: "enter" | "over" | "drop" | "leave";
  /** In CSS pixels of the window. */
  x: number;
  y: number;
  paths: number;
}

/** What the app says by itself, and what comes along. */
export interface ApiEvents {
  change: Change;
  transfers: null;
  listing: ListingProgress;
  endpoint: null;
  vault: null;
  drop: DropEvent;
}
