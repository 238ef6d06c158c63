import { beforeEach, describe, expect, test, vi } from "vitest";

import { ApiError, useApi, type Api } from "$lib/api";
import { toasts } from "$lib/state/toasts.svelte";
import { undos } from "$lib/state/undo.svelte";

import { moveAll, rename } from "./moving.svelte";
import type { Chosen } from "./selection.svelte";

const objectDetails = vi.fn();
const renameObject = vi.fn();
const renameFolder = vi.fn();

const file: Chosen = { key: "a/one.txt", name: "one.txt", kind: "object", sizeBytes: 1 };
const folder: Chosen = { key: "a/f/", name: "f/", kind: "folder", sizeBytes: 0 };

beforeEach(() => {
  for (const toast of toasts.shown) toasts.dismiss(toast.id);
  undos.clear();
  vi.resetAllMocks();
  objectDetails.mockRejectedValue(new ApiError("no_such_key", "There is no such object.", "", ""));
  useApi({ objectDetails, renameObject, renameFolder } as unknown as Api);
});

describe("renaming", () => {
  test("changes the last name of a key", async () => {
    expect(await rename({ bucket: "b", prefix: "a/" }, file, "two.txt")).toBe(true);
    expect(renameObject).toHaveBeenCalledWith({
      bucket: "b",
      key: "a/one.txt",
      toBucket: "b",
      toKey: "a/two.txt",
    });
  });

  test("does not replace what has the name already", async () => {
    objectDetails.mockResolvedValue({});
    expect(await rename({ bucket: "b", prefix: "a/" }, file, "two.txt")).toBe(false);
    expect(renameObject).not.toHaveBeenCalled();
    expect(toasts.shown.at(-1)?.text).toBe("There is already an object named two.txt.");
  });

  test("to the same name does nothing", async () => {
    expect(await rename({ bucket: "b", prefix: "a/" }, file, "one.txt")).toBe(true);
    expect(renameObject).not.toHaveBeenCalled();
  });

  test("of a folder moves all that is in it", async () => {
    await rename({ bucket: "b", prefix: "a/" }, folder, "g");
    expect(renameFolder).toHaveBeenCalledWith({ bucket: "b", prefix: "a/f/", toPrefix: "a/g/" });
  });
});

describe("moving", () => {
  test("keeps the names", async () => {
    await moveAll("b", [file, folder], { bucket: "b", prefix: "z/" });
    expect(renameObject.mock.calls[0]?.[0]).toMatchObject({ toBucket: "b", toKey: "z/one.txt" });
    expect(renameFolder.mock.calls[0]?.[0]).toMatchObject({ toPrefix: "z/f/" });
    const texts = toasts.shown.map((toast) => toast.text);
    expect(texts).toContain("1 object moved to b/z/");
    expect(texts).toContain("Moving 1 folder. Transfers shows how far it is.");
  });

  test("takes no folder into itself", async () => {
    await moveAll("b", [folder], { bucket: "b", prefix: "a/f/deep/" });
    expect(renameFolder).not.toHaveBeenCalled();
    expect(toasts.shown.at(-1)?.text).toBe("A folder cannot move into itself.");
  });

  test("goes on after a failure, and says what failed", async () => {
    await moveAll("b", [folder, file], { bucket: "other", prefix: "" });
    expect(renameObject).toHaveBeenCalledTimes(1);
    const texts = toasts.shown.map((toast) => toast.text);
    expect(texts).toEqual(["1 object moved to other/", "The folder was not moved."]);
  });

  test("is undone by moving back", async () => {
    await moveAll("b", [file], { bucket: "other", prefix: "z/" });
    renameObject.mockClear();
    undos.take(undos.newest);
    await vi.waitFor(() =>
      expect(renameObject).toHaveBeenCalledWith({
        bucket: "other",
        key: "z/one.txt",
        toBucket: "b",
        toKey: "a/one.txt",
      }),
    );
  });
});
