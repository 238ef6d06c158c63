import { expect, test } from "vitest";

import { customerKeyRefusal } from "./customerKey";

test.each([
  ["", "Type the key."],
  ["secret", "A key has 32 bytes: 44 characters of base64, or 64 hexadecimal digits."],
  ["ab".repeat(31), "A key has 32 bytes: 44 characters of base64, or 64 hexadecimal digits."],
  ["aB".repeat(32), null],
  [" AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= ", null],
])("of %j it says %j", (typed, refusal) => {
  expect(customerKeyRefusal(typed)).toBe(refusal);
});
