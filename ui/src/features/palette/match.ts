/** Finds what somebody means by a few letters of it. */

/** Scores how well a text fits: 0 not at all; the beginning of the text and of its words fit best. */
export function score(text: string, typed: string): number {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const parts = words.map((word) => scoreWord(text.toLowerCase(), word));
  return parts.includes(0) ? 0 : parts.reduce((sum, part) => sum + part, 1);
}

function scoreWord(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at === 0) return 4;
  if (at > 0) return /\W/.test(text.charAt(at - 1)) ? 3 : 2;
  return isSpread(text, word) ? 1 : 0;
}

/** Whether the letters stand in the text in their order, each of them beginning a word. */
function isSpread(text: string, word: string): boolean {
  const initials = text
    .split(/\W+/)
    .map((part) => part.charAt(0))
    .join("");
  return initials.includes(word);
}

/** The texts that fit, the best first; equals keep their order. */
export function bestOf<T>(candidates: readonly T[], textOf: (it: T) => string, typed: string): T[] {
  if (typed.trim() === "") return [...candidates];
  return candidates
    .map((candidate) => ({ candidate, points: score(textOf(candidate), typed) }))
    .filter(({ points }) => points > 0)
    .toSorted((a, b) => b.points - a.points)
    .map(({ candidate }) => candidate);
}
