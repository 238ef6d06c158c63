/** The requests as they come in: the newest first, older ones a page at a time, held still on demand. */
import { api, toApiError, type ApiError } from "$lib/api";
import type { RequestRecord } from "$lib/api/types";

export const PAGE = 100;

/** What came since the last reading is mostly less than this. */
const STEP = 20;

/** More than these are not kept on the page. */
const KEPT_MAX = 500;

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
  /** Rises with each look at older ones. */
  #kept = PAGE;

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
    this.#kept = Math.min(this.#kept + PAGE, KEPT_MAX);
    await this.#fetch(oldest.id, PAGE, (page) => {
      this.shown = [...this.shown, ...page].slice(0, this.#kept);
      this.more = page.length === PAGE && this.shown.length < KEPT_MAX;
    });
    await this.#catchUp();
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
    const missed = this.shown.length > 0 && !(await this.#readNews());
    if (missed || this.shown.length === 0) await this.#readPage();
    await this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    if (!this.#asked) return;
    this.#asked = false;
    await this.follow();
  }

  /** Reads the few that are new; says whether they join those that are shown. */
  async #readNews(): Promise<boolean> {
    const newest = this.shown[0]?.id ?? 0;
    let joined = true;
    await this.#fetch(null, STEP, (page) => {
      const news = page.filter(({ id }) => id > newest);
      joined = news.length < page.length;
      if (!joined) return;
      const all = [...news, ...this.shown];
      this.more ||= all.length > this.#kept;
      this.shown = all.slice(0, this.#kept);
    });
    return joined;
  }

  async #readPage(): Promise<void> {
    this.#kept = PAGE;
    await this.#fetch(null, PAGE, (page) => {
      this.shown = page;
      this.more = page.length === PAGE;
    });
  }

  async #fetch(
    before: number | null,
    limit: number,
    apply: (page: RequestRecord[]) => void,
  ): Promise<void> {
    this.loading = true;
    this.error = undefined;
    try {
      apply(await api.inspectRequests({ before, limit }));
      this.loaded = true;
    } catch (thrown) {
      this.error = toApiError(thrown);
    } finally {
      this.loading = false;
    }
  }
}
