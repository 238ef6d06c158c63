import { expect, test } from "vitest";

import { ApiError, toApiError } from "./errors";

test("the three lines of a refusal arrive as they were sent", () => {
  const sent = {
    code: "no_such_bucket",
    message: "There is no bucket x.",
    why: "It was deleted.",
    hint: "Choose another.",
  };
  expect(toApiError(sent)).toMatchObject(sent);
});

test("an error of ours stays the same", () => {
  const error = new ApiError("a", "b", "c", "d");
  expect(toApiError(error)).toBe(error);
});

test.each([
  ["plain text", "plain text"],
  [new Error("broken"), "broken"],
  [{}, "Something went wrong, and no reason was given."],
  [null, "Something went wrong, and no reason was given."],
  [{ message: 7 }, "Something went wrong, and no reason was given."],
])("%j is said in words", (thrown, message) => {
  expect(toApiError(thrown).message).toBe(message);
});
