import { expect, test } from "vitest";

import type { KeyView } from "$lib/api/types";

import { aliasOf, aliasRefusal, factsOf, listOf, nameOf, periods, rotates, stateOf } from "./words";

const DAY = 86_400_000;

const key: KeyView = {
  id: "3f1b2c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
  arn: "arn:aws:kms:us-east-1:000000000000:key/3f1b2c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
  description: "",
  state: "enabled",
  spec: "SYMMETRIC_DEFAULT",
  usage: "ENCRYPT_DECRYPT",
  origin: "AWS_KMS",
  managed: false,
  created: 0,
  deletion: null,
  materialExpires: null,
  rotation: null,
  version: 1,
  aliases: ["alias/photos"],
  damaged: false,
};

test("a key is called by its first alias, and without one by its id", () => {
  expect(nameOf(key)).toBe("alias/photos");
  expect(nameOf({ ...key, aliases: [] })).toBe("3f1b2c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d");
});

test("a row that was changed from outside is damaged, whatever it says of itself", () => {
  expect(stateOf({ ...key, damaged: true }).word).toBe("Damaged");
  expect(stateOf({ ...key, state: "pendingDeletion" }).word).toBe("To be deleted");
});

test("only a symmetric key of one's own gets versions by the clock", () => {
  expect(rotates(key)).toBe(true);
  expect(rotates({ ...key, spec: "HMAC_256" })).toBe(false);
  expect(rotates({ ...key, origin: "EXTERNAL" })).toBe(false);
  expect(rotates({ ...key, managed: true })).toBe(false);
});

test("what a key guards is told in one line", () => {
  const details = {
    key,
    versions: [],
    policy: "",
    tags: [],
    grants: [],
    defaultOf: ["photos"],
    buckets: [
      { bucket: "photos", versions: 40 },
      { bucket: "dev", versions: 1 },
    ],
  };
  const rotation = { periodDays: 365, next: Date.UTC(2027, 0, 2) + DAY / 2 };
  expect(factsOf({ ...key, rotation, version: 3 }, details)).toEqual([
    "3 versions",
    "next rotation 2027-01-02",
    "default of photos",
    "guards 41 object versions",
  ]);
  expect(factsOf(key, undefined)).toEqual(["1 version", "not rotated"]);
});

test("names are listed up to two", () => {
  expect(listOf(["a"])).toBe("a");
  expect(listOf(["a", "b"])).toBe("a and b");
  expect(listOf(["a", "b", "c", "d"])).toBe("a, b and 2 others");
});

test("a period that was set elsewhere can be kept", () => {
  expect(periods(365).map(({ value }) => value)).toEqual(["0", "90", "180", "365", "730"]);
  expect(periods(100)[2]).toEqual({ value: "100", label: "Every 100 days" });
});

test("an alias is judged while it is typed", () => {
  expect(aliasOf(" photos ")).toBe("alias/photos");
  expect(aliasOf("alias/photos")).toBe("alias/photos");
  expect(aliasRefusal("")).toBe("Type a name.");
  expect(aliasRefusal("aws/s3")).toBe("Names that begin with aws/ are reserved.");
  expect(aliasRefusal("a b")).toBe("A name has only letters, digits and / _ -.");
  expect(aliasRefusal("team/photos_1-x")).toBeNull();
});
