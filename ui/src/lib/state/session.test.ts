import { expect, test } from "vitest";

import { staleBy } from "./session.svelte";

test("an object that changes makes its bucket's lists and sums stale", () => {
  expect(staleBy({ kind: "object", bucket: "photos", key: "a" })).toEqual([
    ["buckets"],
    ["objects", "photos"],
  ]);
});

test("a change without a name makes all of its kind stale", () => {
  expect(staleBy({ kind: "object", bucket: null, key: null })).toContainEqual(["objects"]);
});

test("when more changed than the feed could carry, everything is stale", () => {
  expect(staleBy({ kind: "everything", bucket: null, key: null })).toEqual([[]]);
});
