/** What Settings says of the vault's keepers and of the system. */
import type { Holder } from "$lib/api/types";

const KEEPER: Record<Holder, string> = {
  keychain: "this computer's keychain",
  passphrase: "a passphrase",
  key_file: "a key file",
  recovery: "the recovery words",
};

/** Lists what opens the vault: "A passphrase, or the recovery words". */
export function holdersSentence(holders: readonly Holder[]): string {
  const names = holders.map((holder) => KEEPER[holder]);
  const last = names.at(-1);
  if (last === undefined) return "Nothing that is known";
  const rest = names.slice(0, -1).join(", ");
  const sentence = rest === "" ? last : `${rest}, or ${last}`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

const PLATFORM: Record<string, string> = { linux: "Linux", macos: "macOS", windows: "Windows" };

/** Writes the system's name as its makers do. */
export function platformName(platform: string): string {
  return PLATFORM[platform] ?? platform;
}
