/** How transfers are grouped and added up on their screen. */
import type { TransferState, TransferView } from "$lib/api/types";

export type GroupName = "Active" | "Waiting" | "Failed" | "Done";

export interface Group {
  name: GroupName;
  transfers: TransferView[];
}

export interface Total {
  doneBytes: number;
  totalBytes: number;
  doneItems: number;
  totalItems: number;
  bytesPerSecond: number;
  /** How long the rest will take, or null while nobody can know. */
  restMs: number | null;
}

/** An estimate made of less is noise. */
const ESTIMATE_AFTER_MS = 5_000;

const GROUP_OF: Record<TransferState, GroupName> = {
  active: "Active",
  waiting: "Waiting",
  failed: "Failed",
  done: "Done",
  cancelled: "Done",
};

const ORDER: readonly GroupName[] = ["Active", "Waiting", "Failed", "Done"];

/** Sorts transfers into the groups that have any; what ended last comes first. */
export function groupsOf(transfers: readonly TransferView[]): Group[] {
  return ORDER.map((name) => {
    const members = transfers.filter((transfer) => GROUP_OF[transfer.state] === name);
    const ended = name === "Failed" || name === "Done";
    if (ended) members.sort((a, b) => (b.ended ?? 0) - (a.ended ?? 0));
    return { name, transfers: members };
  }).filter((group) => group.transfers.length > 0);
}

/** Says whether a transfer is still to end. */
export function isGoing(transfer: TransferView): boolean {
  return transfer.state === "active" || transfer.state === "waiting";
}

/** Says whether a transfer can be begun again. */
export function isRetryable(transfer: TransferView): boolean {
  return transfer.state === "failed" || transfer.state === "cancelled";
}

/** Adds up what is going on, or returns null when nothing is. */
export function totalOf(transfers: readonly TransferView[], now: number): Total | null {
  const going = transfers.filter(isGoing);
  if (going.length === 0) return null;
  const sum = (pick: (transfer: TransferView) => number) => {
    return going.reduce((total, transfer) => total + pick(transfer), 0);
  };
  const total = {
    doneBytes: sum((transfer) => transfer.doneBytes),
    totalBytes: sum((transfer) => transfer.totalBytes),
    doneItems: sum((transfer) => transfer.doneItems),
    totalItems: sum((transfer) => transfer.totalItems),
    bytesPerSecond: sum((transfer) => transfer.bytesPerSecond),
  };
  const starts = going.flatMap((transfer) => transfer.started ?? []);
  const since = starts.length === 0 ? 0 : now - Math.min(...starts);
  return { ...total, restMs: restOf(total, since) };
}

/** Estimates the rest of one transfer, or null while nobody can know. */
export function restOfOne(transfer: TransferView, now: number): number | null {
  if (transfer.state !== "active" || transfer.started === null) return null;
  return restOf(transfer, now - transfer.started);
}

function restOf(
  {
    doneBytes,
    totalBytes,
    bytesPerSecond,
  }: Pick<Total, "doneBytes" | "totalBytes" | "bytesPerSecond">,
  sinceMs: number,
): number | null {
  if (sinceMs < ESTIMATE_AFTER_MS || bytesPerSecond <= 0 || totalBytes <= doneBytes) return null;
  return ((totalBytes - doneBytes) / bytesPerSecond) * 1_000;
}

/** Gathers failures of one cause: forty rows that say the same are one. */
export function failuresByCause(transfer: TransferView): { message: string; names: string[] }[] {
  const byCause = new Map<string, string[]>();
  for (const { name, message } of transfer.failures) {
    byCause.set(message, [...(byCause.get(message) ?? []), name]);
  }
  return [...byCause].map(([message, names]) => ({ message, names }));
}

/** Says for the screen reader how things stand, in one sentence. */
export function announcementOf(transfers: readonly TransferView[]): string {
  const count = (name: GroupName) => {
    return transfers.filter((transfer) => GROUP_OF[transfer.state] === name).length;
  };
  if (transfers.length === 0) return "Nothing moving.";
  const parts = ORDER.map((name) => ({ name, members: count(name) }))
    .filter(({ members }) => members > 0)
    .map(({ name, members }) => `${String(members)} ${name.toLowerCase()}`);
  return `Transfers: ${parts.join(", ")}.`;
}
