const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;
const STEP = 1000;

/** Writes a size as people say it: three figures at most, in steps of 1,000. */
export function formatSize(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.5 would be written as 1000 with three figures, so it belongs to the next unit.
  while (unit < UNITS.length - 1 && value >= (unit === 0 ? STEP : STEP - 0.5)) {
    value /= STEP;
    unit += 1;
  }
  return `${figures(value, unit)} ${UNITS[unit] ?? "B"}`;
}

function figures(value: number, unit: number): string {
  if (unit === 0) return String(Math.round(value));
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return trim(value.toFixed(1));
  return trim(value.toFixed(2));
}

const trim = (text: string): string => text.replace(/\.?0+$/, "");

/** Writes a size to the byte, for the places where it matters. */
export function formatBytesExactly(bytes: number): string {
  return `${formatCount(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
}

/** Writes a speed. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatSize(bytesPerSecond)}/s`;
}

/** Writes a count with thin spaces between thousands. */
export function formatCount(count: number): string {
  return String(Math.trunc(count)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Writes a count with its noun: "1 object", "12 objects". */
export function formatNumberOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
