import { beforeEach, describe, expect, test } from "vitest";

import { describeSelection, Selection, splitRows, type Chosen } from "./selection.svelte";

const object = (key: string, sizeBytes = 10): Chosen => ({
  key,
  name: key,
  kind: "object",
  sizeBytes,
});
const folder = (key: string): Chosen => ({ key, name: key, kind: "folder", sizeBytes: 0 });

let selection: Selection;

beforeEach(() => {
  selection = new Selection();
});

describe("rows chosen one by one", () => {
  test("are counted and known again", () => {
    selection.toggle(object("a"));
    selection.toggle(object("b"));
    expect(selection.count(100)).toBe(2);
    expect(selection.has(object("a"))).toBe(true);
    expect(selection.has(object("c"))).toBe(false);
  });

  test("are left out when chosen twice", () => {
    selection.toggle(object("a"));
    selection.toggle(object("a"));
    expect(selection.isEmpty(100)).toBe(true);
  });

  test("are as large as the list says by now", () => {
    selection.only(object("a", 15));
    selection.renew((key) => (key === "a" ? object("a", 2_000) : undefined));
    expect(selection.rows).toEqual([object("a", 2_000)]);
    selection.renew(() => undefined);
    expect(selection.rows).toEqual([object("a", 2_000)]);
  });

  test("give way to a single one", () => {
    selection.add([object("a"), object("b")]);
    selection.only(object("c"));
    expect(selection.rows.map((row) => row.key)).toEqual(["c"]);
  });
});

describe("all", () => {
  test("is a rule that needs no names", () => {
    selection.selectAll();
    expect(selection.count(1_204_311)).toBe(1_204_311);
    expect(selection.has(object("never/seen"))).toBe(true);
    expect(selection.rows).toEqual([]);
  });

  test("leaves out what is toggled, and takes it in again", () => {
    selection.selectAll();
    selection.toggle(object("a"));
    selection.toggle(object("b"));
    expect(selection.count(100)).toBe(98);
    expect(selection.has(object("a"))).toBe(false);
    expect(selection.exceptKeys).toEqual(["a", "b"]);
    selection.add([object("a")]);
    expect(selection.exceptKeys).toEqual(["b"]);
  });

  test("is asked about as a rule", () => {
    selection.selectAll();
    selection.toggle(object("a"));
    expect(selection.asPredicate()).toEqual({
      allSelected: true,
      exceptKeys: ["a"],
      keys: [],
      prefixes: [],
    });
  });

  test("ends when one row is chosen alone", () => {
    selection.selectAll();
    selection.only(object("a"));
    expect(selection.count(100)).toBe(1);
  });
});

test("rows part into keys and prefixes, and what is deleted is neither", () => {
  const rows: Chosen[] = [object("a"), folder("f/"), { ...object("gone"), kind: "deleted" }];
  expect(splitRows(rows)).toEqual({ keys: ["a"], prefixes: ["f/"] });
});

test("a selection is said in words", () => {
  expect(describeSelection(false, 3, 10)).toBe("3 selected");
  expect(describeSelection(true, 0, 1_204_311)).toBe("all 1\u202f204\u202f311 selected");
  expect(describeSelection(true, 2, 1_204_311)).toBe("all 1\u202f204\u202f311 but 2 selected");
});
