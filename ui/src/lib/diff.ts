/** What differs between two texts, line by line. */

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
  /** Its number, from 1, in the new text; in the old one for a removed line. */
  line: number;
}

/** Lines that are the same on both sides and stand far from any change. */
export interface DiffGap {
  kind: "gap";
  lines: number;
}

/** Lines that are shown around a change. */
const AROUND = 3;

/** Larger texts are not compared line by line: the table would not fit. */
const CELLS_MAX = 4_000_000;

const linesOf = (text: string): string[] => (text === "" ? [] : text.split("\n"));

/** Compares two texts by their longest common lines. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const common = old.length * now.length > CELLS_MAX ? [] : longest(old, now);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  const upTo = (oldEnd: number, newEnd: number) => {
    for (; i < oldEnd; i += 1) lines.push({ kind: "removed", text: old[i] ?? "", line: i + 1 });
    for (; j < newEnd; j += 1) lines.push({ kind: "added", text: now[j] ?? "", line: j + 1 });
  };
  for (const [oldAt, newAt] of common) {
    upTo(oldAt, newAt);
    lines.push({ kind: "same", text: now[newAt] ?? "", line: newAt + 1 });
    [i, j] = [oldAt + 1, newAt + 1];
  }
  upTo(old.length, now.length);
  return lines;
}

/** Pairs the lines of a longest common sequence. */
function longest(old: string[], now: string[]): [number, number][] {
  const width = now.length + 1;
  const table = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => table[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      table[i * width + j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      pairs.push([i, j]);
      [i, j] = [i + 1, j + 1];
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** Folds what is far from any change. */
export function foldSame(lines: readonly DiffLine[]): (DiffLine | DiffGap)[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((it) => it.kind !== "same"),
  );
  const folded: (DiffLine | DiffGap)[] = [];
  for (const [index, line] of lines.entries()) {
    const last = folded.at(-1);
    if (near[index]) folded.push(line);
    else if (last?.kind === "gap") last.lines += 1;
    else folded.push({ kind: "gap", lines: 1 });
  }
  return folded;
}

/** Counts what was added and removed. */
export function countChanges(lines: readonly DiffLine[]): { added: number; removed: number } {
  const count = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return { added: count("added"), removed: count("removed") };
}
