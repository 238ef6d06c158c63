/** How long a link lives: a few usual spans, or until a moment of one's own. */

export interface Span {
  label: string;
  seconds: number;
}

/** The longest that a signature of this kind lives. */
export const EXPIRY_MAX_SECONDS = 7 * 24 * 3_600;

export const SPANS: readonly Span[] = [
  { label: "15 minutes", seconds: 900 },
  { label: "1 hour", seconds: 3_600 },
  { label: "1 day", seconds: 86_400 },
  { label: "7 days", seconds: EXPIRY_MAX_SECONDS },
];

/** A span, or the reason why a moment cannot be an end. */
export type Expiry = { seconds: number; problem: null } | { seconds: null; problem: string };

/** Reads a moment as a date field gives it, in local time: 2026-11-22T18:00. */
export function expiryAt(text: string, now: number): Expiry {
  const end = new Date(text).getTime();
  if (Number.isNaN(end)) return refuse("Choose a day and a time.");
  const seconds = Math.floor((end - now) / 1_000);
  if (seconds < 1) return refuse("That moment has passed.");
  if (seconds > EXPIRY_MAX_SECONDS) return refuse("A link lives 7 days at most.");
  return { seconds, problem: null };
}

/** Writes a moment as a date field takes it, in local time. */
export function toField(time: number): string {
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

function refuse(problem: string): Expiry {
  return { seconds: null, problem };
}
