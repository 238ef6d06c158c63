/** A text that the app judges while it is typed. */
import { toApiError, type ApiError } from "$lib/api";

/** Typing is waited for; a check of half a word helps nobody. */
const CHECK_AFTER_MS = 300;

export class Checking<T> {
  failure = $state.raw<ApiError>();
  #found = $state.raw<{ text: string; result: T }>();
  readonly #text: () => string;
  readonly #check: (text: string) => Promise<T>;

  /** Called while a component is set up; begins at once and ends with it. */
  constructor(text: () => string, check: (text: string) => Promise<T>) {
    this.#text = text;
    this.#check = check;
    let first = true;
    $effect(() => {
      const wanted = text();
      const timer = setTimeout(() => void this.#judge(wanted), first ? 0 : CHECK_AFTER_MS);
      first = false;
      return () => clearTimeout(timer);
    });
  }

  /** What was found of the text as it is now; nothing while it is being judged. */
  get current(): T | undefined {
    return this.#found?.text === this.#text() ? this.#found.result : undefined;
  }

  /** What was found last, of whatever text. */
  get last(): T | undefined {
    return this.#found?.result;
  }

  /** Judges the text as it is now, and waits for it. */
  async now(): Promise<T | undefined> {
    if (this.current === undefined) await this.#judge(this.#text());
    return this.current;
  }

  async #judge(wanted: string): Promise<void> {
    try {
      const result = await this.#check(wanted);
      if (wanted !== this.#text()) return;
      this.#found = { text: wanted, result };
      this.failure = undefined;
    } catch (thrown) {
      this.failure = toApiError(thrown);
    }
  }
}
