/** The choice of what keeps the vault's key: the keychain, or a passphrase typed twice. */
import type { VaultStatus } from "$lib/api/types";

import { PASSPHRASE_MIN } from "$lib/strength";

export interface Keeper {
  holder: "keychain" | "passphrase";
  passphrase: string;
  repeated: string;
}

/** What is wrong with each field; null where nothing is. */
export interface KeeperProblems {
  passphrase: string | null;
  repeated: string | null;
}

/** Whether the keychain can keep the key from now on, whatever it kept before. */
export function canKeep(keychain: VaultStatus["keychain"]): boolean {
  return keychain !== "locked" && keychain !== "absent";
}

/** Begins with the keychain where there is one. */
export function usualKeeper(keychain: VaultStatus["keychain"]): Keeper {
  return { holder: canKeep(keychain) ? "keychain" : "passphrase", passphrase: "", repeated: "" };
}

/** Begins with what kept the key before, where that is possible. */
export function keeperAfterWords({ holders, keychain }: VaultStatus): Keeper {
  const byPassphrase = holders.includes("passphrase") && !holders.includes("keychain");
  return usualKeeper(byPassphrase ? "absent" : keychain);
}

/** Says what is wrong with a choice, field by field; null where it can be used. */
export function problemsOf({ holder, passphrase, repeated }: Keeper): KeeperProblems | null {
  if (holder === "keychain") return null;
  if (passphrase === "") return { passphrase: "Type a passphrase.", repeated: null };
  if (passphrase.length < PASSPHRASE_MIN) {
    const least = `A passphrase has at least ${String(PASSPHRASE_MIN)} characters.`;
    return { passphrase: least, repeated: null };
  }
  if (repeated === "") return { passphrase: null, repeated: "Type the passphrase again." };
  if (passphrase !== repeated) {
    return { passphrase: null, repeated: "This is not the passphrase above." };
  }
  return null;
}

/** Returns the passphrase to be used, or null for the keychain. */
export function passphraseOf({ holder, passphrase }: Keeper): string | null {
  return holder === "passphrase" ? passphrase : null;
}
