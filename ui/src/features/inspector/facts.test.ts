import { expect, test } from "vitest";

import type { ObjectView } from "$lib/api/types";

import { factsOf } from "./facts";

const object: ObjectView = {
  bucket: "photos",
  key: "2026/a.jpg",
  versionId: "v1",
  isLatest: true,
  sizeBytes: 1_536_000,
  etag: '"abc"',
  modified: 0,
  owner: "admin",
  contentType: "image/jpeg",
  cacheControl: null,
  contentDisposition: null,
  contentEncoding: null,
  contentLanguage: null,
  expires: null,
  storageClass: "STANDARD",
  userMetadata: {},
  checksum: null,
  encryption: {
    kind: "SSE-S3",
    key: null,
    keyAlias: null,
    keyArn: null,
    keyState: null,
    keyVersion: null,
    bucketKey: false,
    context: {},
  },
  parts: 1,
  tags: [],
  access: "private",
  s3Uri: "s3://photos/2026/a.jpg",
  url: "http://127.0.0.1:9000/photos/2026/a.jpg",
};

const named = (view: ObjectView) =>
  new Map(factsOf(view).flatMap((group) => group.facts.map((it) => [it.name, it.value])));

test("what an object does not have is left out", () => {
  const facts = named(object);
  expect(facts.has("Cache-Control")).toBe(false);
  expect(factsOf(object).map((group) => group.title)).not.toContain("Metadata");
});

test("a size is written for people and to the byte", () => {
  expect(named(object).get("Size")).toBe("1.54 MB (1\u202f536\u202f000 bytes)");
  expect(named({ ...object, sizeBytes: 12 }).get("Size")).toBe("12 B");
});

test("a checksum is named by its algorithm and what it covers", () => {
  const checksum = { algorithm: "CRC64NVME", kind: "FULL_OBJECT", value: "AAAA" };
  expect(named({ ...object, checksum }).get("CRC64NVME (FULL_OBJECT)")).toBe("AAAA");
});

test("metadata keeps its own names", () => {
  expect(named({ ...object, userMetadata: { camera: "X100" } }).get("camera")).toBe("X100");
});

test("who may read it is told in words", () => {
  expect(named(object).get("Access")).toBe("Private");
  expect(named({ ...object, access: "public_read" }).get("Access")).toBe("Public read");
});
