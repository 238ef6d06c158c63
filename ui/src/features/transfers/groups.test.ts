import { describe, expect, test } from "vitest";

import type { TransferView } from "$lib/api/types";

import { announcementOf, failuresByCause, groupsOf, restOfOne, totalOf } from "./groups";

const NOW = 1_000_000;

function transfer(id: number, over: Partial<TransferView> = {}): TransferView {
  return {
    id,
    kind: "upload",
    name: `file ${String(id)}`,
    bucket: "photos",
    target: "photos/",
    state: "active",
    doneBytes: 0,
    totalBytes: 100,
    doneItems: 0,
    totalItems: 1,
    current: "",
    bytesPerSecond: 0,
    message: "",
    hint: "",
    started: NOW - 10_000,
    ended: null,
    failures: [],
    ...over,
  };
}

test("transfers are grouped in the order of urgency, and empty groups are left out", () => {
  const groups = groupsOf([
    transfer(1, { state: "done", ended: 10 }),
    transfer(2, { state: "failed" }),
    transfer(3, { state: "cancelled", ended: 20 }),
    transfer(4, { state: "active" }),
  ]);
  expect(groups.map(({ name, transfers }) => [name, transfers.map(({ id }) => id)])).toEqual([
    ["Active", [4]],
    ["Failed", [2]],
    ["Done", [3, 1]],
  ]);
});

describe("the total", () => {
  test("is of what still goes on", () => {
    const total = totalOf(
      [
        transfer(1, { doneBytes: 40, totalBytes: 100, bytesPerSecond: 10 }),
        transfer(2, { state: "waiting", totalBytes: 40, started: null }),
        transfer(3, { state: "done", doneBytes: 100 }),
      ],
      NOW,
    );
    expect(total).toMatchObject({ doneBytes: 40, totalBytes: 140, totalItems: 2, restMs: 10_000 });
  });

  test("is nothing when nothing goes on", () => {
    expect(totalOf([transfer(1, { state: "failed" })], NOW)).toBeNull();
  });

  test.each([
    ["in the first five seconds", { started: NOW - 4_999, bytesPerSecond: 10 }],
    ["while nothing moves", { started: NOW - 60_000, bytesPerSecond: 0 }],
    ["when all bytes are there", { started: NOW - 60_000, bytesPerSecond: 10, doneBytes: 100 }],
  ])("tells no rest %s", (_, over) => {
    expect(totalOf([transfer(1, over)], NOW)?.restMs).toBeNull();
    expect(restOfOne(transfer(1, over), NOW)).toBeNull();
  });
});

test("failures of one cause are one", () => {
  const failures = [
    { name: "a", message: "no space" },
    { name: "b", message: "no space" },
    { name: "c", message: "refused" },
  ];
  expect(failuresByCause(transfer(1, { failures }))).toEqual([
    { message: "no space", names: ["a", "b"] },
    { message: "refused", names: ["c"] },
  ]);
});

test("the screen reader hears one sentence", () => {
  expect(announcementOf([])).toBe("Nothing moving.");
  expect(announcementOf([transfer(1), transfer(2, { state: "failed" })])).toBe(
    "Transfers: 1 active, 1 failed.",
  );
});
