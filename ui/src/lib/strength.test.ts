import { expect, test } from "vitest";

import { strengthOf } from "./strength";

test.each([
  ["", "Too easy"],
  ["hunter2", "Too easy"],
  ["password123", "Too easy"],
  ["aaaaaaaaaaaaaaaa", "Too easy"],
  ["abcdefghijklmnop", "Too easy"],
  ["12345678901234567890", "Too easy"],
  ["blue blue blue blue", "Too easy"],
  ["red green blue", "Weak"],
  ["Sommer2026", "Too easy"],
  ["riverbed", "Too easy"],
  ["river lamp", "Too easy"],
  ["river lamp candle spoon", "Good"],
  ["river lamp candle spoon gravel", "Strong"],
  ["vK9#tq!2Lw@8zR", "Strong"],
  ["солнце река камень дерево мост", "Strong"],
])("%j is “%s”", (passphrase, label) => {
  expect(strengthOf(passphrase).label).toBe(label);
});

test("a longer phrase is never weaker", () => {
  const words = "river lamp candle spoon gravel".split(" ");
  const levels = words.map((_, i) => strengthOf(words.slice(0, i + 1).join(" ")).level);
  expect(levels).toEqual([...levels].sort());
});
