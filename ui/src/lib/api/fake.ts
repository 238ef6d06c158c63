/**
 * The api in memory: the same answers on every start. It serves unit tests, screen tests and
 * `npm run dev` in a plain browser. The address chooses the scene:
 *
 * - `?vault=absent|locked|words_unconfirmed|needs_recovery|keychain_absent|keychain_locked|in_use|newer_format|damaged|disk_full|unreadable`
 * - `?keychain=absent|locked` for a first run without the keychain
 * - `?keychain=missing_entry|wrong_value` beside `?vault=needs_recovery`, `?holder=passphrase`
 * - `?endpoint=off|busy|failed`, `?transfers=some`, `?buckets=none`, `?keys=none`, `?audit=none|broken`
 * - `?links=none`, `?requests=none`, `?network=on|blocked`
 * - `?fail=list_buckets,listing_rows` and `?hang=…` for the failed and loading faces; `?latency=300`
 * - `?clock=manual`: time begins at a fixed moment and moves only by `window.__fake.advance`
 */
import { Buckets } from "./fake-buckets";
import { FakeEndpoint, FakeKeys, linkFor, snippetsFor } from "./fake-developer";
import { Listings } from "./fake-listing";
import { Objects } from "./fake-objects";
import { peopleApi, peopleParts, type PeopleParts } from "./fake-people";
import { previewOf } from "./fake-preview";
import type { FakeRequest } from "./fake-requests";
import { BucketSettingsOf } from "./fake-settings";
import { accessApi, accessParts, type AccessParts } from "./fake-origins";
import { Transfers, type Upload } from "./fake-transfers";
import { securityApi, securityParts, type SecurityParts } from "./fake-security";
import { Uploads } from "./fake-uploads";
import { FakeVault } from "./fake-vault";
import { Emitter, FakeClock, Faults, type World } from "./fake-world";
import type {
  AppApi,
  Api,
  BucketApi,
  BucketSettingsApi,
  DeveloperApi,
  ListingApi,
  ObjectApi,
  TransferApi,
  UploadApi,
  VaultApi,
} from "./index";
import type { DropEvent, SettingsMap } from "./types";

/** What tests hold the fake by. */
export interface FakeControls {
  advance: (ms: number) => void;
  /** Lets a command fail from now on. */
  fail: (command: string) => void;
  /** Ends every failure and wait. */
  heal: () => void;
  /** Acts as the desktop does while files are dragged over the window. */
  drop: (phase: DropEvent["phase"], x: number, y: number, names?: string[]) => void;
  /** Acts as another client of the endpoint that writes an object. */
  put: (bucket: string, key: string, sizeBytes: number) => void;
  /** Acts as another client of the key service that disables a key. */
  disableKey: (key: string) => void;
  /** Acts as a browser whose page asks the endpoint, and is refused. */
  refuse: (bucket: string, origin: string, method: string, key: string) => void;
  /** Acts as somebody who opens the newest link. */
  openLink: () => void;
  /** Acts as a client of the endpoint. */
  request: (request: FakeRequest) => void;
  /** The commands called so far, in order. */
  calls: string[];
}

declare global {
  interface Window {
    __fake?: FakeControls;
  }
}

interface Parts extends World, SecurityParts, PeopleParts, AccessParts {
  buckets: Buckets;
  bucketSettings: BucketSettingsOf;
  uploads: Uploads;
  listings: Listings;
  objects: Objects;
  transfers: Transfers;
  vault: FakeVault;
  endpoint: FakeEndpoint;
  keys: FakeKeys;
  settings: SettingsMap;
  dropped: Upload[];
}

/** Makes the api in memory for the scene that the query names. */
export function createFakeApi(query = new URLSearchParams(window.location.search)): Api {
  const parts = assemble(query);
  const calls: string[] = [];
  window.__fake = controlsOf(parts, calls);
  if (!parts.clock.manual) setInterval(() => parts.clock.advance(250), 250);
  const answers = {
    ...vaultApi(parts),
    ...securityApi(parts),
    ...bucketApi(parts),
    ...bucketSettingsApi(parts),
    ...uploadApi(parts),
    ...listingApi(parts),
    ...objectApi(parts),
    ...transferApi(parts),
    ...developerApi(parts),
    ...peopleApi(parts),
    ...accessApi(parts),
    ...appApi(parts),
  };
  return guarded(answers, parts.faults, calls);
}

function assemble(query: URLSearchParams): Parts {
  const world: World = {
    clock: FakeClock.fromQuery(query),
    events: new Emitter(),
    faults: new Faults(query),
  };
  const firstRun = query.get("vault") === "absent";
  const seeded = !firstRun && query.get("buckets") !== "none";
  const buckets = new Buckets(world, seeded);
  const security = securityParts(world, buckets, query, seeded);
  const transfers = new Transfers(world, buckets);
  if (query.get("transfers") === "some") transfers.plant();
  const vault = new FakeVault(world, query, (purpose) => {
    if (purpose === "build") buckets.create("dev", true);
  });
  const endpoint = new FakeEndpoint(
    world,
    query.get("endpoint"),
    vault.status().state === "locked",
  );
  const accessKeys = new FakeKeys(world, seeded);
  const people = peopleParts(world, endpoint, accessKeys, query, seeded);
  const bucketSettings = new BucketSettingsOf(world, buckets);
  return {
    ...world,
    ...security,
    ...people,
    ...accessParts(world, buckets, bucketSettings, people.identities),
    buckets,
    bucketSettings,
    uploads: new Uploads(world, buckets, seeded),
    transfers,
    vault,
    listings: new Listings(buckets),
    objects: new Objects(world, buckets, security.encryptions),
    endpoint,
    keys: accessKeys,
    settings: {},
    dropped: [],
  };
}

function controlsOf(parts: Parts, calls: string[]): FakeControls {
  return {
    advance: (ms) => parts.clock.advance(ms),
    fail: (command) => parts.faults.fail(command),
    heal: () => parts.faults.heal(),
    drop: (phase, x, y, names = ["dropped.txt"]) => {
      if (phase === "drop") {
        parts.dropped = names.map((name) => ({ name, sizeBytes: 2_048 }));
      }
      parts.events.emit("drop", { phase, x, y, paths: names.length });
    },
    put: (bucket, key, sizeBytes) => parts.buckets.put(bucket, key, { sizeBytes }),
    disableKey: (key) => parts.kms.setEnabled(key, false),
    refuse: (...asked) => parts.cors.refuse(...asked),
    openLink: () => {
      const newest = parts.links.list()[0];
      if (newest) parts.links.open(newest.id);
    },
    request: (request) => parts.requests.ask(request),
    calls,
  };
}

/** Lets every call pass the faults first, and notes it under the command's name. */
function guarded(answers: Api, faults: Faults, calls: string[]): Api {
  return new Proxy(answers, {
    get(target, name) {
      const answer: unknown = Reflect.get(target, name);
      if (typeof name !== "string" || name === "listen" || typeof answer !== "function") {
        return answer;
      }
      return async (args: unknown): Promise<unknown> => {
        const command = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        calls.push(command);
        await faults.pass(command);
        const result: unknown = await Reflect.apply(answer, target, [args]);
        return result;
      };
    },
  });
}

function vaultApi({ vault, endpoint }: Parts): VaultApi {
  return {
    vaultStatus: async () => vault.status(),
    vaultCreate: async (args) => vault.create(args),
    vaultConfirmRecovery: async ({ words }) => vault.confirmRecovery(words),
    vaultUnlock: async ({ passphrase, recoveryWords }) => {
      const status = vault.unlock(passphrase, recoveryWords);
      if (status.state === "open") endpoint.setLocked(false);
      return status;
    },
    vaultLock: async () => {
      endpoint.setLocked(true);
      return vault.lock();
    },
  };
}

function bucketApi({ buckets }: Parts): BucketApi {
  return {
    listBuckets: async () => buckets.list(),
    createBucket: async ({ name, versioned }) => buckets.create(name, versioned),
    deleteBucket: async ({ name }) => buckets.remove(name),
    setVersioning: async ({ name, enabled }) => buckets.setVersioning(name, enabled),
    checkBucketName: async ({ name }) => buckets.refusal(name),
  };
}

function bucketSettingsApi({ bucketSettings, endpoint }: Parts): BucketSettingsApi {
  return {
    bucketSettings: async ({ name }) => bucketSettings.read(name, endpoint.url),
    putBucketTags: async ({ name, tags }) => bucketSettings.setTags(name, tags),
    putBucketOwnership: async ({ name, ownership }) => bucketSettings.setOwnership(name, ownership),
    putBucketPayer: async ({ name, payer }) => bucketSettings.setPayer(name, payer),
    putBucketLogging: async ({ name, logging }) => bucketSettings.setLogging(name, logging),
    putBucketWebsite: async ({ name, website }) => bucketSettings.setWebsite(name, website),
  };
}

function uploadApi({ uploads }: Parts): UploadApi {
  return {
    listUploads: async ({ bucket }) => uploads.list(bucket),
    abortUpload: async ({ bucket, uploadId }) => uploads.abort(bucket, uploadId),
    abortOldUploads: async ({ bucket, days }) => uploads.abortOld(bucket, days),
  };
}

function listingApi({ listings }: Parts): ListingApi {
  return {
    openListing: async (request) => listings.open(request),
    listingRows: async ({ cursor, start, len }) => listings.rows(cursor, start, len),
    listingFind: async ({ cursor, text }) => listings.find(cursor, text),
    closeListing: async ({ cursor }) => listings.close(cursor),
    selectSummary: async (request) => listings.summary(request),
  };
}

function objectApi(parts: Parts): ObjectApi {
  const { objects, buckets, endpoint, clock } = parts;
  return {
    objectDetails: async (ref) => objects.details(ref, endpoint.url),
    objectVersions: async ({ bucket, key }) => objects.versions(bucket, key),
    createFolder: async ({ bucket, prefix }) => objects.createFolder(bucket, prefix),
    renameObject: async (a) => objects.rename(a.bucket, a.key, a.toBucket, a.toKey),
    renameFolder: async ({ bucket, prefix, toPrefix }) => {
      const items = objects.renameFolder(bucket, prefix, toPrefix);
      return { job: parts.transfers.rename(bucket, toPrefix, items) };
    },
    deleteObjects: async (request) => objects.delete(request),
    undoDelete: async ({ undo }) => objects.undo(undo),
    restoreVersion: async (a) => objects.restore(a.bucket, a.key, a.versionId),
    undeleteObject: async ({ bucket, key }) => objects.undelete(bucket, key),
    deleteVersion: async (a) => objects.deleteVersion(a.bucket, a.key, a.versionId, a.typedName),
    objectParts: async ({ after, ...ref }) => objects.parts(ref, after),
    putObjectTags: async ({ tags, ...ref }) => objects.setTags(ref, tags),
    previewObject: async (ref) => {
      const version = buckets.version(ref.bucket, ref.key, ref.versionId);
      parts.encryptions.open(`${ref.bucket}/${ref.key}`, version);
      return previewOf(ref.key, version);
    },
    shareLink: async (target) => {
      buckets.version(target.bucket, target.key, target.versionId);
      return linkFor(target, endpoint.url, clock.now());
    },
  };
}

function transferApi(parts: Parts): TransferApi {
  const { transfers, buckets } = parts;
  const picked = [{ name: "picked.txt", sizeBytes: 12_288 }];
  const download = (bucket: string, keys: string[], prefixes: string[]) => {
    const all = keys.concat(prefixes.flatMap((prefix) => buckets.liveKeysUnder(bucket, prefix)));
    const sizes = all.map((key) => buckets.versions(bucket, key)[0]?.sizeBytes ?? 0);
    transfers.download(
      bucket,
      all.map((key) => key.slice(key.lastIndexOf("/") + 1)),
      sizes.reduce((sum, size) => sum + size, 0),
    );
  };
  return {
    pickAndUpload: async ({ bucket, prefix }) => transfers.upload(bucket, prefix, picked),
    uploadPaths: async ({ bucket, prefix, paths }) => {
      const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
      const uploads = paths.map((path) => ({ name: name(path), sizeBytes: 2_048 }));
      transfers.upload(bucket, prefix, uploads);
    },
    uploadDropped: async ({ bucket, prefix }) => transfers.upload(bucket, prefix, parts.dropped),
    pickAndDownload: async ({ bucket, keys, prefixes }) => download(bucket, keys, prefixes),
    listTransfers: async () => transfers.list(),
    cancelTransfer: async ({ id }) => transfers.cancel(id),
    retryTransfer: async ({ id }) => transfers.retry(id),
    clearTransfers: async () => transfers.clear(),
  };
}

function developerApi({ endpoint, keys }: Parts): DeveloperApi {
  return {
    endpointStatus: async () => endpoint.read(),
    endpointStart: async ({ port }) => endpoint.start(port),
    endpointStop: async () => endpoint.stop(),
    listAccessKeys: async () => keys.list(),
    addAccessKey: async ({ user }) => keys.add(user),
    setAccessKeyActive: async ({ id, active }) => keys.setActive(id, active),
    deleteAccessKey: async ({ id }) => keys.remove(id),
    revealAccessKey: async ({ id }) => keys.reveal(id),
    snippets: async ({ accessKeyId, bucket }) => {
      const url = endpoint.url || "http://127.0.0.1:9000";
      return snippetsFor(keys.reveal(accessKeyId), bucket, url);
    },
  };
}

function appApi(parts: Parts): AppApi {
  return {
    appInfo: async () => ({
      version: "0.1.0",
      folder: parts.vault.status().folder,
      platform: "linux",
    }),
    settingsGet: async () => ({ ...parts.settings }),
    settingsPut: async ({ settings }) => {
      parts.settings = { ...parts.settings, ...settings };
    },
    listen: (event, handler) => parts.events.on(event, handler),
  };
}
