/** The one door to the app: every call and every event of the screen passes here. */
import type { BucketAccessApi, CorsApi } from "./access";
import type { PeopleApi } from "./people";
import type { AuditApi, CustomerKeyApi, EncryptionApi, KeyApi, VaultLifeApi } from "./security";
import type {
  AccessKeySecret,
  AccessKeyView,
  ApiEvents,
  AppInfo,
  BucketSettings,
  BucketView,
  DeleteResult,
  EndpointStatus,
  ListingOpened,
  ListingRequest,
  ListingRows,
  Logging,
  ObjectPartsView,
  ObjectView,
  Ownership,
  Payer,
  PreviewView,
  Purpose,
  SelectionSummary,
  SettingsMap,
  ShareLink,
  Snippet,
  Tag,
  TransferView,
  UploadsAborted,
  UploadsView,
  VaultCreated,
  VaultStatus,
  VersionView,
  Website,
} from "./types";

export type * from "./access";
export type * from "./people";
export type * from "./security";
export * from "./types";
export { ApiError, toApiError } from "./errors";

/** A version of an object; without an id the newest. */
export interface ObjectRef {
  bucket: string;
  key: string;
  versionId: string | null;
}

/** Ends a subscription. */
export type Unlisten = () => void;

export interface VaultApi {
  vaultStatus(): Promise<VaultStatus>;
  vaultCreate(args: {
    holder: "keychain" | "passphrase";
    passphrase: string | null;
    purpose: Purpose;
  }): Promise<VaultCreated>;
  vaultConfirmRecovery(args: { words: string[] }): Promise<void>;
  /**
   * Opens the vault by a passphrase; by the recovery words, where a passphrase or else the keychain
   * keeps the key from then on; or by what needs nobody.
   */
  vaultUnlock(args: {
    passphrase: string | null;
    recoveryWords: string | null;
  }): Promise<VaultStatus>;
  vaultLock(): Promise<VaultStatus>;
}

export interface BucketApi {
  listBuckets(): Promise<BucketView[]>;
  createBucket(args: { name: string; versioned: boolean }): Promise<void>;
  deleteBucket(args: { name: string }): Promise<void>;
  setVersioning(args: { name: string; enabled: boolean }): Promise<void>;
  /** Says why the name is refused, or null. */
  checkBucketName(args: { name: string }): Promise<string | null>;
}

export interface BucketSettingsApi {
  bucketSettings(args: { name: string }): Promise<BucketSettings>;
  putBucketTags(args: { name: string; tags: Tag[] }): Promise<void>;
  putBucketOwnership(args: { name: string; ownership: Ownership }): Promise<void>;
  putBucketPayer(args: { name: string; payer: Payer }): Promise<void>;
  /** Null sends the logs nowhere. */
  putBucketLogging(args: { name: string; logging: Logging | null }): Promise<void>;
  /** Null ends the web site. */
  putBucketWebsite(args: { name: string; website: Website | null }): Promise<void>;
}

/** Uploads that were begun and not finished. */
export interface UploadApi {
  listUploads(args: { bucket: string }): Promise<UploadsView>;
  abortUpload(args: { bucket: string; key: string; uploadId: string }): Promise<void>;
  /** Aborts those begun more than so many days ago. */
  abortOldUploads(args: { bucket: string; days: number }): Promise<UploadsAborted>;
}

export interface ListingApi {
  openListing(args: ListingRequest): Promise<ListingOpened>;
  /** At most 200 rows at a time. */
  listingRows(args: { cursor: number; start: number; len: number }): Promise<ListingRows>;
  listingFind(args: { cursor: number; text: string }): Promise<number | null>;
  closeListing(args: { cursor: number }): Promise<void>;
  selectSummary(args: {
    cursor: number;
    exceptKeys: string[];
    allSelected: boolean;
    keys: string[];
    prefixes: string[];
  }): Promise<SelectionSummary>;
}

export interface ObjectApi {
  objectDetails(args: ObjectRef): Promise<ObjectView>;
  objectVersions(args: { bucket: string; key: string }): Promise<VersionView[]>;
  createFolder(args: { bucket: string; prefix: string }): Promise<void>;
  renameObject(args: {
    bucket: string;
    key: string;
    toBucket: string;
    toKey: string;
  }): Promise<void>;
  renameFolder(args: {
    bucket: string;
    prefix: string;
    toPrefix: string;
  }): Promise<{ job: number }>;
  deleteObjects(args: {
    bucket: string;
    keys: string[];
    prefixes: string[];
  }): Promise<DeleteResult>;
  undoDelete(args: { undo: number }): Promise<{ restored: number }>;
  restoreVersion(args: { bucket: string; key: string; versionId: string }): Promise<void>;
  undeleteObject(args: { bucket: string; key: string }): Promise<void>;
  deleteVersion(args: {
    bucket: string;
    key: string;
    versionId: string;
    typedName: string;
  }): Promise<void>;
  /** Parts with a number above `after`, some at a time. */
  objectParts(args: ObjectRef & { after: number }): Promise<ObjectPartsView>;
  /** Sets tags in the place of those that the object has. */
  putObjectTags(args: ObjectRef & { tags: Tag[] }): Promise<void>;
  previewObject(args: ObjectRef): Promise<PreviewView>;
  shareLink(args: ObjectRef & { expiresSeconds: number }): Promise<ShareLink>;
}

export interface TransferApi {
  pickAndUpload(args: { bucket: string; prefix: string; folders: boolean }): Promise<void>;
  uploadPaths(args: { bucket: string; prefix: string; paths: string[] }): Promise<void>;
  /** Uploads what was dropped last. */
  uploadDropped(args: { bucket: string; prefix: string }): Promise<void>;
  pickAndDownload(args: {
    bucket: string;
    keys: string[];
    prefixes: string[];
    versionId: string | null;
  }): Promise<void>;
  listTransfers(): Promise<TransferView[]>;
  cancelTransfer(args: { id: number }): Promise<void>;
  retryTransfer(args: { id: number }): Promise<void>;
  clearTransfers(): Promise<void>;
}

export interface DeveloperApi {
  endpointStatus(): Promise<EndpointStatus>;
  endpointStart(args: { port: number | null }): Promise<EndpointStatus>;
  endpointStop(): Promise<EndpointStatus>;
  listAccessKeys(): Promise<AccessKeyView[]>;
  addAccessKey(args: { user: string }): Promise<AccessKeySecret>;
  setAccessKeyActive(args: { id: string; active: boolean }): Promise<void>;
  deleteAccessKey(args: { id: string }): Promise<void>;
  revealAccessKey(args: { id: string }): Promise<AccessKeySecret>;
  snippets(args: { accessKeyId: string; bucket: string }): Promise<Snippet[]>;
}

export interface AppApi {
  appInfo(): Promise<AppInfo>;
  settingsGet(): Promise<SettingsMap>;
  settingsPut(args: { settings: SettingsMap }): Promise<void>;
  /** Calls `handler` at each event of that name until the returned function is called. */
  listen<E extends keyof ApiEvents>(event: E, handler: (payload: ApiEvents[E]) => void): Unlisten;
}

export type Api = VaultApi &
  VaultLifeApi &
  KeyApi &
  EncryptionApi &
  AuditApi &
  CustomerKeyApi &
  BucketApi &
  BucketSettingsApi &
  UploadApi &
  ListingApi &
  ObjectApi &
  TransferApi &
  DeveloperApi &
  PeopleApi &
  CorsApi &
  BucketAccessApi &
  AppApi;

/** The api in use. It is there once `getApi()` or `useApi()` has run, which happens before the first screen. */
export let api: Api;

let connecting: Promise<Api> | undefined;

/** Connects to the app, or in a plain browser to the one in memory. */
export function getApi(): Promise<Api> {
  connecting ??= connect().then(useApi);
  return connecting;
}

/** Puts another implementation in place; tests begin with it. */
export function useApi(implementation: Api): Api {
  api = implementation;
  connecting = Promise.resolve(implementation);
  return implementation;
}

async function connect(): Promise<Api> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./tauri")).createTauriApi();
  return (await import("./fake")).createFakeApi();
}
