import { describe, expect, test } from "vitest";

import { bindingFor, KEYMAP, keyCaps, keyLabel, matches, type KeyPress } from "./keymap";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe("a combination", () => {
  test("with Mod is Ctrl, and on a Mac the command key", () => {
    expect(matches(press("k", { ctrlKey: true }), "Mod+K", false)).toBe(true);
    expect(matches(press("k", { metaKey: true }), "Mod+K", false)).toBe(false);
    expect(matches(press("k", { metaKey: true }), "Mod+K", true)).toBe(true);
    expect(matches(press("k", { ctrlKey: true }), "Mod+K", true)).toBe(false);
  });

  test("does not match with a key too many", () => {
    expect(matches(press("C", { ctrlKey: true, shiftKey: true }), "Mod+C", false)).toBe(false);
    expect(matches(press("C", { ctrlKey: true, shiftKey: true }), "Mod+Shift+C", false)).toBe(true);
    expect(matches(press("ArrowUp", { altKey: true }), "ArrowUp", false)).toBe(false);
  });

  test("of a symbol does not ask how the keyboard makes it", () => {
    expect(matches(press("?", { shiftKey: true }), "?", false)).toBe(true);
    expect(matches(press("?"), "?", false)).toBe(true);
  });

  test("is written as the machine has it", () => {
    expect(keyLabel("Mod+Shift+L", true)).toBe("⌘⇧L");
    expect(keyLabel("Mod+Shift+L", false)).toBe("Ctrl+Shift+L");
    expect(keyCaps("Alt+ArrowLeft", false)).toEqual(["Alt", "←"]);
  });
});

test("a press finds its binding within its group only", () => {
  expect(bindingFor(press("F2"), "Browser", false)).toBe("rename");
  expect(bindingFor(press("F2"), "Everywhere", false)).toBeUndefined();
  expect(bindingFor(press(" "), "Object", false)).toBe("preview");
});

test("no combination means two things in one place", () => {
  const groups = [...new Set(KEYMAP.map(({ group }) => group))];
  for (const page of groups) {
    // The list and the object in it have the focus together.
    const live = page === "Object" ? ["Everywhere", "Browser", page] : ["Everywhere", page];
    const seen = KEYMAP.filter(({ group }) => live.includes(group)).flatMap(({ keys }) => keys);
    expect(seen.filter((keys, at) => seen.indexOf(keys) !== at)).toEqual([]);
  }
});
