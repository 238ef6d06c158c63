/**
 * What is chosen of a list. "All" is a rule, not a list of a million names: all rows but those
 * that were left out by hand.
 */
import { SvelteMap } from "svelte/reactivity";

import type { RowView } from "$lib/api/types";

/** What an action needs to know of a row. */
export type Chosen = Pick<RowView, "key" | "kind" | "sizeBytes" | "name">;

export class Selection {
  all = $state(false);
  /** The rows chosen; under "all" those left out. */
  #named = new SvelteMap<string, Chosen>();

  has(row: Chosen): boolean {
    return this.all !== this.#named.has(row.key);
  }

  /** How many rows are chosen of a list of that length. */
  count(known: number): number {
    return this.all ? Math.max(0, known - this.#named.size) : this.#named.size;
  }

  isEmpty(known: number): boolean {
    return this.count(known) === 0;
  }

  only(row: Chosen): void {
    this.clear();
    this.#named.set(row.key, row);
  }

  toggle(row: Chosen): void {
    if (this.#named.has(row.key)) this.#named.delete(row.key);
    else this.#named.set(row.key, row);
  }

  /** Adds rows to what is chosen. */
  add(rows: readonly Chosen[]): void {
    for (const row of rows) {
      if (this.all) this.#named.delete(row.key);
      else this.#named.set(row.key, row);
    }
  }

  /** Takes what the list says of the chosen rows by now: another client may have overwritten them. */
  renew(find: (key: string) => Chosen | undefined): void {
    for (const [key, row] of this.#named) {
      const now = find(key);
      if (now && now !== row) this.#named.set(key, now);
    }
  }

  selectAll(): void {
    this.#named.clear();
    this.all = true;
  }

  clear(): void {
    this.all = false;
    this.#named.clear();
  }

  /** The rows chosen one by one; empty under "all". */
  get rows(): Chosen[] {
    return this.all ? [] : [...this.#named.values()];
  }

  /** The keys left out under "all". */
  get exceptKeys(): string[] {
    return this.all ? [...this.#named.keys()] : [];
  }

  /** The parts of a selection as the app is asked about them. */
  asPredicate(): {
    allSelected: boolean;
    exceptKeys: string[];
    keys: string[];
    prefixes: string[];
  } {
    const { keys, prefixes } = splitRows(this.rows);
    return { allSelected: this.all, exceptKeys: this.exceptKeys, keys, prefixes };
  }
}

/** Parts rows into keys of objects and prefixes of folders; what is already deleted is neither. */
export function splitRows(rows: readonly Chosen[]): { keys: string[]; prefixes: string[] } {
  const of = (kind: RowView["kind"]) => rows.filter((row) => row.kind === kind);
  return {
    keys: of("object").map((row) => row.key),
    prefixes: of("folder").map((row) => row.key),
  };
}

/** Says a selection in words: "all 1 204 311 but 2", "3 selected". */
export function describeSelection(all: boolean, named: number, known: number): string {
  const write = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  if (!all) return `${write(named)} selected`;
  if (named === 0) return `all ${write(known)} selected`;
  return `all ${write(known)} but ${write(named)} selected`;
}
