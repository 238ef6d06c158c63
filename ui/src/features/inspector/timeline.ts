import type { VersionView } from "$lib/api/types";
import { formatDayHeading } from "$lib/format/date";
import { formatSize } from "$lib/format/size";

export interface VersionEntry extends VersionView {
  /** By how much it differs in size from the version before; null if there is none to compare. */
  delta: number | null;
}

export interface Day {
  title: string;
  entries: VersionEntry[];
}

/** Puts versions, newest first, under the days on which they were written. */
export function byDay(versions: readonly VersionView[], now: number): Day[] {
  const days: Day[] = [];
  versions.forEach((version, at) => {
    const title = formatDayHeading(version.modified, now);
    const entry = { ...version, delta: deltaOf(version, versions.slice(at + 1)) };
    const last = days.at(-1);
    if (last?.title === title) last.entries.push(entry);
    else days.push({ title, entries: [entry] });
  });
  return days;
}

function deltaOf(version: VersionView, older: readonly VersionView[]): number | null {
  if (version.deleteMarker) return null;
  const before = older.find((candidate) => !candidate.deleteMarker);
  return before ? version.sizeBytes - before.sizeBytes : null;
}

/** Writes a difference in size with its sign. */
export function formatDelta(delta: number): string {
  if (delta === 0) return "same size";
  return `${delta > 0 ? "+" : "−"}${formatSize(Math.abs(delta))}`;
}
