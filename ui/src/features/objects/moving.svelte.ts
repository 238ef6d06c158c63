/** Renaming is moving: both give an object another key, and neither copies its bytes. */
import { api, ApiError, toApiError } from "$lib/api";
import { formatNumberOf } from "$lib/format/size";
import { toastFailure, toastInfo } from "$lib/state/toasts.svelte";
import { toastWithUndo } from "$lib/state/undo.svelte";

import { lastName, plainName } from "./names";
import type { Chosen } from "./selection.svelte";

export interface Place {
  bucket: string;
  prefix: string;
}

/** Where an object went, so that it can go back. */
interface Step {
  bucket: string;
  key: string;
  toBucket: string;
  toKey: string;
}

/** What became of a move: steps of objects, and folders that the app moves in the background. */
interface Outcome {
  steps: Step[];
  folders: number;
}

/** What was cut, until it is put somewhere. */
class Cut {
  from = $state.raw<string | null>(null);
  rows = $state.raw<readonly Chosen[]>([]);

  take(bucket: string, rows: readonly Chosen[]): void {
    this.from = bucket;
    this.rows = rows;
  }

  clear(): void {
    this.from = null;
    this.rows = [];
  }

  has(bucket: string, key: string): boolean {
    return this.from === bucket && this.rows.some((row) => row.key === key);
  }
}

export const cut = new Cut();

/** Gives a row another name in its folder; says whether it has it now. */
export async function rename(place: Place, row: Chosen, name: string): Promise<boolean> {
  const outcome: Outcome = { steps: [], folders: 0 };
  try {
    await moveRow(place.bucket, row, { ...place, name }, outcome);
  } catch (thrown) {
    toastFailure(toApiError(thrown));
    return false;
  }
  report(outcome, `${plainName(row.name)} is now ${name}`);
  return true;
}

/** Moves rows to another folder, and says how many arrived. */
export async function moveAll(from: string, rows: readonly Chosen[], to: Place): Promise<void> {
  const outcome: Outcome = { steps: [], folders: 0 };
  let failure: ApiError | undefined;
  for (const row of rows) {
    try {
      await moveRow(from, row, { ...to, name: lastName(row.key) }, outcome);
    } catch (thrown) {
      failure ??= toApiError(thrown);
    }
  }
  const moved = formatNumberOf(outcome.steps.length, "object");
  report(outcome, `${moved} moved to ${to.bucket}/${to.prefix}`);
  if (failure) toastFailure(failure);
}

function report({ steps, folders }: Outcome, text: string): void {
  if (folders > 0) {
    const what = formatNumberOf(folders, "folder");
    toastInfo(`Moving ${what}. Transfers shows how far it is.`);
  }
  if (steps.length === 0) return;
  const title = `move ${formatNumberOf(steps.length, "object")}`;
  toastWithUndo(text, { title, run: () => void moveBack(steps) });
}

async function moveBack(steps: readonly Step[]): Promise<void> {
  try {
    for (const { bucket, key, toBucket, toKey } of steps) {
      await refuseOverwrite(bucket, key);
      await api.renameObject({ bucket: toBucket, key: toKey, toBucket: bucket, toKey: key });
    }
    toastInfo(`${formatNumberOf(steps.length, "object")} moved back`);
  } catch (thrown) {
    toastFailure(toApiError(thrown));
  }
}

async function moveRow(
  bucket: string,
  row: Chosen,
  to: Place & { name: string },
  outcome: Outcome,
): Promise<void> {
  const target = to.prefix + plainName(to.name);
  if (row.kind === "folder") {
    if (await moveFolder(bucket, row.key, to.bucket, `${target}/`)) outcome.folders += 1;
    return;
  }
  if (bucket === to.bucket && row.key === target) return;
  await refuseOverwrite(to.bucket, target);
  const step: Step = { bucket, key: row.key, toBucket: to.bucket, toKey: target };
  await api.renameObject(step);
  outcome.steps.push(step);
}

async function moveFolder(
  bucket: string,
  prefix: string,
  toBucket: string,
  toPrefix: string,
): Promise<boolean> {
  if (bucket !== toBucket) {
    const why = `${plainName(prefix)} is in ${bucket}, and a folder moves within its bucket only.`;
    throw new ApiError("folder_between_buckets", "The folder was not moved.", why, "");
  }
  if (prefix === toPrefix) return false;
  if (toPrefix.startsWith(prefix)) {
    const why = `${toPrefix} lies within ${prefix}.`;
    throw new ApiError("folder_into_itself", "A folder cannot move into itself.", why, "");
  }
  await api.renameFolder({ bucket, prefix, toPrefix });
  return true;
}

/** An object that is in the way stays: moving onto it would hide it without a word. */
async function refuseOverwrite(bucket: string, key: string): Promise<void> {
  const there = await api.objectDetails({ bucket, key, versionId: null }).catch(() => null);
  if (!there) return;
  throw new ApiError(
    "name_taken",
    `There is already an object named ${lastName(key)}.`,
    `${bucket}/${key} exists, and moving onto it would replace it.`,
    "Choose another name, or delete the other object first.",
  );
}
