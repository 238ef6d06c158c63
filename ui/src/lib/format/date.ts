const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Numbers are written the same in every place, so that columns line up: 2026-06-12 14:05. */
export function formatDate(time: number): string {
  if (!isTime(time)) return "–";
  const at = new Date(time);
  return `${formatDay(time)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Writes the time of the day alone, to the second: 14:05:09. */
export function formatTime(time: number): string {
  if (!isTime(time)) return "–";
  const at = new Date(time);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Writes the day alone: 2026-06-12. */
export function formatDay(time: number): string {
  if (!isTime(time)) return "–";
  const at = new Date(time);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

const EXACT = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

/** Writes a moment in full, with the weekday and the time zone. */
export function formatDateExactly(time: number): string {
  return isTime(time) ? EXACT.format(time) : "–";
}

/** Writes how long ago a moment was, in one rounded unit. */
export function formatAgo(time: number, now: number): string {
  const past = now - time;
  if (past < MINUTE) return "just now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  const days = Math.floor(past / DAY);
  return days < 31 ? `${days} ${days === 1 ? "day" : "days"} ago` : formatDay(time);
}

/** Writes a duration to come, rounded as nobody knows it better: "about 4 min". */
export function formatAbout(milliseconds: number): string {
  if (milliseconds < MINUTE) return "less than a minute";
  if (milliseconds < HOUR) return `about ${Math.round(milliseconds / MINUTE)} min`;
  return `about ${Math.round(milliseconds / HOUR)} h`;
}

/** Says under which day a version is listed. */
export function formatDayHeading(time: number, now: number): string {
  const day = formatDay(time);
  if (day === formatDay(now)) return "Today";
  if (day === formatDay(now - DAY)) return "Yesterday";
  return day;
}

const isTime = (time: number): boolean => Number.isFinite(time) && time > 0;

const two = (value: number): string => String(value).padStart(2, "0");
