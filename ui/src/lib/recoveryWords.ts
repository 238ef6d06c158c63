/** Recovery words as people type them: any spacing, any case, perhaps numbered as on the sheet. */

/** A full set of words. */
export const WORD_COUNT = 24;

/** Takes the words out of typed or pasted text. */
export function wordsIn(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
}

/** Says what is still wrong with the words, or null when there are as many as there must be. */
export function countProblem(words: readonly string[]): string | null {
  const missing = WORD_COUNT - words.length;
  if (missing === 0) return null;
  if (missing > 0) return `${String(words.length)} of ${String(WORD_COUNT)} words so far.`;
  return `${String(words.length)} words: ${String(-missing)} too many.`;
}

/** Says how a retyped word differs from the one that was shown, or null when it is the same. */
export function difference(typed: string, shown: string, position: number): string | null {
  const word = typed.trim().toLowerCase();
  if (word === shown) return null;
  const number = String(position + 1);
  if (word === "") return `Type word ${number} of your sheet.`;
  return `Word ${number} is not “${word}”. Look at your sheet and type it again.`;
}

/** Cuts the words into columns, to be read downwards as on the sheet. */
export function inColumns(words: readonly string[], columns: number): string[][] {
  const rows = Math.ceil(words.length / columns);
  return Array.from({ length: columns }, (_, column) => {
    return words.slice(column * rows, (column + 1) * rows);
  });
}
