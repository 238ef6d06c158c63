import { expect, test } from "vitest";

import { passphraseOf, problemsOf, usualKeeper } from "./keeper";

test("the keychain is proposed where it is ready", () => {
  expect(usualKeeper("ready").holder).toBe("keychain");
  expect(usualKeeper("locked").holder).toBe("passphrase");
  expect(usualKeeper("absent").holder).toBe("passphrase");
});

test("a passphrase is asked for twice, and only where one is used", () => {
  const keeper = { holder: "passphrase", passphrase: "", repeated: "" } as const;
  expect(problemsOf(keeper)?.passphrase).toBe("Type a passphrase.");
  expect(problemsOf({ ...keeper, passphrase: "short" })?.passphrase).toBe(
    "A passphrase has at least 8 characters.",
  );
  const long = { ...keeper, passphrase: "river lamp candle" };
  expect(problemsOf(long)?.repeated).toBe("Type the passphrase again.");
  expect(problemsOf({ ...long, repeated: "river lamp" })?.repeated).toBe(
    "This is not the passphrase above.",
  );
  expect(problemsOf({ ...long, repeated: "river lamp candle" })).toBeNull();
  expect(problemsOf({ ...keeper, holder: "keychain" })).toBeNull();
});

test("nothing typed for a passphrase reaches the keychain", () => {
  const keeper = { holder: "keychain", passphrase: "typed before", repeated: "" } as const;
  expect(passphraseOf(keeper)).toBeNull();
});
