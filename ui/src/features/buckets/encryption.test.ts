import { expect, test } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { KEY_IDS } from "$lib/api/fake-key-ids";

import { choiceOf, choices, encryptionOf, MANAGED, OWN, troubleOf } from "./encryption";

const keysOf = () => useApi(createFakeApi(new URLSearchParams("clock=manual"))).listKmsKeys();

test("a choice is read as it is written", async () => {
  const keys = await keysOf();
  const kms = { algorithm: "aws:kms", bucketKey: true } as const;
  expect(choiceOf({ algorithm: "AES256", key: null, bucketKey: false }, keys)).toBe(OWN);
  expect(choiceOf({ ...kms, key: null }, keys)).toBe(MANAGED);
  expect(choiceOf({ ...kms, key: KEY_IDS.managed }, keys)).toBe(MANAGED);
  const arn = "arn:aws:kms:us-east-1:000000000000:";
  for (const key of [KEY_IDS.photos, "alias/photos", `${arn}alias/photos`]) {
    expect(choiceOf({ ...kms, key }, keys)).toBe(KEY_IDS.photos);
  }
  expect(choiceOf({ ...kms, key: `${arn}key/${KEY_IDS.payroll}` }, keys)).toBe(KEY_IDS.payroll);
  expect(encryptionOf(KEY_IDS.photos, true)).toEqual({ ...kms, key: KEY_IDS.photos });
  expect(encryptionOf(OWN, true)).toEqual({ algorithm: "AES256", key: null, bucketKey: false });
});

test("only keys that can seal are offered, and the one that is set", async () => {
  const keys = await keysOf();
  const labels = (current: string) => choices(keys, current).map(({ label }) => label);
  expect(labels(OWN)).toEqual([
    "The vault's own key (SSE-S3)",
    "The managed key, alias/aws/s3 (SSE-KMS)",
    "alias/photos (SSE-KMS)",
  ]);
  expect(labels(KEY_IDS.payroll)).toContain("alias/payroll (SSE-KMS)");
  expect(labels("gone")).toContain("gone (not found)");
});

test("a key that cannot seal says why", async () => {
  const keys = await keysOf();
  expect(troubleOf(OWN, keys)).toBeNull();
  expect(troubleOf(KEY_IDS.photos, keys)).toBeNull();
  expect(troubleOf(KEY_IDS.payroll, keys)).toBe("This key is disabled.");
  expect(troubleOf(KEY_IDS.ledger, keys)).toBe("This key was changed outside of Stave.");
  expect(troubleOf("gone", keys)).toBe("This key does not exist any more.");
});
