import { expect, test } from "vitest";

import { countChanges, diffLines, foldSame } from "./diff";

const marks = { same: " ", added: "+", removed: "-" };
const written = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => marks[kind] + text);

test("a changed line is its old face and its new one", () => {
  expect(written("a\nb\nc", "a\nB\nc")).toEqual([" a", "-b", "+B", " c"]);
});

test("all is new where nothing was, and gone where nothing is left", () => {
  expect(written("", "a\nb")).toEqual(["+a", "+b"]);
  expect(written("a\nb", "")).toEqual(["-a", "-b"]);
  expect(written("", "")).toEqual([]);
});

test("lines that moved are told once as removed and once as added", () => {
  expect(written("a\nb\nc", "b\nc\na")).toEqual(["-a", " b", " c", "+a"]);
});

test("what is far from a change is folded, and counted", () => {
  const before = Array.from({ length: 12 }, (_, index) => String(index)).join("\n");
  const folded = foldSame(diffLines(before, `${before}\nend`));
  expect(folded[0]).toEqual({ kind: "gap", lines: 9 });
  expect(folded.slice(1).map((it) => it.kind)).toEqual(["same", "same", "same", "added"]);
});

test("added and removed lines are counted", () => {
  expect(countChanges(diffLines("a\nb", "a\nc\nd"))).toEqual({ added: 2, removed: 1 });
});
