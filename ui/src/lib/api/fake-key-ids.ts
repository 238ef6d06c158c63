/** The names by which the seeds of keys and of objects know each other. */

const DAY_MS = 86_400_000;

/** The ids that tests and seeds name. */
export const KEY_IDS = {
  managed: "0b5f3c1e-77a2-4d0c-9b54-2f6e1d8a4c30",
  photos: "3f1b2c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
  payroll: "7c2e9a10-14d3-4f6b-a8e5-9d0c3b2a1f64",
  archive: "9e4d8b71-60c5-4e2a-b3f7-1a5c7d9e0b82",
  partner: "a6d0f3e2-8b19-4c57-9e2d-4f7a1c3b5d96",
  webhooks: "c81f5a9d-2e47-4b60-8d13-6b9e0f2a4c78",
  ledger: "e3a7c5b9-9f02-4d81-a6c4-8e1d3f5b7a20",
} as const;

/** The version of the photos' key that was the newest when an object of this age was written. */
export function photosVersion(ageMs: number): number {
  if (ageMs > 150 * DAY_MS) return 1;
  return ageMs > 8 * DAY_MS ? 2 : 3;
}
