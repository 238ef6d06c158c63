import { expect, test } from "vitest";

import { compactJson, shellWord } from "./shell";

test("a plain word stays as it is", () => {
  expect(shellWord("http://127.0.0.1:9000/photos")).toBe("http://127.0.0.1:9000/photos");
});

test("what a shell would read is quoted, quotes too", () => {
  expect(shellWord('{"a":"it\'s $HOME"}')).toBe(`'{"a":"it'\\''s $HOME"}'`);
  expect(shellWord("")).toBe("''");
});

test("JSON becomes one line; what is none stays as it is", () => {
  expect(compactJson('{\n  "a": [1]\n}')).toBe('{"a":[1]}');
  expect(compactJson("{")).toBe("{");
});
