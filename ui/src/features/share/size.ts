/** Sizes as people type them: "10 MB", "1.5 GB", "500000". */

const UNITS: Record<string, number> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/** Reads a size in bytes; null where nothing is typed, undefined where it is no size. */
export function parseSize(text: string): number | null | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === "") return null;
  const [, figures = "", unit = ""] = /^(\d+(?:[.,]\d+)?)\s*([kmgt]?b?)$/.exec(trimmed) ?? [];
  const factor = UNITS[unit.length === 1 && unit !== "b" ? `${unit}b` : unit];
  if (figures === "" || factor === undefined) return undefined;
  return Math.round(Number(figures.replace(",", ".")) * factor);
}
