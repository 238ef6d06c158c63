import { expect, test } from "vitest";

import type { VaultState, VaultStatus } from "$lib/api/types";

import { describeClosed, otherWays } from "./states";

function status(state: VaultState, over: Partial<VaultStatus> = {}): VaultStatus {
  return {
    state,
    folder: "/vault",
    holders: ["keychain", "recovery"],
    keychain: "ready",
    inUseBy: null,
    idleMinutes: 0,
    lockOnSuspend: false,
    recoveryConfirmed: true,
    rootKeyCreated: 0,
    ...over,
  };
}

test.each<[VaultState, string, string]>([
  ["needs_recovery", "The key to this vault is missing.", "words"],
  ["words_unconfirmed", "Are your recovery words safe?", "prove"],
  ["keychain_absent", "No keychain answers on this computer.", "retry"],
  ["keychain_locked", "This computer's keychain is locked.", "retry"],
  ["newer_format", "This vault was made by a newer Stave.", "retry"],
  ["damaged", "The vault's description is damaged.", "retry"],
  ["disk_full", "The disk is full.", "retry"],
  ["unreadable", "The vault's folder cannot be read or written.", "retry"],
])("of a vault that is %s it says “%s”", (state, title, way) => {
  expect(describeClosed(status(state))).toMatchObject({ title, way });
});

test.each([
  ["missing_entry", "The keychain has no entry for this vault."],
  ["wrong_value", "The keychain's entry does not open this vault."],
] as const)("a keychain with a %s is told, with the ways on", (keychain, title) => {
  const closed = status("needs_recovery", { keychain });
  expect(describeClosed(closed)).toMatchObject({ title, way: "words" });
  expect(otherWays(closed, "words")).toEqual(["retry"]);
  expect(otherWays(closed, "retry")).toEqual(["words"]);
});

test("a locked vault asks for what opens it", () => {
  const by = (...holders: VaultStatus["holders"]) => describeClosed(status("locked", { holders }));
  expect(by("passphrase", "recovery").way).toBe("passphrase");
  expect(by("keychain", "recovery").text).toBe("Its key is in this computer's keychain.");
  expect(by("key_file", "recovery").text).toBe("Its key is in a key file.");
});

test("a vault in use names the process", () => {
  const { evidence } = describeClosed(status("in_use", { inUseBy: { pid: 4_812 } }));
  expect(evidence).toBe("The vault's lock is held by process 4812.");
});

test("every holder that there is offers its way in", () => {
  const ways = (state: VaultState, ...holders: VaultStatus["holders"]) => {
    const closed = status(state, { holders });
    return otherWays(closed, describeClosed(closed).way);
  };
  expect(ways("keychain_absent", "keychain", "recovery")).toEqual(["words"]);
  expect(ways("keychain_absent", "keychain", "passphrase", "recovery")).toEqual([
    "passphrase",
    "words",
  ]);
  expect(ways("needs_recovery", "keychain", "recovery")).toEqual([]);
  expect(ways("needs_recovery", "keychain", "passphrase", "recovery")).toEqual(["words"]);
  expect(ways("locked", "passphrase", "recovery")).toEqual(["words"]);
});

test("where no key helps, none is asked for", () => {
  for (const state of ["in_use", "newer_format", "damaged", "disk_full"] as const) {
    expect(otherWays(status(state), "retry")).toEqual([]);
  }
});
