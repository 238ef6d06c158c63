/** For live regions: a text that changes often is read aloud at most this often. */
export const ANNOUNCE_EVERY_MS = 5000;

/** Follows a text, but changes at most once in a while; the last change is never lost. */
export function throttled(text: () => string, everyMs = ANNOUNCE_EVERY_MS): { current: string } {
  let current = $state("");
  let last = Number.NEGATIVE_INFINITY;
  $effect(() => {
    const next = text();
    const wait = Math.max(0, last + everyMs - performance.now());
    const timer = setTimeout(() => {
      last = performance.now();
      current = next;
    }, wait);
    return () => clearTimeout(timer);
  });
  return {
    get current() {
      return current;
    },
  };
}
