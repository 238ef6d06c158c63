import { beforeEach, describe, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { toasts } from "$lib/state/toasts.svelte";
import { undos } from "$lib/state/undo.svelte";

import { deleteAndReport, deleteLabel, guardFor } from "./deletion";

describe("the guard of a deletion", () => {
  test("is none where a version stays behind", () => {
    expect(guardFor("enabled", 1)).toBe("none");
    expect(guardFor("enabled", 1000)).toBe("none");
  });

  test("is a look at what goes when it is much", () => {
    expect(guardFor("enabled", 1001)).toBe("review");
  });

  test("is the typed name where nothing brings it back", () => {
    expect(guardFor("off", 1)).toBe("permanent");
    expect(guardFor("suspended", 1)).toBe("permanent");
  });
});

test("the button says the verb and what it is done to", () => {
  expect(deleteLabel({ objects: 1204, sizeBytes: 0 }, "review")).toBe("Delete 1\u202f204 objects");
  expect(deleteLabel({ objects: 1, sizeBytes: 0 }, "permanent")).toBe("Delete 1 object for ever");
});

describe("after a deletion", () => {
  const deleteObjects = vi.fn<Api["deleteObjects"]>();
  const undoDelete = vi.fn<Api["undoDelete"]>();

  beforeEach(() => {
    for (const toast of toasts.shown) toasts.dismiss(toast.id);
    undos.clear();
    useApi({ deleteObjects, undoDelete } as unknown as Api);
  });

  test("undo brings back what went", async () => {
    deleteObjects.mockResolvedValue({ undo: 7, deleted: 3, failed: [] });
    undoDelete.mockResolvedValue({ restored: 3 });
    await deleteAndReport("photos", ["a"], ["f/"]);
    expect(toasts.shown.at(-1)?.text).toBe("3 objects deleted from photos");
    undos.take(undos.newest);
    expect(undoDelete).toHaveBeenCalledWith({ undo: 7 });
    await vi.waitFor(() => expect(toasts.shown.at(-1)?.text).toBe("3 objects brought back"));
  });

  test("there is no undo where nothing can be brought back", async () => {
    deleteObjects.mockResolvedValue({ undo: null, deleted: 1, failed: [] });
    await deleteAndReport("photos", ["a"], []);
    expect(toasts.shown.at(-1)?.action).toBeUndefined();
    expect(undos.newest).toBeUndefined();
  });

  test("what could not be deleted is said with its reason", async () => {
    const failed = [{ key: "a", message: "it is being read" }];
    deleteObjects.mockResolvedValue({ undo: null, deleted: 0, failed });
    await deleteAndReport("photos", ["a"], []);
    expect(toasts.shown).toHaveLength(1);
    expect(toasts.shown[0]).toMatchObject({ kind: "danger", detail: "“a”: it is being read." });
  });
});
