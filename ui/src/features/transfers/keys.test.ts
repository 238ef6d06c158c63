import { expect, test } from "vitest";

import { transferKey } from "./keys";

const press = (key: string, over: KeyboardEventInit = {}) =>
  transferKey(new KeyboardEvent("keydown", { key, ...over }));

test.each([
  ["x", "cancel"],
  ["r", "retry"],
  ["R", "retryAll"],
  ["c", "clear"],
  ["q", null],
])("%s means %s", (key, meaning) => {
  expect(press(key)).toBe(meaning);
});

test("with a modifier a key belongs to somebody else", () => {
  expect(press("c", { ctrlKey: true })).toBeNull();
  expect(press("r", { metaKey: true })).toBeNull();
});

test("a letter typed into a field is a letter", () => {
  const field = document.createElement("input");
  const event = new KeyboardEvent("keydown", { key: "x" });
  field.dispatchEvent(event);
  expect(transferKey(event)).toBeNull();
});
