/** Where the elements of a list stand in a JSON document, so that one can be pointed at. */

export interface LineRange {
  from: number;
  to: number;
}

const OPEN = "[{";
const CLOSE = "]}";

/**
 * Finds the lines, from 1, of each element of the list that the document has under a name, or of the
 * one value that stands there in place of a list. A document that breaks off gives what came before.
 */
export function elementLines(text: string, name: string): LineRange[] {
  const start = new RegExp(`"${name}"\\s*:\\s*`).exec(text);
  if (!start) return [];
  const begin = start.index + start[0].length;
  const list = text[begin] === "[";
  return elements(text, list ? begin + 1 : begin);
}

function elements(text: string, begin: number): LineRange[] {
  const found: LineRange[] = [];
  let line = lineAt(text, begin);
  let [depth, from] = [0, 0];
  for (let at = begin; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (sign === "\n") line += 1;
    else if (sign === '"') at = endOfString(text, at);
    else if (OPEN.includes(sign)) {
      if (depth === 0) from = line;
      depth += 1;
    } else if (CLOSE.includes(sign)) {
      depth -= 1;
      if (depth < 0) break;
      if (depth === 0) found.push({ from, to: line });
    }
  }
  return found;
}

function endOfString(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length;

/** Finds the element that a line belongs to, from 0. */
export function elementAt(text: string, name: string, line: number): number | null {
  const at = elementLines(text, name).findIndex(({ from, to }) => line >= from && line <= to);
  return at < 0 ? null : at;
}
