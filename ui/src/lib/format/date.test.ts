import { expect, test } from "vitest";

import { formatAbout, formatAgo, formatDate, formatDay, formatDayHeading } from "./date";

const NOON = new Date(2026, 5, 12, 14, 5, 9).getTime();

test("a date has the same width everywhere", () => {
  expect(formatDate(NOON)).toBe("2026-06-12 14:05");
  expect(formatDay(NOON)).toBe("2026-06-12");
});

test("a moment that nobody knows is a dash", () => {
  expect(formatDate(0)).toBe("–");
  expect(formatDate(Number.NaN)).toBe("–");
});

test.each([
  [10_000, "just now"],
  [59 * 60_000, "59 min ago"],
  [3 * 3_600_000, "3 h ago"],
  [86_400_000, "1 day ago"],
  [5 * 86_400_000, "5 days ago"],
  [40 * 86_400_000, "2026-05-03"],
])("%d milliseconds ago is %s", (past, text) => {
  expect(formatAgo(NOON - past, NOON)).toBe(text);
});

test.each([
  [4_000, "less than a minute"],
  [230_000, "about 4 min"],
  [7_000_000, "about 2 h"],
])("%d milliseconds to come are %s", (duration, text) => {
  expect(formatAbout(duration)).toBe(text);
});

test("a day near now has a name", () => {
  expect(formatDayHeading(NOON, NOON + 1000)).toBe("Today");
  expect(formatDayHeading(NOON - 86_400_000, NOON)).toBe("Yesterday");
  expect(formatDayHeading(NOON - 3 * 86_400_000, NOON)).toBe("2026-06-09");
});
