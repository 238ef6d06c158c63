import { beforeEach, expect, test, vi } from "vitest";

import { toasts } from "./toasts.svelte";
import { toastWithUndo, undos } from "./undo.svelte";

beforeEach(() => {
  undos.clear();
  for (const toast of toasts.shown) toasts.dismiss(toast.id);
});

test("the newest deed is taken back first, each of them once", () => {
  const ran: string[] = [];
  for (const title of ["first", "second"]) undos.push({ title, run: () => ran.push(title) });
  undos.take(undos.newest);
  undos.take(undos.newest);
  undos.take(undos.newest);
  expect(ran).toEqual(["second", "first"]);
});

test("what the message took back is not taken back again by the key", () => {
  const run = vi.fn();
  toastWithUndo("3 objects deleted", { title: "Delete 3 objects", run });
  toasts.shown[0]?.action?.run();
  undos.take(undos.newest);
  expect(run).toHaveBeenCalledOnce();
});

test("the key still takes back what its message no longer offers", () => {
  const run = vi.fn();
  toastWithUndo("3 objects deleted", { title: "Delete 3 objects", run });
  toasts.dismiss(toasts.shown[0]?.id ?? 0);
  undos.take(undos.newest);
  expect(run).toHaveBeenCalledOnce();
});
