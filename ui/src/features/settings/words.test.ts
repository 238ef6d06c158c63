import { expect, test } from "vitest";

import { holdersSentence, idleChoices, passphraseProblems, platformName } from "./words";

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

test("an idle time that was set elsewhere can be kept", () => {
  expect(idleChoices(15).map(({ label }) => label)).toEqual([
    "Never",
    "After 5 minutes",
    "After 15 minutes",
    "After 30 minutes",
    "After an hour",
    "After 4 hours",
  ]);
  expect(idleChoices(7)[2]).toEqual({ value: "7", label: "After 7 minutes" });
});

test("a change of passphrase is judged field by field", () => {
  expect(passphraseProblems(true, "", "", "")).toEqual({
    current: "Type the present passphrase.",
    next: "Type a passphrase.",
  });
  expect(passphraseProblems(false, "", "short", "other")).toEqual({
    next: "A passphrase has at least 8 characters.",
    repeated: "This is not the passphrase above.",
  });
  expect(passphraseProblems(true, "old", "river lamp candle", "river lamp candle")).toEqual({});
});
