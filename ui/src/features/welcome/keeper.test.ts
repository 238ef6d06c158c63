import { expect, test } from "vitest";

import { keeperAfterWords, passphraseOf, problemsOf, usualKeeper } from "./keeper";

test("the keychain is proposed where it is ready", () => {
  expect(usualKeeper("ready").holder).toBe("keychain");
  expect(usualKeeper("locked").holder).toBe("passphrase");
  expect(usualKeeper("absent").holder).toBe("passphrase");
});

test("after the words, what kept the key before is proposed where it can", () => {
  const status = {
    state: "locked",
    folder: "/vault",
    inUseBy: null,
    idleMinutes: 0,
    lockOnSuspend: false,
    recoveryConfirmed: true,
    rootKeyCreated: 0,
  } as const;
  const proposed = (
    keychain: "ready" | "absent" | "wrong_value",
    ...holders: ("keychain" | "passphrase")[]
  ) => keeperAfterWords({ ...status, keychain, holders }).holder;
  expect(proposed("ready", "keychain")).toBe("keychain");
  expect(proposed("ready", "passphrase")).toBe("passphrase");
  expect(proposed("absent", "keychain")).toBe("passphrase");
  expect(proposed("wrong_value", "keychain")).toBe("keychain");
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
