/** What stands between a person and a deletion: nothing where it can be undone, a typed name where not. */
import { api, toApiError } from "$lib/api";
import type { DeleteResult, SelectionSummary, Versioning } from "$lib/api/types";
import { formatNumberOf } from "$lib/format/size";
import { toastFailure, toastInfo, toastSuccess } from "$lib/state/toasts.svelte";
import { toastWithUndo } from "$lib/state/undo.svelte";

/** More objects than these are shown once more before they go, even where it can be undone. */
export const REVIEW_ABOVE = 1000;

/** - none: do it, and offer to undo · review: show what goes · permanent: the bucket's name is typed. */
export type Guard = "none" | "review" | "permanent";

/** Chooses the guard. A suspended bucket replaces its null version, so nothing brings that back. */
export function guardFor(versioning: Versioning, objects: number): Guard {
  if (versioning !== "enabled") return "permanent";
  return objects > REVIEW_ABOVE ? "review" : "none";
}

/** The verb with its object, as it stands on the button. */
export function deleteLabel(summary: SelectionSummary, guard: Guard): string {
  const what = formatNumberOf(summary.objects, "object");
  return guard === "permanent" ? `Delete ${what} for ever` : `Delete ${what}`;
}

/** Deletes, and says what came of it with a way back where there is one. */
export async function deleteAndReport(
  bucket: string,
  keys: string[],
  prefixes: string[],
): Promise<void> {
  try {
    report(bucket, await api.deleteObjects({ bucket, keys, prefixes }));
  } catch (thrown) {
    toastFailure(toApiError(thrown));
  }
}

function report(bucket: string, result: DeleteResult): void {
  const { undo, deleted, failed } = result;
  const what = formatNumberOf(deleted, "object");
  const text = `${what} deleted from ${bucket}`;
  if (deleted > 0 && undo !== null) {
    toastWithUndo(text, { title: `delete ${what}`, run: () => void undoDelete(undo) });
  } else if (deleted > 0) {
    toastSuccess(text);
  }
  const [first] = failed;
  if (!first) return;
  toastFailure({
    message: `${formatNumberOf(failed.length, "object")} could not be deleted.`,
    why: `“${first.key}”: ${first.message}`,
  });
}

async function undoDelete(undo: number): Promise<void> {
  try {
    const { restored } = await api.undoDelete({ undo });
    toastInfo(`${formatNumberOf(restored, "object")} brought back`);
  } catch (thrown) {
    toastFailure(toApiError(thrown));
  }
}
