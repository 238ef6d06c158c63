import { expect, test } from "vitest";

import { refusedOf } from "./refused";

const NOW = 1_000_000_000;
const refusal = (bucket: string, origin: string, agoMs: number) => ({
  ...{ at: NOW - agoMs, bucket, origin, method: "PUT", headers: [], key: "a", sentence: "" },
});

test("each origin counts once, in its bucket, and only while it is news", () => {
  const refusals = [
    refusal("photos", "http://a", 1_000),
    refusal("photos", "http://a", 2_000),
    refusal("photos", "http://b", 9 * 60_000),
    refusal("photos", "http://c", 11 * 60_000),
    refusal("dev", "http://d", 1_000),
  ];
  expect(refusedOf(refusals, "photos", NOW)).toBe(2);
  expect(refusedOf([], "photos", NOW)).toBe(0);
});
