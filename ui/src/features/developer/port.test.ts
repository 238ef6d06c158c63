import { expect, test } from "vitest";

import { parsePort } from "./port";

test.each([
  ["9000", 9_000],
  [" 1024 ", 1_024],
  ["65535", 65_535],
])("%j is port %d", (text, port) => {
  expect(parsePort(text)).toEqual({ port, problem: null });
});

test.each([
  ["", "A port is a number."],
  ["http", "A port is a number."],
  ["9e3", "A port is a number."],
  ["80", "Ports below 1024 belong to the system."],
  ["65536", "Ports end at 65535."],
])("%j is refused: %s", (text, problem) => {
  expect(parsePort(text)).toEqual({ port: null, problem });
});
