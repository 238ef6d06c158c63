/** What is said of one transfer. */
import type { TransferKind, TransferView } from "$lib/api/types";
import { formatAbout, formatDate } from "$lib/format/date";
import { sentence } from "$lib/format/sentence";
import { formatCount, formatNumberOf, formatRate, formatSize } from "$lib/format/size";

import { restOfOne } from "./groups";

export interface Described {
  kind: string;
  state: string;
  /** Stands before the target: "to photos/". */
  direction: string;
  facts: string[];
  /** What the bar measures: bytes, or items where no bytes move. */
  part: { done: number; total: number };
}

const KIND: Record<TransferKind, string> = {
  upload: "Upload",
  download: "Download",
  rename: "Rename",
  delete: "Delete",
  reencrypt: "Re-encrypt",
  scrub: "Check",
};

const DIRECTION: Record<TransferKind, string> = {
  upload: "to",
  download: "to",
  rename: "to",
  delete: "from",
  reencrypt: "in",
  scrub: "",
};

export function describe(transfer: TransferView, now: number): Described {
  const bytes = transfer.totalBytes > 0;
  return {
    kind: KIND[transfer.kind],
    state: transfer.state,
    direction: DIRECTION[transfer.kind],
    facts: factsOf(transfer, now).filter((fact) => fact !== ""),
    part: bytes
      ? { done: transfer.doneBytes, total: transfer.totalBytes }
      : { done: transfer.doneItems, total: transfer.totalItems },
  };
}

function factsOf(transfer: TransferView, now: number): string[] {
  switch (transfer.state) {
    case "waiting":
      return ["Waiting", ...amount(transfer)];
    case "active":
      return [...progress(transfer, now), transfer.totalItems > 1 ? transfer.current : ""];
    case "failed":
      return [sentence(transfer.message || "it failed, and no reason was given")];
    case "cancelled":
      return ["Cancelled", ended(transfer)];
    case "done":
      return ["Done", ...amount(transfer), ended(transfer), sentence(transfer.message)];
  }
}

function progress(transfer: TransferView, now: number): string[] {
  const { doneBytes, totalBytes, doneItems, totalItems, bytesPerSecond } = transfer;
  const rest = restOfOne(transfer, now);
  return [
    totalBytes > 0 ? `${formatSize(doneBytes)} of ${formatSize(totalBytes)}` : "",
    totalItems > 1 ? `${formatCount(doneItems)} of ${formatNumberOf(totalItems, "item")}` : "",
    bytesPerSecond > 0 ? formatRate(bytesPerSecond) : "",
    rest === null ? "" : formatAbout(rest),
  ];
}

function amount({ totalBytes, totalItems }: TransferView): string[] {
  return [
    totalItems > 1 ? formatNumberOf(totalItems, "item") : "",
    totalBytes > 0 ? formatSize(totalBytes) : "",
  ];
}

function ended(transfer: TransferView): string {
  return transfer.ended === null ? "" : formatDate(transfer.ended);
}
