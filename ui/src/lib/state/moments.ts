/** Moments at which an answer grows old by itself, as nobody tells of the mere passing of time. */
import { drop } from "./query.svelte";

/** The app's clock and this one are the same, but a timer may run a little early. */
const MARGIN_MS = 500;

/** A timer cannot wait longer than this. */
const WAIT_MAX_MS = 2 ** 31 - 1;

/** Drops answers once the first of these moments has passed; the returned function takes it back. */
export function dropAfter(moments: readonly number[], ...names: string[]): () => void {
  const now = Date.now();
  const coming = moments.filter((moment) => moment > now);
  if (coming.length === 0) return () => undefined;
  const wait = Math.min(...coming) - now + MARGIN_MS;
  const timer = setTimeout(() => drop(...names), Math.min(wait, WAIT_MAX_MS));
  return () => clearTimeout(timer);
}
