import { expect, test } from "vitest";

import type { VersionView } from "$lib/api/types";

import { byDay, formatDelta } from "./timeline";

const NOW = new Date(2026, 5, 12, 18, 0).getTime();
const HOUR = 3_600_000;

const version = (versionId: string, hoursAgo: number, sizeBytes: number): VersionView => ({
  versionId,
  isLatest: false,
  deleteMarker: sizeBytes < 0,
  sizeBytes: Math.max(0, sizeBytes),
  modified: NOW - hoursAgo * HOUR,
  etag: "",
  owner: "admin",
});

test("versions lie under their days", () => {
  const days = byDay([version("c", 1, 10), version("b", 2, 10), version("a", 30, 10)], NOW);
  expect(days.map((day) => [day.title, day.entries.map((it) => it.versionId)])).toEqual([
    ["Today", ["c", "b"]],
    ["Yesterday", ["a"]],
  ]);
});

test("a version is compared with the one before, past a deletion", () => {
  const [day] = byDay([version("c", 1, 15), version("b", 2, -1), version("a", 3, 10)], NOW);
  expect(day?.entries.map((it) => it.delta)).toEqual([5, null, null]);
});

test("a difference has a sign", () => {
  expect(formatDelta(2000)).toBe("+2 kB");
  expect(formatDelta(-1)).toBe("−1 B");
  expect(formatDelta(0)).toBe("same size");
});
