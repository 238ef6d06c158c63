import { expect, test } from "vitest";

import { expiryAt, toField } from "./expiry";

const NOW = new Date(2026, 10, 22, 12, 0, 0).getTime();

test.each([
  ["2026-11-22T13:00", 3_600],
  ["2026-11-29T12:00", 604_800],
])("until %s are %d seconds", (text, seconds) => {
  expect(expiryAt(text, NOW)).toEqual({ seconds, problem: null });
});

test.each([
  ["", "Choose a day and a time."],
  ["2026-11-22T12:00", "That moment has passed."],
  ["2026-11-29T12:01", "A link lives 7 days at most."],
])("%j is refused: %s", (text, problem) => {
  expect(expiryAt(text, NOW)).toEqual({ seconds: null, problem });
});

test("a moment fits into the field it came from", () => {
  expect(toField(NOW)).toBe("2026-11-22T12:00");
});
