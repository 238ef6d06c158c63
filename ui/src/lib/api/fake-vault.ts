/** The fake's vault: every state that the first screen has to show, and the ways out of each. */
import { ApiError } from "./errors";
import { DAY, PASSPHRASE, RECOVERY_CHECK, RECOVERY_WORDS } from "./fake-seed";
import type { World } from "./fake-world";
import type { DrillResult, Purpose, VaultCreated, VaultState, VaultStatus } from "./types";

const FOLDER = "/home/mara/.local/share/stave/vault";

const STATES: readonly VaultState[] = [
  "absent",
  "locked",
  "open",
  "words_unconfirmed",
  "in_use",
  "needs_recovery",
  "keychain_absent",
  "keychain_locked",
  "newer_format",
  "damaged",
  "disk_full",
  "unreadable",
];

export class FakeVault {
  private state: VaultState;
  private keychain: VaultStatus["keychain"];
  private holder: "keychain" | "passphrase";
  private passphrase = PASSPHRASE;
  private retries = 0;
  private purpose: Purpose | null = null;
  private words: readonly string[] = RECOVERY_WORDS;
  private idleMinutes = 15;
  private lockOnSuspend = true;
  private recoveryConfirmed = true;
  private rootKeyCreated: number;

  constructor(
    private readonly world: World,
    query: URLSearchParams,
    private readonly onFirstRun: (purpose: Purpose) => void,
  ) {
    const asked = query.get("vault");
    this.state = STATES.find((state) => state === asked) ?? "open";
    this.holder = this.state === "locked" ? "passphrase" : "keychain";
    this.keychain = keychainOf(query.get("keychain"), this.state);
    if (query.get("holder") === "passphrase") this.holder = "passphrase";
    this.rootKeyCreated = world.clock.now() - 300 * DAY;
  }

  get isOpen(): boolean {
    return this.state === "open";
  }

  status(): VaultStatus {
    const absent = this.state === "absent";
    return {
      state: this.state,
      folder: FOLDER,
      holders: absent ? [] : [this.holder, "recovery"],
      keychain: this.keychain,
      inUseBy: this.state === "in_use" ? { pid: 4_812 } : null,
      idleMinutes: this.idleMinutes,
      lockOnSuspend: this.lockOnSuspend,
      recoveryConfirmed: this.recoveryConfirmed,
      rootKeyCreated: this.rootKeyCreated,
    };
  }

  create(request: {
    holder: "keychain" | "passphrase";
    passphrase: string | null;
    purpose: Purpose;
  }): VaultCreated {
    if (request.holder === "keychain" && this.keychain !== "ready") {
      throw keychainRefusal(this.keychain);
    }
    this.holder = request.holder;
    this.passphrase = request.passphrase ?? "";
    this.purpose = request.purpose;
    return { recoveryWords: [...RECOVERY_WORDS], check: [...RECOVERY_CHECK] };
  }

  confirmRecovery(words: string[]): void {
    const differs = RECOVERY_CHECK.find((position, i) => words[i] !== this.words[position]);
    if (differs !== undefined) {
      throw new ApiError(
        "words_differ",
        `Word ${String(differs + 1)} differs from the one shown.`,
        "The words are compared letter by letter.",
        "Look at your sheet and type it again.",
      );
    }
    this.recoveryConfirmed = true;
    if (this.purpose !== null) this.onFirstRun(this.purpose);
    this.purpose = null;
    this.moveTo("open");
  }

  unlock(passphrase: string | null, recoveryWords: string | null): VaultStatus {
    if (recoveryWords !== null) this.unlockByWords(recoveryWords, passphrase);
    else if (passphrase !== null) this.unlockByPassphrase(passphrase);
    else this.retry();
    return this.status();
  }

  lock(): VaultStatus {
    this.moveTo("locked");
    return this.status();
  }

  changePassphrase(current: string | null, next: string): void {
    if (this.holder === "passphrase" && current !== this.passphrase) throw wrongPassphrase();
    this.holder = "passphrase";
    this.passphrase = next;
    this.moveTo(this.state);
  }

  /** Makes new words by turning the former ones round, so that a test knows them. */
  renew(): VaultCreated {
    this.words = [...this.words].reverse();
    this.recoveryConfirmed = false;
    return { recoveryWords: [...this.words], check: [...RECOVERY_CHECK] };
  }

  rotateRoot(passphrase: string | null): VaultCreated {
    if (this.holder === "passphrase" && passphrase !== this.passphrase) throw wrongPassphrase();
    this.rootKeyCreated = this.world.clock.now();
    return this.renew();
  }

  drill(words: string[]): DrillResult {
    const opens = words.join(" ") === this.words.join(" ");
    return { opens, problem: opens ? null : "the last word does not fit the 23 before it" };
  }

  setIdle(minutes: number): void {
    this.idleMinutes = minutes;
    this.moveTo(this.state);
  }

  setLockOnSuspend(on: boolean): void {
    this.lockOnSuspend = on;
    this.moveTo(this.state);
  }

  private unlockByWords(words: string, passphrase: string | null): void {
    if (words.trim().toLowerCase().split(/\s+/).join(" ") !== this.words.join(" ")) {
      throw new ApiError(
        "wrong_recovery_words",
        "These words do not open this vault.",
        "The last word holds a check of the others, and it does not fit.",
        "Compare each word with your sheet.",
      );
    }
    this.holder = passphrase === null ? "keychain" : "passphrase";
    this.passphrase = passphrase ?? this.passphrase;
    this.moveTo("open");
  }

  private unlockByPassphrase(passphrase: string): void {
    if (passphrase !== this.passphrase) throw wrongPassphrase();
    this.moveTo("open");
  }

  /** Asks the keychain again: it answers the second time. */
  private retry(): void {
    this.retries += 1;
    if (this.state === "words_unconfirmed") return this.moveTo("open");
    const stuck = ["newer_format", "damaged", "disk_full", "unreadable"].includes(this.state);
    if (stuck || this.retries < 2) return;
    this.keychain = "ready";
    this.moveTo("open");
  }

  private moveTo(state: VaultState): void {
    this.state = state;
    this.world.events.emit("vault", null);
  }
}

function keychainOf(asked: string | null, state: VaultState): VaultStatus["keychain"] {
  if (asked === "absent" || state === "keychain_absent") return "absent";
  if (asked === "locked" || state === "keychain_locked") return "locked";
  if (asked === "missing_entry" || asked === "wrong_value") return asked;
  return "ready";
}

function wrongPassphrase(): ApiError {
  return new ApiError(
    "wrong_passphrase",
    "This passphrase does not open the vault.",
    "The key that it makes does not fit the vault's lock.",
    "Check Caps Lock and the keyboard's language, then type it again.",
  );
}

function keychainRefusal(keychain: VaultStatus["keychain"]): ApiError {
  return keychain === "locked"
    ? new ApiError(
        "keychain_locked",
        "This computer's keychain is locked.",
        "It is there, but it did not give out a secret.",
        "Unlock it, then try again.",
      )
    : new ApiError(
        "keychain_absent",
        "No keychain answers on this computer.",
        "No Secret Service is running in this session.",
        "Use a passphrase instead.",
      );
}
