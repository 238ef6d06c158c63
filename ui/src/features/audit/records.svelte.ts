/** The records of the audit as they are read: the newest first, a page at a time. */
import { api, toApiError, type ApiError } from "$lib/api";
import type { AuditQuery, AuditView } from "$lib/api/types";

import { queryOf, type AuditFilter } from "./filter";

export const PAGE = 50;

export class Records {
  shown = $state.raw<readonly AuditView[]>([]);
  loading = $state(false);
  loaded = $state(false);
  error = $state.raw<ApiError>();
  /** Whether records were written that are not shown. */
  stale = $state(false);
  #next = $state<number | null>(null);
  #query: AuditQuery | undefined;
  /** Rises with each new reading; an answer to an older one is dropped. */
  #round = 0;

  get more(): boolean {
    return this.#next !== null;
  }

  /** Reads the newest page that fits the filter. */
  async load(filter: AuditFilter, now: number): Promise<void> {
    this.#query = queryOf(filter, now, PAGE);
    this.stale = false;
    await this.#read(null);
  }

  /** Reads the page after those that are shown. */
  async loadMore(): Promise<void> {
    if (this.#next !== null && !this.loading) await this.#read(this.#next);
  }

  async #read(before: number | null): Promise<void> {
    if (!this.#query) return;
    this.#round += 1;
    const round = this.#round;
    this.loading = true;
    this.error = undefined;
    try {
      const page = await api.auditRecords({ query: { ...this.#query, before } });
      if (round !== this.#round) return;
      this.shown = before === null ? page.records : [...this.shown, ...page.records];
      this.#next = page.nextBefore;
      this.loaded = true;
    } catch (thrown) {
      if (round === this.#round) this.error = toApiError(thrown);
    } finally {
      if (round === this.#round) this.loading = false;
    }
  }
}
