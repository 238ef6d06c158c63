/** What Settings says of the vault's keepers and of the system. */
import type { Holder } from "$lib/api/types";
import { PASSPHRASE_MIN } from "$lib/strength";

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

const IDLE_MINUTES = [0, 5, 15, 30, 60, 240];

const IDLE_WORD: Record<number, string> = { 0: "Never", 60: "After an hour", 240: "After 4 hours" };

/** The idle times to choose from; one that was set elsewhere is among them. */
export function idleChoices(current: number): { value: string; label: string }[] {
  const minutes = IDLE_MINUTES.includes(current) ? IDLE_MINUTES : [...IDLE_MINUTES, current];
  return [...minutes]
    .sort((a, b) => a - b)
    .map((it) => ({ value: String(it), label: IDLE_WORD[it] ?? `After ${String(it)} minutes` }));
}

/** What is wrong with each field of a change of passphrase; fields that are right are left out. */
export interface PassphraseProblems {
  current?: string;
  next?: string;
  repeated?: string;
}

/** Judges a change of passphrase; `has` says whether there is a present one to be typed. */
export function passphraseProblems(
  has: boolean,
  current: string,
  next: string,
  repeated: string,
): PassphraseProblems {
  return {
    ...(has && current === "" ? { current: "Type the present passphrase." } : {}),
    ...nextProblem(next),
    ...(next !== repeated ? { repeated: "This is not the passphrase above." } : {}),
  };
}

function nextProblem(next: string): PassphraseProblems {
  if (next === "") return { next: "Type a passphrase." };
  if (next.length >= PASSPHRASE_MIN) return {};
  return { next: `A passphrase has at least ${String(PASSPHRASE_MIN)} characters.` };
}
