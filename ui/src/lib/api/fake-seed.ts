/**
 * What the fake begins with: the same buckets, keys and words on every start, so that a test may
 * name them. Nothing here is random; "random" values are drawn from the text they belong to.
 */
import type { FakeSse } from "./fake-encryption";
import { KEY_IDS, photosVersion } from "./fake-key-ids";

/** The moment at which a fake with a manual clock begins: 22 November 2026, 12:00 UTC. */
export const SEED_NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

/** The keys of the bucket that shows how a million of them scroll. */
export const MILLION = 1_000_000;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The recovery words of every fake vault. */
export const RECOVERY_WORDS = (
  "anchor basket candle dolphin ember falcon garden harbor island jacket kitten lantern " +
  "magnet nectar orange puzzle quantum ribbon saddle timber umbrella velvet window zebra"
).split(" ");

/** The positions, counted from 0, of the words that the fake asks to be typed back. */
export const RECOVERY_CHECK = [4, 17];

/** The passphrase that opens every fake vault that was not created in this run. */
export const PASSPHRASE = "correct horse battery staple";

/** Hashes text to 32 bits (FNV-1a): stable, and good enough to look random. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Draws `length` characters of `alphabet` from `text`. */
export function draw(text: string, length: number, alphabet: string): string {
  let drawn = "";
  for (let i = 0; drawn.length < length; i += 1) {
    let bits = hash32(`${text}/${String(i)}`);
    for (let n = 0; n < 4 && drawn.length < length; n += 1) {
      drawn += alphabet.charAt((bits & 0xff) % alphabet.length);
      bits >>>= 8;
    }
  }
  return drawn;
}

/** Returns an entity tag that looks like an MD5 digest. */
export function etagOf(text: string): string {
  return draw(text, 32, "0123456789abcdef");
}

export interface SeedObject {
  key: string;
  sizeBytes: number;
  /** How long before the start it was written. */
  ageMs: number;
  /** Earlier versions, newest first: size and age. */
  earlier?: { sizeBytes: number; ageMs: number }[];
  /** Set when the newest version is a delete marker of this age. */
  deletedAgeMs?: number;
  body?: string;
  tags?: { key: string; value: string }[];
}

export interface SeedBucket {
  name: string;
  versioning: "off" | "enabled" | "suspended";
  ageMs: number;
  objects: SeedObject[];
  /** How a version of a key is sealed, by its age. */
  sealOf?: (key: string, ageMs: number) => FakeSse | undefined;
  /** Keys that exist by arithmetic alone. */
  generated?: number;
}

function sealed(key: string, version: number, bucketKey: boolean): FakeSse {
  const context: Record<string, string> = bucketKey ? {} : { system: "billing" };
  return { key, version, bucketKey, context };
}

function june(): SeedObject[] {
  return Array.from({ length: 48 }, (_, i) => ({
    key: `2026/june/IMG_${String(4101 + i)}.jpg`,
    sizeBytes: 3_200_000 + (hash32(`june${String(i)}`) % 5_000_000),
    ageMs: 160 * DAY - i * 7 * MINUTE,
  }));
}

const photos: SeedBucket = {
  name: "photos",
  versioning: "enabled",
  ageMs: 300 * DAY,
  sealOf: (_, ageMs) => sealed(KEY_IDS.photos, photosVersion(ageMs), true),
  objects: [
    ...june(),
    { key: "2026/july/lake.png", sizeBytes: 812_044, ageMs: 131 * DAY },
    { key: "2026/july/boat.jpg", sizeBytes: 4_812_044, ageMs: 130 * DAY },
    { key: "2025/winter/snow.jpg", sizeBytes: 2_204_112, ageMs: 290 * DAY },
    {
      key: "cover.png",
      sizeBytes: 640_220,
      ageMs: 2 * HOUR,
      tags: [
        { key: "album", value: "Lake 2026" },
        { key: "print", value: "yes" },
      ],
      earlier: [
        { sizeBytes: 612_905, ageMs: 3 * DAY },
        { sizeBytes: 598_001, ageMs: 40 * DAY },
      ],
    },
    {
      key: "notes.txt",
      sizeBytes: 182,
      ageMs: 26 * HOUR,
      body:
        "Shots to retouch\n\n4107  horizon is tilted\n4112  crop the left third\n4130  keep as it is\n\n" +
        "The lake series goes to print on Friday; everything else can wait until December.\n",
      earlier: [{ sizeBytes: 96, ageMs: 9 * DAY }],
    },
    { key: "old-cover.png", sizeBytes: 402_000, ageMs: 80 * DAY, deletedAgeMs: 12 * DAY },
    {
      key: "palette.json",
      sizeBytes: 94,
      ageMs: 5 * DAY,
      body: '{\n  "lake": "#1F5FD6",\n  "snow": "#F7F8FA",\n  "ember": "#BE242B",\n  "moss": "#14703F"\n}\n',
    },
  ],
};

/** Backups under keys that do not answer, and one under a key of its owner. */
const BACKUP_SEALS: Record<string, FakeSse> = {
  "db/2026-11-11.sql.gz": { ...sealed("", 1, false), key: null },
  "db/2026-11-10.sql.gz": sealed(KEY_IDS.archive, 1, false),
  "db/2026-11-09.sql.gz": sealed(KEY_IDS.payroll, 1, false),
  "db/2026-11-08.sql.gz": sealed(KEY_IDS.payroll, 1, false),
};

const backups: SeedBucket = {
  name: "backups",
  versioning: "off",
  ageMs: 120 * DAY,
  sealOf: (key) => BACKUP_SEALS[key],
  objects: Array.from({ length: 14 }, (_, i) => ({
    key: `db/2026-11-${String(21 - i).padStart(2, "0")}.sql.gz`,
    sizeBytes: 1_204_311_552 + (hash32(`db${String(i)}`) % 90_000_000),
    ageMs: i * DAY + 9 * HOUR,
  })),
};

const website: SeedBucket = {
  name: "website",
  versioning: "suspended",
  ageMs: 64 * DAY,
  objects: [
    {
      key: "index.html",
      sizeBytes: 148,
      ageMs: 2 * DAY,
      body: '<!doctype html>\n<html lang="en">\n  <head><title>Harbour</title></head>\n  <body><h1>It works</h1></body>\n</html>\n',
    },
    { key: "robots.txt", sizeBytes: 26, ageMs: 60 * DAY, body: "User-agent: *\nDisallow: /\n" },
    { key: "assets/app.css", sizeBytes: 18_204, ageMs: 2 * DAY },
    { key: "assets/app.js", sizeBytes: 82_411, ageMs: 2 * DAY },
    { key: "assets/fonts/inter.woff2", sizeBytes: 98_204, ageMs: 60 * DAY },
  ],
};

const oddNames: SeedBucket = {
  name: "odd-names",
  versioning: "enabled",
  ageMs: 10 * DAY,
  objects: [
    { key: "Rechnung für März (endgültig).pdf", sizeBytes: 88_120, ageMs: 3 * DAY },
    {
      key: "<img src=x onerror=alert(1)>.txt",
      sizeBytes: 12,
      ageMs: 3 * DAY,
      body: "only a name\n",
    },
    { key: "日本語のファイル名.txt", sizeBytes: 42, ageMs: 2 * DAY, body: "こんにちは\n" },
    { key: "ملف عربي.txt", sizeBytes: 42, ageMs: 2 * DAY, body: "مرحبا\n" },
    { key: `${"a-very-long-name-".repeat(12)}end.bin`, sizeBytes: 4_096, ageMs: DAY },
    { key: "empty.bin", sizeBytes: 0, ageMs: DAY },
  ],
};

const telemetry: SeedBucket = {
  name: "telemetry",
  versioning: "off",
  ageMs: 30 * DAY,
  objects: [],
  generated: MILLION,
};

const dev: SeedBucket = { name: "dev", versioning: "enabled", ageMs: HOUR, objects: [] };

/** The buckets of an open vault. */
export const SEED_BUCKETS: SeedBucket[] = [backups, dev, oddNames, photos, telemetry, website];
