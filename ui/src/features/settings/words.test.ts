import { expect, test } from "vitest";

import { holdersSentence, platformName } from "./words";

test("the ways into a vault are one sentence", () => {
  expect(holdersSentence(["keychain", "recovery"])).toBe(
    "This computer's keychain, or the recovery words",
  );
  expect(holdersSentence(["recovery"])).toBe("The recovery words");
  expect(holdersSentence([])).toBe("Nothing that is known");
});

test("a system has the name its makers gave it", () => {
  expect(platformName("macos")).toBe("macOS");
  expect(platformName("plan9")).toBe("plan9");
});
