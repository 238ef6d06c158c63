import { expect, test } from "vitest";

import { sentence } from "./sentence";

test("a reason that comes as a clause is written as a sentence", () => {
  expect(sentence("a bucket name has 3 to 63 characters, this one has 2")).toBe(
    "A bucket name has 3 to 63 characters, this one has 2.",
  );
  expect(sentence("Done.")).toBe("Done.");
  expect(sentence("")).toBe("");
});

test("a name at its beginning keeps its letters", () => {
  expect(sentence("arn:aws:kms:us-east-1:0:key/k is disabled")).toBe(
    "arn:aws:kms:us-east-1:0:key/k is disabled.",
  );
});
