import { describe, expect, test } from "vitest";

import { asPrefix, lastName, plainName, stemLength, whyNotName } from "./names";

describe("a name", () => {
  test.each(["a", ".hidden", "ü b.txt", "..", " "])("may be %j", (name) => {
    expect(whyNotName(name, "folder/")).toBeNull();
  });

  test("is not empty and has no slash", () => {
    expect(whyNotName("", "")).toBe("A name has at least one character.");
    expect(whyNotName("a/b", "")).toContain("Use Move");
  });

  test("counts in bytes, with its path", () => {
    expect(whyNotName("a".repeat(1024), "")).toBeNull();
    expect(whyNotName("ü".repeat(512), "f/")).toContain("1026 bytes");
  });
});

test.each([
  ["report.pdf", 6],
  ["archive.tar.gz", 11],
  [".profile", 8],
  ["README", 6],
])("of %s the first %d characters are selected", (name, length) => {
  expect(stemLength(name)).toBe(length);
});

test("a folder is named without its slash", () => {
  expect(plainName("june/")).toBe("june");
  expect(lastName("2026/june/")).toBe("june");
  expect(lastName("2026/june/a.txt")).toBe("a.txt");
});

test.each([
  ["", ""],
  ["a", "a/"],
  ["/a/b/", "a/b/"],
  ["  a b ", "a b/"],
])("the folder %j is the prefix %j", (typed, prefix) => {
  expect(asPrefix(typed)).toBe(prefix);
});
