import { describe, expect, test } from "vitest";

import { formatBytesExactly, formatCount, formatNumberOf, formatRate, formatSize } from "./size";

describe("a size", () => {
  test.each([
    [0, "0 B"],
    [1, "1 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1536, "1.54 kB"],
    [10_000, "10 kB"],
    [10_240, "10.2 kB"],
    [99_950, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1 MB"],
    [41_000_000, "41 MB"],
    [5_368_709_120, "5.37 GB"],
    [2e15, "2 PB"],
    [2e18, "2000 PB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});

test("a count is grouped by thousands", () => {
  expect(formatCount(1_204_311)).toBe("1\u202f204\u202f311");
  expect(formatCount(999)).toBe("999");
});

test("a noun follows its count", () => {
  expect(formatNumberOf(1, "object")).toBe("1 object");
  expect(formatNumberOf(1200, "object")).toBe("1\u202f200 objects");
  expect(formatNumberOf(0, "copy", "copies")).toBe("0 copies");
  expect(formatBytesExactly(1)).toBe("1 byte");
});

test("a rate is a size per second", () => {
  expect(formatRate(1_500_000)).toBe("1.5 MB/s");
});
