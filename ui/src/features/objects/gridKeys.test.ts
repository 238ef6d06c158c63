import { expect, test } from "vitest";

import { isLetter, targetOf } from "./gridKeys";

const grid = { active: 10, known: 100, page: 20 };

test.each([
  ["ArrowDown", 11],
  ["ArrowUp", 9],
  ["PageDown", 30],
  ["PageUp", 0],
  ["Home", 0],
  ["End", 99],
  ["Enter", undefined],
])("%s moves from the tenth row to %s", (key, target) => {
  expect(targetOf(key, grid)).toBe(target);
});

test("the ends of the list hold", () => {
  expect(targetOf("ArrowDown", { ...grid, active: 99 })).toBe(99);
  expect(targetOf("PageDown", { ...grid, active: 95 })).toBe(99);
});

test("the heading lies above the first row", () => {
  expect(targetOf("ArrowUp", { ...grid, active: 0 })).toBe(-1);
  expect(targetOf("ArrowDown", { ...grid, active: -1 })).toBe(0);
  expect(targetOf("PageDown", { ...grid, active: -1 })).toBe(20);
});

test("a letter with a command key is no letter", () => {
  const held = { ctrlKey: false, metaKey: false, altKey: false };
  expect(isLetter({ key: "a", ...held })).toBe(true);
  expect(isLetter({ key: "a", ...held, ctrlKey: true })).toBe(false);
  expect(isLetter({ key: "Enter", ...held })).toBe(false);
});
