import { expect, test } from "vitest";

import type { TransferView } from "$lib/api/types";

import { describe as describeTransfer } from "./describe";

const NOW = 1_000_000;

const ACTIVE: TransferView = {
  id: 1,
  kind: "upload",
  name: "2 files",
  bucket: "photos",
  target: "photos/june/",
  state: "active",
  doneBytes: 400_000_000,
  totalBytes: 3_000_000_000,
  doneItems: 0,
  totalItems: 2,
  current: "a.jpg",
  bytesPerSecond: 20_000_000,
  message: "",
  hint: "",
  started: NOW - 20_000,
  ended: null,
  failures: [],
};

test("an active transfer tells its bytes, items, rate, rest and current item", () => {
  expect(describeTransfer(ACTIVE, NOW).facts).toEqual([
    "400 MB of 3 GB",
    "0 of 2 items",
    "20 MB/s",
    "about 2 min",
    "a.jpg",
  ]);
});

test("a transfer without bytes is measured by its items", () => {
  const rename = { ...ACTIVE, totalBytes: 0, doneBytes: 0, doneItems: 1 };
  expect(describeTransfer(rename, NOW).part).toEqual({ done: 1, total: 2 });
});

test("a failed one tells its cause, or that there is none", () => {
  const failed = { ...ACTIVE, state: "failed", message: "no space" } as const;
  expect(describeTransfer(failed, NOW).facts).toEqual(["No space."]);
  expect(describeTransfer({ ...failed, message: "" }, NOW).facts).toEqual([
    "It failed, and no reason was given.",
  ]);
});

test("what is to be said of one that is done is said", () => {
  const done = {
    ...ACTIVE,
    state: "done",
    totalItems: 1,
    message: "2 links were left out",
  } as const;
  expect(describeTransfer(done, NOW).facts).toEqual(["Done", "3 GB", "2 links were left out."]);
});
