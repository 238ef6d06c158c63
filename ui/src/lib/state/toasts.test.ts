import { beforeEach, expect, test } from "vitest";

import { toastFailure, toasts, toastSuccess } from "./toasts.svelte";

const texts = () => toasts.shown.map(({ text }) => text);

beforeEach(() => {
  toasts.shown = [];
});

test("news makes room for the next; a failure and what can be undone stay", () => {
  toastSuccess("Rules set");
  toastFailure({ message: "the disk is full" });
  toastSuccess("Deleted", { action: { label: "Undo", run: () => undefined } });
  expect(texts()).toEqual(["Rules set", "The disk is full.", "Deleted"]);
  toastSuccess("Policy set");
  toastSuccess("Link revoked");
  expect(texts()).toEqual(["The disk is full.", "Deleted", "Link revoked"]);
});

test("of more than four the oldest makes room", () => {
  for (const number of [1, 2, 3, 4, 5]) toastFailure({ message: `failure ${String(number)}` });
  expect(texts()).toEqual(["Failure 2.", "Failure 3.", "Failure 4.", "Failure 5."]);
});
