import { beforeEach, describe, expect, test } from "vitest";

import { fromHash, parentOf, parentPrefix, router, toHash, type Route } from "./route.svelte";

describe("an address", () => {
  test.each<[Route, string]>([
    [{ view: "home" }, "#/"],
    [{ view: "transfers" }, "#/transfers"],
    [{ view: "bucket", bucket: "photos", prefix: "" }, "#/b/photos/"],
    [{ view: "bucket", bucket: "photos", prefix: "2026/june/" }, "#/b/photos/2026/june/"],
    [
      { view: "bucket", bucket: "photos", prefix: "a b/ü#?/%/" },
      "#/b/photos/a%20b/%C3%BC%23%3F/%25/",
    ],
    [{ view: "bucket", bucket: "photos", prefix: "a//" }, "#/b/photos/a//"],
    [{ view: "bucketSettings", bucket: "photos" }, "#/bucket-settings/photos"],
    [
      { view: "bucketSettings", bucket: "photos", section: "uploads" },
      "#/bucket-settings/photos/uploads",
    ],
    [{ view: "identities" }, "#/identities"],
    [{ view: "identity", identity: "ci@build" }, "#/identities/ci%40build"],
    [{ view: "links" }, "#/links"],
    [{ view: "links", tab: "doctor" }, "#/links/doctor"],
    [{ view: "requests" }, "#/requests"],
  ])("of %j is %s, and back", (route, hash) => {
    expect(toHash(route)).toBe(hash);
    expect(fromHash(hash)).toEqual(route);
  });

  test.each(["", "#", "#/nowhere", "#/b/", "#/bucket-settings"])("%j is home", (hash) => {
    expect(fromHash(hash)).toEqual({ view: "home" });
  });

  test("with a broken escape is taken as it stands", () => {
    expect(fromHash("#/b/photos/100%/")).toEqual({
      view: "bucket",
      bucket: "photos",
      prefix: "100%/",
    });
  });
});

test("a parent is one folder up, then the bucket, then home", () => {
  const at = (prefix: string): Route => ({ view: "bucket", bucket: "b", prefix });
  expect(parentOf(at("a/b/"))).toEqual(at("a/"));
  expect(parentOf(at("a/"))).toEqual(at(""));
  expect(parentOf(at(""))).toEqual({ view: "home" });
  expect(parentOf({ view: "identity", identity: "ada" })).toEqual({ view: "identities" });
  expect(parentOf({ view: "settings" })).toBeNull();
});

test("the folder of a key is what stands before its last slash", () => {
  expect(parentPrefix("a/b/c.txt")).toBe("a/b/");
  expect(parentPrefix("c.txt")).toBe("");
  expect(parentPrefix("a//")).toBe("a/");
});

describe("the router", () => {
  beforeEach(() => {
    router.forgetBucket("photos");
    router.go({ view: "home" });
  });

  test("goes back and forward", () => {
    router.openBucket("photos");
    router.openBucket("photos", "2026/");
    router.back();
    expect(router.current).toEqual({ view: "bucket", bucket: "photos", prefix: "" });
    expect(router.target).toEqual({ key: "2026/" });
    router.forward();
    expect(router.current).toEqual({ view: "bucket", bucket: "photos", prefix: "2026/" });
  });

  test("remembers on the way up which folder was left", () => {
    router.openBucket("photos", "2026/june/raw/");
    router.up();
    expect(toHash(router.current)).toBe("#/b/photos/2026/june/");
    expect(router.target).toEqual({ key: "2026/june/raw/" });
  });

  test("forgets the ways to a bucket that is gone", () => {
    router.openBucket("photos");
    router.forgetBucket("photos");
    expect(router.current).toEqual({ view: "home" });
    expect(router.bucket).toBeNull();
  });
});
