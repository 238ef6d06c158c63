/**
 * The window onto a list that stays in the app: pages of rows around what is in sight. The whole
 * list is never held here, however long it is.
 */
import { api, toApiError, type ApiError } from "$lib/api";
import type { ListingProgress, ListingRequest, RowView } from "$lib/api/types";

/** Rows asked for at once. */
export const PAGE = 100;

/** Pages held; the least recently used make room. */
const PAGES_MAX = 40;

/** Requests under way at once; while they are, only the newest wish is remembered. */
const REQUESTS_MAX = 4;

/** The most that the app hands over in one answer. */
const COLLECT_PAGE = 200;

/** An old list stays in sight this long before empty rows take its place. */
const STALE_MS = 100;

export class Listing {
  /** How many rows are known so far. */
  known = $state(0);
  complete = $state(true);
  sortable = $state(true);
  /** Nothing of this place has arrived yet. */
  opening = $state(true);
  error = $state.raw<ApiError | undefined>();
  /** Rises when rows arrive. */
  #arrived = $state(0);

  #cursor: number | undefined;
  #pages = new Map<number, RowView[]>();
  #asked = new Set<number>();
  #wish: { first: number; end: number } = { first: 0, end: PAGE };
  #round = 0;
  #stale: ReturnType<typeof setTimeout> | undefined;

  get cursor(): number | undefined {
    void this.#arrived;
    return this.#cursor;
  }

  /** Opens another place, or the same anew; rows in sight stay until the new ones are there. */
  async open(request: ListingRequest, place: "another" | "same"): Promise<void> {
    const round = ++this.#round;
    if (place === "another") {
      this.#wish = { first: 0, end: PAGE };
      clearTimeout(this.#stale);
      this.#stale = setTimeout(() => this.#forget(), STALE_MS);
    }
    try {
      const opened = await api.openListing(request);
      const pages = await this.#firstPages(opened.cursor, opened.known);
      if (round !== this.#round) return void api.closeListing({ cursor: opened.cursor });
      this.#take(opened.cursor, pages);
      this.known = Math.max(opened.known, pages.known);
      this.complete = opened.complete || pages.complete;
      this.sortable = opened.sortable;
    } catch (thrown) {
      if (round !== this.#round) return;
      this.#forget();
      this.error = toApiError(thrown);
    }
    clearTimeout(this.#stale);
    this.opening = false;
  }

  /** Takes note of a walk that goes on. */
  progress(event: ListingProgress): void {
    if (event.cursor !== this.#cursor) return;
    this.known = event.known;
    this.complete = event.complete;
    this.want(this.#wish.first, this.#wish.end);
  }

  /** The row at an index, if it has arrived. */
  row(index: number): RowView | undefined {
    void this.#arrived;
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** The row of a key, if it is among those held. */
  held(key: string): RowView | undefined {
    for (const page of this.#pages.values()) {
      const row = page.find((candidate) => candidate.key === key);
      if (row) return row;
    }
    return undefined;
  }

  /** Asks for the rows of a range that are missing. */
  want(first: number, end: number): void {
    this.#wish = { first, end };
    const cursor = this.#cursor;
    if (cursor === undefined) return;
    for (const page of pagesOf(first, Math.min(end, this.known))) {
      if (this.#asked.size >= REQUESTS_MAX) return;
      if (!this.#lacks(page) || this.#asked.has(page)) continue;
      void this.#fetch(cursor, page);
    }
  }

  /** Reads a range past the window, for an action on many rows. */
  async collect(first: number, end: number): Promise<RowView[]> {
    const rows: RowView[] = [];
    while (this.#cursor !== undefined && first + rows.length < end) {
      const start = first + rows.length;
      const len = Math.min(COLLECT_PAGE, end - start);
      const page = await api.listingRows({ cursor: this.#cursor, start, len });
      if (page.rows.length === 0) break;
      rows.push(...page.rows);
    }
    return rows;
  }

  /** The index of the first row whose name begins with a text. */
  async find(text: string): Promise<number | null> {
    if (this.#cursor === undefined) return null;
    return api.listingFind({ cursor: this.#cursor, text });
  }

  close(): void {
    this.#round += 1;
    clearTimeout(this.#stale);
    this.#dropCursor();
  }

  async #firstPages(cursor: number, known: number) {
    const { first, end } = this.#wish;
    const start = Math.floor(Math.min(first, Math.max(0, known - 1)) / PAGE) * PAGE;
    const len = Math.min(COLLECT_PAGE, Math.max(PAGE, Math.ceil((end - start) / PAGE) * PAGE));
    const answer = await api.listingRows({ cursor, start, len });
    return { ...answer, start };
  }

  #take(cursor: number, pages: { rows: RowView[]; start: number }): void {
    this.#dropCursor();
    this.#cursor = cursor;
    this.#pages.clear();
    this.#asked.clear();
    for (let at = 0; at < pages.rows.length; at += PAGE) {
      this.#pages.set((pages.start + at) / PAGE, pages.rows.slice(at, at + PAGE));
    }
    this.error = undefined;
    this.#arrived += 1;
  }

  #forget(): void {
    this.#dropCursor();
    this.#pages.clear();
    this.known = 0;
    this.error = undefined;
    this.opening = true;
    this.#arrived += 1;
  }

  #dropCursor(): void {
    // A cursor that the app has already given up needs no closing.
    if (this.#cursor !== undefined) {
      api.closeListing({ cursor: this.#cursor }).catch(() => undefined);
    }
    this.#cursor = undefined;
  }

  /** A page is also missing while it is shorter than what is known by now. */
  #lacks(page: number): boolean {
    const held = this.#pages.get(page)?.length ?? 0;
    return held < Math.min(PAGE, this.known - page * PAGE);
  }

  async #fetch(cursor: number, page: number): Promise<void> {
    this.#asked.add(page);
    try {
      const answer = await api.listingRows({ cursor, start: page * PAGE, len: PAGE });
      if (cursor !== this.#cursor) return;
      this.#keep(page, answer.rows);
      this.known = answer.known;
      this.complete = answer.complete;
    } catch (thrown) {
      if (cursor === this.#cursor) this.error = toApiError(thrown);
      return;
    } finally {
      if (cursor === this.#cursor) this.#asked.delete(page);
    }
    this.want(this.#wish.first, this.#wish.end);
  }

  #keep(page: number, rows: RowView[]): void {
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_MAX) break;
      this.#pages.delete(oldest);
    }
    this.#arrived += 1;
  }
}

function* pagesOf(first: number, end: number): Generator<number> {
  for (let page = Math.floor(first / PAGE); page * PAGE < end; page += 1) yield page;
}
