/** S3's rules of tags, so that a wrong one is told while it is typed. The app judges them once more. */

export interface TagText {
  key: string;
  value: string;
}

/** How many tags an object, and a bucket, may have. */
export const OBJECT_TAGS_MAX = 10;
export const BUCKET_TAGS_MAX = 50;

/** In UTF-16 code units, as S3 counts; so does JavaScript. */
const KEY_MAX = 128;
const VALUE_MAX = 256;

/** Letters, digits and spaces of any script, and a few signs. */
const FORBIDDEN = /[^\p{Alphabetic}\p{N}\s+\-=._:/@]/u;

/** Says why the key of a tag is refused beside the other keys, or null. */
export function keyRefusal(key: string, others: readonly string[]): string | null {
  if (key === "") return "A tag needs a key.";
  if (key.length > KEY_MAX) return `A key has at most ${KEY_MAX} characters.`;
  if (/^aws:/i.test(key)) return "Keys that begin with aws: are reserved.";
  const forbidden = FORBIDDEN.exec(key);
  if (forbidden) return `${nameOf(forbidden[0])} is not allowed here.`;
  if (others.includes(key)) return "Another tag has this key already.";
  return null;
}

/** Says why the value of a tag is refused, or null. */
export function valueRefusal(value: string): string | null {
  if (value.length > VALUE_MAX) return `A value has at most ${VALUE_MAX} characters.`;
  const forbidden = FORBIDDEN.exec(value);
  return forbidden ? `${nameOf(forbidden[0])} is not allowed here.` : null;
}

/** A character that can be seen is shown; one that cannot is numbered. */
function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return /\p{C}/u.test(character)
    ? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`
    : `“${character}”`;
}

/** Says of each tag what is wrong with its key and its value. */
export function refusals(tags: readonly TagText[]): { key: string | null; value: string | null }[] {
  return tags.map(({ key, value }, index) => {
    const before = tags.slice(0, index).map((tag) => tag.key);
    return { key: keyRefusal(key, before), value: valueRefusal(value) };
  });
}

/** Says whether two lists hold the same tags, in whatever order. */
export function sameTags(one: readonly TagText[], other: readonly TagText[]): boolean {
  const values = new Map(other.map(({ key, value }) => [key, value]));
  return one.length === other.length && one.every(({ key, value }) => values.get(key) === value);
}
