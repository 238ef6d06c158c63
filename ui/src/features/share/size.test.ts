import { expect, test } from "vitest";

import { parseSize } from "./size";

test.each([
  ["10 MB", 10_000_000],
  ["1.5 GB", 1_500_000_000],
  ["1,5 gb", 1_500_000_000],
  ["500k", 500_000],
  ["42", 42],
  ["42 B", 42],
  ["", null],
  ["  ", null],
])("%j are %j bytes", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(["much", "-3 MB", "3 QB", "3 MB of it"])("%j is no size", (text) => {
  expect(parseSize(text)).toBeUndefined();
});
