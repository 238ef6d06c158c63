import type { CorsRefusal } from "$lib/api/types";

/** Refusals before this are history; the settings of the bucket still list them. */
const NEWS_MS = 10 * 60_000;

/** Counts the pages whose browsers were refused in a bucket a moment ago: each origin once. */
export function refusedOf(refusals: readonly CorsRefusal[], bucket: string, now: number): number {
  const fresh = refusals.filter((it) => it.bucket === bucket && now - it.at < NEWS_MS);
  return new Set(fresh.map(({ origin }) => origin)).size;
}
