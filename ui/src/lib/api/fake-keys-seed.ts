/** The keys that the fake begins with: one in each state that a screen has to show. */
import { KEY_IDS } from "./fake-key-ids";
import { DAY, HOUR } from "./fake-seed";
import type { GrantView, KeyState, Tag } from "./types";

export const ACCOUNT_ROOT = "arn:aws:iam::000000000000:root";

export interface SeedKey {
  id: string;
  aliases: string[];
  description: string;
  state: KeyState;
  ageMs: number;
  spec?: string;
  usage?: string;
  origin?: string;
  managed?: boolean;
  damaged?: boolean;
  /** How long from the start until it is deleted. */
  deletionInMs?: number;
  expiresInMs?: number;
  rotation?: { periodDays: number; nextInMs: number };
  /** Versions after the first: their ages and how they came. */
  rotated?: { ageMs: number; origin: string }[];
  tags?: Tag[];
  grants?: (Omit<GrantView, "created"> & { ageMs: number })[];
}

export const SEED_KEYS: readonly SeedKey[] = [
  {
    id: KEY_IDS.managed,
    aliases: ["alias/aws/s3"],
    description: "Key that protects objects when no other key is named",
    state: "enabled",
    ageMs: 240 * DAY,
    managed: true,
    rotation: { periodDays: 365, nextInMs: 125 * DAY },
  },
  {
    id: KEY_IDS.photos,
    aliases: ["alias/photos", "alias/pictures"],
    description: "Family pictures and the lake series",
    state: "enabled",
    ageMs: 420 * DAY,
    rotation: { periodDays: 365, nextInMs: 310 * DAY },
    rotated: [
      { ageMs: 150 * DAY, origin: "AUTOMATIC" },
      { ageMs: 8 * DAY, origin: "ON_DEMAND" },
    ],
    tags: [{ key: "team", value: "harbour" }],
    grants: [
      {
        id: "5d1f8b3a0c7e4962",
        name: "thumbnailer",
        grantee: "arn:aws:iam::000000000000:user/thumbnailer",
        retiring: ACCOUNT_ROOT,
        issuer: ACCOUNT_ROOT,
        operations: ["Decrypt", "GenerateDataKey"],
        constraint: "the context has aws:s3:arn = arn:aws:s3:::photos",
        ageMs: 40 * DAY,
      },
    ],
  },
  {
    id: KEY_IDS.payroll,
    aliases: ["alias/payroll"],
    description: "Salaries; enabled on the 25th only",
    state: "disabled",
    ageMs: 200 * DAY,
    rotation: { periodDays: 180, nextInMs: 160 * DAY },
  },
  {
    id: KEY_IDS.archive,
    aliases: ["alias/old-archive"],
    description: "Backups before 2026",
    state: "pendingDeletion",
    ageMs: 900 * DAY,
    deletionInMs: 12 * DAY + 3 * HOUR,
  },
  {
    id: KEY_IDS.partner,
    aliases: ["alias/partner-import"],
    description: "Material is brought by the partner",
    state: "pendingImport",
    ageMs: 2 * DAY,
    origin: "EXTERNAL",
  },
  {
    id: KEY_IDS.webhooks,
    aliases: ["alias/webhooks"],
    description: "Signs what is sent to other systems",
    state: "enabled",
    ageMs: 60 * DAY,
    spec: "HMAC_256",
    usage: "GENERATE_VERIFY_MAC",
  },
  {
    id: KEY_IDS.ledger,
    aliases: [],
    description: "Ledger of the harbour",
    state: "enabled",
    ageMs: 30 * DAY,
    damaged: true,
  },
];
