/** The requests as they come in: the newest first, older ones a page at a time, held still on demand. */
import { api, toApiError, type ApiError } from "$lib/api";
import type { RequestRecord } from "$lib/api/types";

export const PAGE = 100;

/** More than these are not kept on the page. */
const KEPT_MAX = 1_000;

export class Requests {
  shown = $state.raw<readonly RequestRecord[]>([]);
  loaded = $state(false);
  loading = $state(false);
  paused = $state(false);
  error = $state.raw<ApiError>();
  /** Whether requests came that are not shown. */
  stale = $state(false);
  more = $state(false);
  #asked = false;

  /** Reads what is new, unless the list is held still. */
  async follow(): Promise<void> {
    if (this.paused) {
      this.stale = true;
      return;
    }
    await this.#read();
  }

  /** Holds the list still, or lets it go on. */
  async setPaused(paused: boolean): Promise<void> {
    this.paused = paused;
    if (!paused && this.stale) await this.#read();
  }

  async loadOlder(): Promise<void> {
    const oldest = this.shown.at(-1);
    if (!oldest || this.loading) return;
    await this.#fetch(oldest.id, (page) => {
      this.shown = [...this.shown, ...page].slice(0, KEPT_MAX);
      this.more = page.length === PAGE && this.shown.length < KEPT_MAX;
    });
  }

  async clear(): Promise<void> {
    try {
      await api.clearRequests();
      this.shown = [];
      this.stale = false;
      this.more = false;
    } catch (thrown) {
      this.error = toApiError(thrown);
    }
  }

  /** One reading at a time; what came meanwhile is read after it. */
  async #read(): Promise<void> {
    if (this.loading) {
      this.#asked = true;
      return;
    }
    this.stale = false;
    await this.#fetch(null, (page) => {
      const first = page.at(-1)?.id ?? 0;
      const older = this.shown.filter(({ id }) => id < first);
      if (older.length === 0) this.more = page.length === PAGE;
      this.shown = page.length === 0 ? [] : [...page, ...older].slice(0, KEPT_MAX);
    });
    if (this.#asked) {
      this.#asked = false;
      await this.follow();
    }
  }

  async #fetch(before: number | null, apply: (page: RequestRecord[]) => void): Promise<void> {
    this.loading = true;
    this.error = undefined;
    try {
      apply(await api.inspectRequests({ before, limit: PAGE }));
      this.loaded = true;
    } catch (thrown) {
      this.error = toApiError(thrown);
    } finally {
      this.loading = false;
    }
  }
}
