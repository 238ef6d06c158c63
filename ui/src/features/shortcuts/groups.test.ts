import { expect, test } from "vitest";

import { KEYMAP } from "$lib/state/keymap";

import { keyGroups } from "./groups";

const ids = (wanted: string) =>
  keyGroups(wanted).flatMap(({ bindings }) => bindings.map(({ id }) => id));

test("without a word every key is shown, once", () => {
  expect(ids("").sort()).toEqual(KEYMAP.map(({ id }) => id).sort());
});

test("a key is found by what it does and by its name", () => {
  expect(ids("rename")).toEqual(["rename"]);
  expect(ids("f2")).toEqual(["rename"]);
  expect(ids("one folder UP")).toEqual(["up"]);
});

test("what no key does finds nothing", () => {
  expect(keyGroups("make coffee")).toEqual([]);
});
