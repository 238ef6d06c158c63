/** What of the audit is looked at, and how records and verdicts are spoken of. */
import type { AuditFault, AuditQuery, AuditView, AuditVerdict } from "$lib/api/types";
import { formatCount, formatNumberOf } from "$lib/format/size";

export type Span = "any" | "hour" | "day" | "week" | "month" | "days";

export interface AuditFilter {
  span: Span;
  /** Days as the field writes them, 2026-11-22, where the span is of days. */
  from: string;
  to: string;
  user: string;
  event: string;
  resource: string;
  deniedOnly: boolean;
}

export const NO_FILTER: AuditFilter = {
  span: "any",
  from: "",
  to: "",
  user: "",
  event: "",
  resource: "",
  deniedOnly: false,
};

export const SPANS: readonly { value: Span; label: string }[] = [
  { value: "any", label: "Any time" },
  { value: "hour", label: "The last hour" },
  { value: "day", label: "The last 24 hours" },
  { value: "week", label: "The last 7 days" },
  { value: "month", label: "The last 30 days" },
  { value: "days", label: "From day to day…" },
];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BACK: Partial<Record<Span, number>> = {
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
};

/** Events that are looked for most; any other can be typed. */
export const EVENTS = [
  "Decrypt",
  "GenerateDataKey",
  "CreateKey",
  "DisableKey",
  "EnableKey",
  "PutKeyPolicy",
  "RotateKeyOnDemand",
  "ScheduleKeyDeletion",
  "CancelKeyDeletion",
];

/** The moments between which records lie; null where there is no end. */
export function spanOf(
  filter: AuditFilter,
  now: number,
): { from: number | null; to: number | null } {
  if (filter.span !== "days") {
    const back = BACK[filter.span];
    return { from: back === undefined ? null : now - back, to: null };
  }
  const to = startOfDay(filter.to);
  return { from: startOfDay(filter.from), to: to === null ? null : to + DAY - 1 };
}

/** Asks for the newest records that fit. */
export function queryOf(filter: AuditFilter, now: number, limit: number): AuditQuery {
  return {
    ...spanOf(filter, now),
    eventName: filter.event.trim() || null,
    user: filter.user.trim() || null,
    resource: filter.resource.trim() || null,
    denied: filter.deniedOnly ? true : null,
    before: null,
    limit,
  };
}

/** Whether anything is left out. */
export function isFiltered(filter: AuditFilter): boolean {
  const { span, user, event, resource, deniedOnly } = filter;
  return span !== "any" || deniedOnly || [user, event, resource].some((it) => it.trim() !== "");
}

/** Reads a day as this place has it; null where none was chosen. */
function startOfDay(day: string): number | null {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return null;
  return new Date(year, month - 1, date).getTime();
}

/** What a record is about: an object, or else the key itself. */
export function subjectOf({ object, key }: AuditView): string {
  return object ?? key ?? "–";
}

/** Names a fault of the chain by its place. */
export function faultOf({ kind, from, to }: AuditFault): string {
  const place =
    from === to
      ? `Record ${formatCount(from)}`
      : `Records ${formatCount(from)} to ${formatCount(to)}`;
  const be = from === to ? "is" : "are";
  return kind === "changed" ? `${place} ${be} not what was written.` : `${place} ${be} missing.`;
}

/** Says how a check of the chain ended, in one line. */
export function verdictOf({ checked, faults }: AuditVerdict): string {
  const records = formatNumberOf(checked, "record");
  if (faults.length > 0) return `${formatNumberOf(faults.length, "fault")} in ${records}`;
  return `Verified: ${records}, none changed, none missing`;
}
