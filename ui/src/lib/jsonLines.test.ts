import { expect, test } from "vitest";

import { elementAt, elementLines } from "./jsonLines";

const RULES = `{
  "CORSRules": [
    {
      "ID": "a ] } \\" brace",
      "AllowedOrigins": ["*"]
    },
    { "AllowedMethods": ["GET"] }
  ],
  "Other": [{}]
}`;

test("each element of a list has its lines", () => {
  expect(elementLines(RULES, "CORSRules")).toEqual([
    { from: 3, to: 6 },
    { from: 7, to: 7 },
  ]);
});

test("one value in the place of a list is its only element", () => {
  const text = '{\n  "Statement": {\n    "Effect": "Allow"\n  }\n}';
  expect(elementLines(text, "Statement")).toEqual([{ from: 2, to: 4 }]);
});

test("a line is told its element, and lines outside have none", () => {
  expect(elementAt(RULES, "CORSRules", 5)).toBe(0);
  expect(elementAt(RULES, "CORSRules", 7)).toBe(1);
  expect(elementAt(RULES, "CORSRules", 9)).toBeNull();
});

test("a document without the name, or that breaks off, has no such element", () => {
  expect(elementLines("", "CORSRules")).toEqual([]);
  expect(elementLines('{"CORSRules": [ {', "CORSRules")).toEqual([]);
});
