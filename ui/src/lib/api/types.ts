/**
 * The words that cross between the window and the app: those that Rust writes (see `bindings/`), and the few
 * that are the window's own. Times are milliseconds since 1970, sizes are bytes.
 */

import type { Change } from "./bindings/Change";
import type { DropEvent } from "./bindings/DropEvent";
import type { ListingProgress } from "./bindings/ListingProgress";

export type { AccessKeySecret } from "./bindings/AccessKeySecret";
export type { AccessKeyView } from "./bindings/AccessKeyView";
export type { Access } from "./bindings/Access";
export type { AppInfo } from "./bindings/AppInfo";
export type { BucketSettings } from "./bindings/BucketSettings";
export type { BucketView } from "./bindings/BucketView";
export type { Change } from "./bindings/Change";
export type { Checksum } from "./bindings/Checksum";
export type { DeleteResult } from "./bindings/DeleteResult";
export type { DropEvent } from "./bindings/DropEvent";
export type { HolderKind as Holder } from "./bindings/HolderKind";
export type { ListingProgress } from "./bindings/ListingProgress";
export type { ListingRequest } from "./bindings/ListingRequest";
export type { ListingRows } from "./bindings/ListingRows";
export type { LogKeyFormat } from "./bindings/LogKeyFormat";
export type { Logging } from "./bindings/Logging";
export type { ObjectPartsView } from "./bindings/ObjectPartsView";
export type { ObjectPartView } from "./bindings/ObjectPartView";
export type { Ownership } from "./bindings/Ownership";
export type { Payer } from "./bindings/Payer";
export type { PreviewView } from "./bindings/PreviewView";
export type { Purpose } from "./bindings/Purpose";
export type { RowKind } from "./bindings/RowKind";
export type { RowView } from "./bindings/RowView";
export type { SelectionSummary } from "./bindings/SelectionSummary";
export type { ShareLink } from "./bindings/ShareLink";
export type { Snippet } from "./bindings/Snippet";
export type { SortColumn } from "./bindings/SortColumn";
export type { Tag } from "./bindings/Tag";
export type { TransferState } from "./bindings/TransferState";
export type { UploadsAborted } from "./bindings/UploadsAborted";
export type { UploadsView } from "./bindings/UploadsView";
export type { UploadView } from "./bindings/UploadView";
export type { VaultCreated } from "./bindings/VaultCreated";
export type { VaultState } from "./bindings/VaultState";
export type { VersionView } from "./bindings/VersionView";
export type { Versioning } from "./bindings/Versioning";
export type { Website } from "./bindings/Website";

export type * from "./pending";

/** A cursor as it is opened: what is known by then. */
export type ListingOpened = ListingProgress;

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

/** Settings are text by name, so that a newer window can keep its own beside them. */
export type SettingsMap = Record<string, string>;

/** What the app says by itself, and what comes along. */
export interface ApiEvents {
  change: Change;
  transfers: null;
  listing: ListingProgress;
  endpoint: null;
  vault: null;
  drop: DropEvent;
}
