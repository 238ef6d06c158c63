/** How many bytes are chosen: added up here where every row is an object, asked of the app otherwise. */
import { api } from "$lib/api";

import type { Browser } from "./browser.svelte";

const SETTLE_MS = 150;

export class ChosenSize {
  #asked = $state.raw<number | null>(null);
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
    $effect(() => {
      this.#asked = null;
      const { selection, listing } = browser;
      const cursor = listing.cursor;
      if (this.#known !== null || browser.chosenCount === 0 || cursor === undefined) return;
      const predicate = selection.asPredicate();
      let current = true;
      const timer = setTimeout(() => {
        // Without an answer the bar shows the count alone.
        api
          .selectSummary({ cursor, ...predicate })
          .then((summary) => (this.#asked = current ? summary.sizeBytes : this.#asked))
          .catch(() => undefined);
      }, SETTLE_MS);
      return () => {
        current = false;
        clearTimeout(timer);
      };
    });
  }

  /** The size, or null while nobody knows it. */
  get bytes(): number | null {
    return this.#known ?? this.#asked;
  }

  get #known(): number | null {
    const { selection } = this.#browser;
    if (selection.all || selection.rows.some((row) => row.kind === "folder")) return null;
    return selection.rows.reduce((sum, row) => sum + row.sizeBytes, 0);
  }
}
