/** What is said of a vault that is there but not open: what is so, how we know, what to do. */
import type { VaultState, VaultStatus } from "$lib/api/types";

/** A thing that may lead on. */
export type WayIn = "passphrase" | "words" | "prove" | "retry";

export interface ClosedState {
  title: string;
  text: string;
  evidence: string;
  /** The way that is proposed. */
  way: WayIn;
  /** The word on the button, where the way is to try again. */
  action: string;
}

/** Describes a vault that is closed; an absent or open one has screens of its own. */
export function describeClosed(status: VaultStatus): ClosedState {
  return STATES[status.state](status);
}

/** States in which no key helps. */
const KEYLESS: ReadonlySet<VaultState> = new Set([
  "in_use",
  "newer_format",
  "damaged",
  "disk_full",
  "unreadable",
]);

/** Lists the other ways in, besides the one that is shown. */
export function otherWays(status: VaultStatus, shown: WayIn): WayIn[] {
  if (status.state === "words_unconfirmed") return ["retry"];
  if (KEYLESS.has(status.state)) return [];
  const ways: WayIn[] = [];
  const { way } = describeClosed(status);
  if (way === "retry" || keychainFailed(status)) ways.push("retry");
  if (status.holders.includes("passphrase")) ways.push("passphrase");
  if (status.holders.includes("recovery")) ways.push("words");
  return ways.filter((way) => way !== shown);
}

const STATES: Record<VaultState, (status: VaultStatus) => ClosedState> = {
  absent: retry("There is no vault here.", "Nothing was found in its folder.", "Look again"),
  open: retry("The vault is open.", "It answered.", "Continue"),
  locked: (status) => (status.holders.includes("passphrase") ? byPassphrase : byHolder(status)),
  words_unconfirmed: () => ({
    title: "Are your recovery words safe?",
    text: "Stave was closed before they were checked. Type all 24 from your sheet: it proves that they open the vault when nothing else does.",
    evidence: "They were shown when the vault was made, and cannot be shown again.",
    way: "prove",
    action: "",
  }),
  keychain_locked: retry(
    "This computer's keychain is locked.",
    "The keychain is there, but it did not give out the vault's key. Unlock it, or confirm the request it shows, then try again.",
    "Try again",
  ),
  keychain_absent: retry(
    "No keychain answers on this computer.",
    "The vault's key is kept in the keychain, and none is running in this session. Start one (on Linux a Secret Service such as GNOME Keyring or KWallet), then try again.",
    "Try again",
  ),
  needs_recovery: (status) => ({
    title: MISSING_TITLE[status.keychain] ?? "The key to this vault is missing.",
    text: status.holders.includes("passphrase")
      ? "The vault and everything in it are still here. Its passphrase opens it, and so do the recovery words."
      : "The vault and everything in it are still here. Type the 24 recovery words from your sheet, and say what keeps the key from now on.",
    evidence:
      MISSING_EVIDENCE[status.keychain] ??
      "The vault's folder is there, but the place that held its key is empty.",
    way: status.holders.includes("passphrase") ? "passphrase" : "words",
    action: "",
  }),
  in_use: (status) => ({
    title: "Another program has this vault open.",
    text: "Only one program at a time may write to a vault. Close the other one, or stop its “stave serve”, then try again.",
    evidence: heldBy(status),
    way: "retry",
    action: "Try again",
  }),
  newer_format: retry(
    "This vault was made by a newer Stave.",
    "Its format is not known to this version, and nothing in it was touched. Install the newest Stave, then open it again.",
    "Look again",
  ),
  damaged: retry(
    "The vault's description is damaged.",
    "The file vault.json cannot be trusted, so nothing was opened and nothing was changed. Put the vault's folder back from a backup, then look again.",
    "Look again",
  ),
  disk_full: retry(
    "The disk is full.",
    "To open the vault a little room is needed, and there is none. Nothing in it is damaged. Free some space on its disk, then try again.",
    "Try again",
  ),
  unreadable: retry(
    "The vault's folder cannot be read or written.",
    "The vault may well be whole: its disk did not answer, or this user has no rights to the folder. Check that the disk is connected and who owns the folder, then try again.",
    "Try again",
  ),
};

/** What the keychain did wrong, where it answers. */
const MISSING_TITLE: Partial<Record<VaultStatus["keychain"], string>> = {
  missing_entry: "The keychain has no entry for this vault.",
  wrong_value: "The keychain's entry does not open this vault.",
};

const MISSING_EVIDENCE: Partial<Record<VaultStatus["keychain"], string>> = {
  missing_entry:
    "The keychain answers, but the entry that Stave made is gone: it was deleted, or this is another user or another computer.",
  wrong_value:
    "The keychain gave out a key, but not this vault's: the entry was overwritten, or the folder is an older copy from before its key was changed.",
};

/** Whether the keychain answers without being of help, so that it is worth asking once it was set right. */
function keychainFailed({ state, keychain, holders }: VaultStatus): boolean {
  const failed = keychain === "missing_entry" || keychain === "wrong_value";
  return state === "needs_recovery" && failed && holders.includes("keychain");
}

const byPassphrase: ClosedState = {
  title: "The vault is locked.",
  text: "Type its passphrase to open it.",
  evidence: "",
  way: "passphrase",
  action: "",
};

function byHolder({ holders }: VaultStatus): ClosedState {
  const file = holders.includes("key_file");
  return {
    title: "The vault is locked.",
    text: file ? "Its key is in a key file." : "Its key is in this computer's keychain.",
    evidence: "",
    way: "retry",
    action: "Unlock",
  };
}

function heldBy({ inUseBy }: VaultStatus): string {
  return inUseBy === null
    ? "The vault's lock is held by another process."
    : `The vault's lock is held by process ${String(inUseBy.pid)}.`;
}

function retry(title: string, text: string, action: string): () => ClosedState {
  return () => ({ title, text, evidence: "", way: "retry", action });
}
