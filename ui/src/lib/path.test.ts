import { describe, expect, test } from "vitest";

import { crumbsOf, foldCrumbs, parsePath } from "./path";

describe("a typed path", () => {
  test.each([
    ["photos", "photos", ""],
    ["photos/", "photos", ""],
    ["photos/2026/june/", "photos", "2026/june/"],
    ["s3://photos/2026/a b.jpg", "photos", "2026/a b.jpg"],
    ["  /photos//x ", "photos", "/x"],
  ])("%j is the bucket %s and %j", (text, bucket, rest) => {
    expect(parsePath(text)).toEqual({ bucket, rest });
  });

  test.each(["", "  ", "/", "s3://"])("%j names nothing", (text) => {
    expect(parsePath(text)).toBeNull();
  });
});

describe("the crumbs of a prefix", () => {
  test("are its folders from the outside in", () => {
    expect(crumbsOf("2026/june/")).toEqual([
      { label: "2026", prefix: "2026/" },
      { label: "june", prefix: "2026/june/" },
    ]);
  });

  test("are none at the top", () => {
    expect(crumbsOf("")).toEqual([]);
  });

  test("show a folder without a name", () => {
    expect(crumbsOf("a//")).toEqual([
      { label: "a", prefix: "a/" },
      { label: "/", prefix: "a//" },
    ]);
  });
});

test("a long way is folded at its beginning, never at its end", () => {
  expect(foldCrumbs(["a", "b", "c", "d"], 2)).toEqual({ folded: ["a", "b"], shown: ["c", "d"] });
  expect(foldCrumbs(["a", "b"], 5)).toEqual({ folded: [], shown: ["a", "b"] });
  expect(foldCrumbs(["a", "b"], 0)).toEqual({ folded: ["a"], shown: ["b"] });
});
