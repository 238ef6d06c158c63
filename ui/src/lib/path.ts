/** Places as a person types them: "photos/2026/", "s3://photos/2026/a.jpg". */

export interface TypedPath {
  bucket: string;
  /** What stands behind the bucket: a prefix if it is empty or ends with a slash, else a key or a prefix. */
  rest: string;
}

/** Parts a typed path into its bucket and the rest; null if it names nothing. */
export function parsePath(text: string): TypedPath | null {
  const path = text
    .trim()
    .replace(/^s3:\/\//i, "")
    .replace(/^\/+/, "");
  if (path === "") return null;
  const slash = path.indexOf("/");
  if (slash < 0) return { bucket: path, rest: "" };
  return { bucket: path.slice(0, slash), rest: path.slice(slash + 1) };
}

/** A step of a path that one can go back to. */
export interface Crumb {
  label: string;
  prefix: string;
}

/** The folders on the way to a prefix, the outermost first. */
export function crumbsOf(prefix: string): Crumb[] {
  const crumbs: Crumb[] = [];
  for (let at = prefix.indexOf("/"); at >= 0; at = prefix.indexOf("/", at + 1)) {
    const path = prefix.slice(0, at + 1);
    const before = crumbs.at(-1)?.prefix.length ?? 0;
    crumbs.push({ label: path.slice(before, -1) || "/", prefix: path });
  }
  return crumbs;
}

/** Leaves out the middle of a long way: what is shown first, what is folded, and the end. */
export function foldCrumbs<T>(crumbs: readonly T[], max: number): { folded: T[]; shown: T[] } {
  const keep = Math.max(1, max);
  const cut = Math.max(0, crumbs.length - keep);
  return { folded: crumbs.slice(0, cut), shown: crumbs.slice(cut) };
}
