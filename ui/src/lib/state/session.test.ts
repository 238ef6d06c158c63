import { expect, test } from "vitest";

import { staleBy } from "./session.svelte";

test("an object that changes makes its bucket's lists and sums stale", () => {
  expect(staleBy({ kind: "object", bucket: "photos", key: "a" })).toEqual([
    ["buckets"],
    ["objects", "photos"],
    ["effectiveAccess", "photos"],
  ]);
});

test("a setting that changes makes its bucket's page stale, and uploads theirs", () => {
  const stale = staleBy({ kind: "bucket", bucket: "photos", key: null });
  expect(stale).toContainEqual(["bucketSettings", "photos"]);
  expect(stale).toContainEqual(["bucketCors", "photos"]);
  expect(stale).toContainEqual(["bucketAccess", "photos"]);
  expect(staleBy({ kind: "uploads", bucket: "photos", key: null })).toEqual([
    ["uploads", "photos"],
  ]);
});

test("an identity that changes makes the lists of identities and keys stale, a link those of links", () => {
  const none = { bucket: null, key: null };
  expect(staleBy({ kind: "identities", ...none })).toContainEqual(["identity"]);
  expect(staleBy({ kind: "accessKeys", ...none })).toContainEqual(["identities"]);
  expect(staleBy({ kind: "links", ...none })).toEqual([["links"], ["linkLog"]]);
});

test("a change without a name makes all of its kind stale", () => {
  expect(staleBy({ kind: "object", bucket: null, key: null })).toContainEqual(["objects"]);
});

test("when more changed than the feed could carry, everything is stale", () => {
  expect(staleBy({ kind: "everything", bucket: null, key: null })).toEqual([[]]);
});
