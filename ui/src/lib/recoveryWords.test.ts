import { expect, test } from "vitest";

import { countProblem, difference, inColumns, wordsIn } from "./recoveryWords";

test.each([
  ["anchor basket", ["anchor", "basket"]],
  ["  Anchor\n\tBASKET ", ["anchor", "basket"]],
  ["1. anchor\n2. basket", ["anchor", "basket"]],
  ["1 anchor, 2 basket;", ["anchor", "basket"]],
  ["", []],
])("%j holds %j", (text, words) => {
  expect(wordsIn(text)).toEqual(words);
});

test.each([
  [0, "0 of 24 words so far."],
  [23, "23 of 24 words so far."],
  [24, null],
  [26, "26 words: 2 too many."],
])("of %d words it says %j", (count, problem) => {
  expect(countProblem(Array.from({ length: count }, () => "word"))).toBe(problem);
});

test.each([
  ["ember", null],
  [" Ember ", null],
  ["", "Type word 5 of your sheet."],
  ["embers", "Word 5 is not “embers”. Look at your sheet and type it again."],
])("%j instead of the fifth word says %j", (typed, problem) => {
  expect(difference(typed, "ember", 4)).toBe(problem);
});

test("columns are read downwards", () => {
  expect(inColumns(["a", "b", "c", "d", "e", "f"], 3)).toEqual([
    ["a", "b"],
    ["c", "d"],
    ["e", "f"],
  ]);
});
