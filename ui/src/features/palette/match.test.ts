import { expect, test } from "vitest";

import { bestOf, score } from "./match";

const best = (typed: string) =>
  bestOf(["Upload files", "New folder", "Show all keys", "Copy S3 URI"], (text) => text, typed);

test("the beginning fits best, then the beginning of a word", () => {
  expect(score("upload files", "upl")).toBeGreaterThan(score("show uploads", "upl"));
  expect(score("show uploads", "upl")).toBeGreaterThan(score("reuploads", "upl"));
});

test("every word that is typed must fit", () => {
  expect(best("s3 copy")).toEqual(["Copy S3 URI"]);
  expect(best("copy nothing")).toEqual([]);
});

test("initials are enough", () => {
  expect(best("nf")).toEqual(["New folder"]);
});

test("nothing typed leaves all in their order", () => {
  expect(best("  ")).toHaveLength(4);
});
