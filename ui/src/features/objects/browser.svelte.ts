/** The list of one folder as a person works with it: where the focus is, and what is chosen. */
import { settings } from "$lib/state/settings.svelte";
import type { RowView, SortColumn } from "$lib/api/types";

import { Listing } from "./listing.svelte";
import { stemLength } from "./names";
import { Selection } from "./selection.svelte";

/** How a move of the focus treats what is chosen. */
export type MoveMode = "only" | "extend" | "keep";

/** A list that others write to is read anew at this pace at most. */
const REFRESH_EVERY_MS = 500;

/** Letters typed within this time belong to one word. */
const WORD_MS = 700;

const COLUMNS: readonly SortColumn[] = ["name", "size", "modified"];

export class Browser {
  bucket = $state("");
  prefix = $state("");
  filter = $state("");
  /** The row that has the focus; -1 is the heading. */
  active = $state(0);
  /** The key of the row whose name is being typed. */
  renaming = $state<string | null>(null);
  readonly listing = new Listing();
  readonly selection = new Selection();

  /** Shows a row; the grid puts its own way of doing it here. */
  reveal: (index: number) => void = () => undefined;

  /** While the list is read again, the row that had the focus; others may be in its place by now. */
  #held = $state.raw<{ index: number; row: RowView } | undefined>();
  #anchor = 0;
  #word = "";
  #wordTimer: ReturnType<typeof setTimeout> | undefined;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #refreshAgain = false;
  #extending = 0;

  get sort(): SortColumn {
    const column = settings.get("sort", "name").split(":")[0];
    return COLUMNS.find((candidate) => candidate === column) ?? "name";
  }

  get descending(): boolean {
    return settings.get("sort", "name").endsWith(":descending");
  }

  get showDeleted(): boolean {
    return settings.getFlag("showDeleted", false);
  }

  get activeRow(): RowView | undefined {
    const held = this.#held;
    return held?.index === this.active ? held.row : this.listing.row(this.active);
  }

  /** The chosen rows that are known by name, or the one with the focus if none is chosen. */
  get rows(): RowView[] {
    const chosen = this.selection.rows as RowView[];
    if (chosen.length > 0 || this.selection.all) return chosen;
    return this.activeRow ? [this.activeRow] : [];
  }

  get chosenCount(): number {
    return this.selection.count(this.listing.known);
  }

  /** Opens a folder, with the focus on `target` if it is in there. */
  async open(bucket: string, prefix: string, target: string | null): Promise<void> {
    Object.assign(this, { bucket, prefix, filter: "", renaming: null });
    this.selection.clear();
    this.#focus(0);
    await this.#read("another");
    this.reveal(0);
    if (target?.startsWith(prefix)) await this.focusKey(target);
  }

  /** Reads the same folder again in another order or with another filter. */
  async reorder(): Promise<void> {
    this.selection.clear();
    this.#focus(0);
    await this.#read("same");
    this.reveal(0);
  }

  /** Reads the folder again because something in it changed; at most twice a second. */
  refresh(): void {
    if (this.#refreshTimer) {
      this.#refreshAgain = true;
      return;
    }
    this.#refreshTimer = setTimeout(() => {
      this.#refreshTimer = undefined;
      if (!this.#refreshAgain) return;
      this.#refreshAgain = false;
      this.refresh();
    }, REFRESH_EVERY_MS);
    void this.#readKeepingFocus();
  }

  close(): void {
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#wordTimer);
    this.listing.close();
  }

  toggleSort(column: SortColumn): void {
    const down = this.sort === column && !this.descending;
    settings.set("sort", down ? `${column}:descending` : column);
    void this.reorder();
  }

  /** Moves the focus; what is chosen follows, grows, or stays. */
  moveTo(index: number, mode: MoveMode): void {
    if (this.listing.known === 0) return;
    const to = Math.max(0, Math.min(index, this.listing.known - 1));
    this.active = to;
    this.reveal(to);
    if (mode === "extend") void this.#extendTo(to);
    else this.#anchor = to;
    if (mode === "only") this.#chooseOnly(to);
  }

  /** Takes a row in or leaves it out. */
  toggle(index: number): void {
    const row = this.listing.row(index);
    if (!row) return;
    this.selection.toggle(row);
    this.#focus(index);
  }

  /** Makes sure that an action on a row means this row. */
  chooseForAction(index: number): void {
    const row = this.listing.row(index);
    this.active = index;
    if (row && !this.selection.has(row)) this.moveTo(index, "only");
  }

  /** Jumps to the first name that begins with what is being typed. */
  async typeAhead(letter: string): Promise<void> {
    this.#word += letter;
    clearTimeout(this.#wordTimer);
    this.#wordTimer = setTimeout(() => (this.#word = ""), WORD_MS);
    const index = await this.listing.find(this.#word);
    if (index !== null) this.moveTo(index, "only");
  }

  get isTyping(): boolean {
    return this.#word !== "";
  }

  /** Puts the focus on a key of this folder, if it is there. */
  async focusKey(key: string): Promise<void> {
    const name = key.slice(this.prefix.length);
    const index = await this.listing.find(name);
    if (index === null) return;
    const [row] = await this.listing.collect(index, index + 1);
    if (row?.key !== key) return;
    this.active = index;
    this.#anchor = index;
    this.selection.only(row);
    this.reveal(index);
  }

  /** Begins to type a new name for the row with the focus. */
  startRenaming(): void {
    const row = this.activeRow;
    if (row && row.kind !== "deleted") this.renaming = row.key;
  }

  /** How much of the name is marked when renaming begins. */
  renameLength(row: RowView): number {
    return row.kind === "folder" ? row.name.length : stemLength(row.name);
  }

  #focus(index: number): void {
    this.active = index;
    this.#anchor = index;
  }

  #chooseOnly(index: number): void {
    const row = this.listing.row(index);
    if (row) this.selection.only(row);
    else void this.#chooseWhenThere(index);
  }

  /** After a jump the row is still on its way. */
  async #chooseWhenThere(index: number): Promise<void> {
    const [row] = await this.listing.collect(index, index + 1);
    if (row && this.active === index) this.selection.only(row);
  }

  async #extendTo(index: number): Promise<void> {
    const round = ++this.#extending;
    const [first, last] = [Math.min(index, this.#anchor), Math.max(index, this.#anchor)];
    const held = Array.from({ length: last - first + 1 }, (_, at) => this.listing.row(first + at));
    const complete = held.filter((row) => row !== undefined);
    const all = complete.length === held.length;
    const rows = all ? complete : await this.listing.collect(first, last + 1);
    if (round !== this.#extending) return;
    this.selection.clear();
    this.selection.add(rows);
  }

  async #readKeepingFocus(): Promise<void> {
    const before = this.activeRow;
    const from = this.active;
    this.#held = before && { index: from, row: before };
    try {
      await this.#read("same");
      this.selection.renew((key) => this.listing.held(key));
      const now = this.listing.row(Math.min(from, Math.max(0, this.listing.known - 1)));
      const moved = before && now && now.key !== before.key;
      const index = moved ? await this.listing.find(before.name) : null;
      // Somebody who went elsewhere meanwhile stays there.
      if (this.active !== from) return;
      if (index !== null && this.listing.row(index)?.key === before?.key) this.#focus(index);
    } finally {
      this.#held = undefined;
      this.active = Math.min(this.active, Math.max(0, this.listing.known - 1));
    }
  }

  #read(place: "another" | "same"): Promise<void> {
    const { bucket, prefix, filter, sort, descending, showDeleted } = this;
    return this.listing.open({ bucket, prefix, filter, sort, descending, showDeleted }, place);
  }
}
