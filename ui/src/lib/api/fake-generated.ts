/**
 * A bucket of a million keys that exist by arithmetic alone: a row is computed from its index, and
 * only what was deleted from it is remembered.
 */
import { DAY, etagOf, hash32, MINUTE, SEED_NOW } from "./fake-seed";

const PREFIX = "event-";
const SUFFIX = ".json";
const DIGITS = 7;

export interface GeneratedObject {
  key: string;
  sizeBytes: number;
  modified: number;
  etag: string;
}

export class GeneratedKeys {
  /** The indexes that were deleted, ascending. */
  private readonly gone: number[] = [];

  constructor(private readonly total: number) {}

  get count(): number {
    return this.total - this.gone.length;
  }

  /** Returns the object at a rank among those still there, or null past the end. */
  at(rank: number): GeneratedObject | null {
    let index = rank;
    for (const removed of this.gone) {
      if (removed > index) break;
      index += 1;
    }
    return rank >= 0 && index < this.total ? this.describe(index) : null;
  }

  find(key: string): GeneratedObject | null {
    const index = this.indexOf(key);
    return index === null ? null : this.describe(index);
  }

  remove(key: string): boolean {
    const index = this.indexOf(key);
    if (index === null) return false;
    const place = this.gone.findIndex((removed) => removed > index);
    this.gone.splice(place === -1 ? this.gone.length : place, 0, index);
    return true;
  }

  /** Returns the rank of the first key that begins with the text, or null. */
  rankOfFirst(text: string): number | null {
    if (!text.startsWith(PREFIX)) return PREFIX.startsWith(text) && this.count > 0 ? 0 : null;
    const digits = text.slice(PREFIX.length).replace(SUFFIX, "");
    if (!/^\d{0,7}$/.test(digits)) return null;
    const first = Number(digits.padEnd(DIGITS, "0"));
    const last = Number(digits.padEnd(DIGITS, "9"));
    const rank = first - this.gone.filter((removed) => removed < first).length;
    const found = this.at(rank);
    const index = found === null ? null : this.indexOf(found.key);
    return index !== null && index <= last ? rank : null;
  }

  /** Returns the ranks whose key contains the text. */
  matching(text: string): number[] {
    const ranks: number[] = [];
    for (let rank = 0; rank < this.count; rank += 1) {
      if (this.at(rank)?.key.includes(text) === true) ranks.push(rank);
    }
    return ranks;
  }

  private indexOf(key: string): number | null {
    const digits = key.slice(PREFIX.length, PREFIX.length + DIGITS);
    const index = Number(digits);
    const named = key === `${PREFIX}${digits}${SUFFIX}` && /^\d{7}$/.test(digits);
    return named && index < this.total && !this.gone.includes(index) ? index : null;
  }

  private describe(index: number): GeneratedObject {
    const key = `${PREFIX}${String(index).padStart(DIGITS, "0")}${SUFFIX}`;
    return {
      key,
      sizeBytes: 200 + (hash32(key) % 1_800),
      modified: SEED_NOW - 30 * DAY + Math.floor(index / 40) * MINUTE,
      etag: etagOf(key),
    };
  }
}
