/** How hard a passphrase is to guess, in words that need no explanation. */

export type StrengthLevel = 0 | 1 | 2 | 3;

export interface Strength {
  level: StrengthLevel;
  /** One word. */
  label: string;
  /** What the word means, and what would help. */
  advice: string;
}

/** Shorter ones are refused. */
export const PASSPHRASE_MIN = 8;

/** The beginnings of nearly every list of guesses. */
const COMMON = [
  "password",
  "passwort",
  "qwertz",
  "qwerty",
  "letmein",
  "welcome",
  "iloveyou",
  "dragon",
  "monkey",
  "admin",
  "secret",
  "stave",
  "abc",
  "123",
];

/** Bits that a word is worth: one of about 2,000 in daily use. */
const BITS_OF_WORD = 11;

/** Bits that each letter of a long word is worth; text is far from random. */
const BITS_OF_LETTER = 2;

/** Bits of a year, and of a character or word that repeats or continues the one before. */
const BITS_OF_YEAR = 6;
const BITS_OF_PATTERN = 0.5;

/** Estimates the strength. It errs on the low side: praise that is not earned costs a vault. */
export function strengthOf(passphrase: string): Strength {
  const bits = bitsOf(passphrase);
  if (passphrase.length < PASSPHRASE_MIN || bits < 28) {
    return {
      level: 0,
      label: "Too easy",
      advice:
        "A computer guesses this within minutes. Use four or more words that do not belong together.",
    };
  }
  if (bits < 40) {
    return {
      level: 1,
      label: "Weak",
      advice: "Someone who copies the vault can guess this within days. Add a word or two.",
    };
  }
  if (bits < 54) {
    return {
      level: 2,
      label: "Good",
      advice: "Guessing this takes years. One more word makes it lasting.",
    };
  }
  return { level: 3, label: "Strong", advice: "Nobody guesses this in a lifetime." };
}

/** Adds up what runs of letters, of digits and of other signs are worth; a run counts once. */
function bitsOf(passphrase: string): number {
  const runs = withoutCommon(passphrase).match(/\p{L}+|\d+|[^\p{L}\d]+/gu) ?? [];
  const each = Math.log2(alphabetOf(passphrase));
  const seen = new Set<string>();
  let bits = 0;
  for (const run of runs) {
    bits += seen.has(run) ? BITS_OF_PATTERN : bitsOfRun(run, each);
    seen.add(run);
  }
  return bits;
}

function bitsOfRun(run: string, each: number): number {
  if (/^(?:19|20)\d\d$/.test(run)) return BITS_OF_YEAR;
  if (!/^\p{L}{3,}$/u.test(run)) return bitsOfCharacters(run, each);
  const word = Math.max(BITS_OF_WORD, run.length * BITS_OF_LETTER);
  return Math.min(word, bitsOfCharacters(run, each));
}

/** Counts characters, but hardly those that repeat or continue the one before them. */
function bitsOfCharacters(run: string, each: number): number {
  let bits = 0;
  let previous = Number.NaN;
  let step = Number.NaN;
  for (const character of run) {
    const code = character.codePointAt(0) ?? 0;
    const continues = code === previous || code - previous === step;
    bits += continues ? BITS_OF_PATTERN : each;
    step = code - previous;
    previous = code;
  }
  return bits;
}

function withoutCommon(passphrase: string): string {
  let rest = passphrase.toLowerCase();
  for (const word of COMMON) rest = rest.replaceAll(word, "·");
  return rest;
}

/** Counts the signs that the passphrase seems to be drawn from. */
function alphabetOf(passphrase: string): number {
  const kinds: [RegExp, number][] = [
    [/\p{Ll}|\p{Lo}/u, 26],
    [/\p{Lu}/u, 10],
    [/\d/, 10],
    [/[^\p{L}\d\s]/u, 12],
  ];
  return kinds.reduce((size, [kind, more]) => size + (kind.test(passphrase) ? more : 0), 1);
}
