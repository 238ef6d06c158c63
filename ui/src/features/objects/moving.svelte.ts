/** Renaming is moving: both give an object another key, and neither copies its bytes. */
import { api, ApiError, toApiError } from "$lib/api";
import { formatNumberOf } from "$lib/format/size";
import { toastFailure, toastSuccess } from "$lib/state/toasts.svelte";

import { lastName, plainName } from "./names";
import type { Chosen } from "./selection.svelte";

export interface Place {
  bucket: string;
  prefix: string;
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

/** Gives a row another name in its folder. */
export async function rename(place: Place, row: Chosen, name: string): Promise<boolean> {
  return attempt(() => moveRow(place.bucket, row, place, name));
}

/** Moves rows to another folder, and says how many arrived. */
export async function moveAll(from: string, rows: readonly Chosen[], to: Place): Promise<void> {
  let moved = 0;
  let failure: ApiError | undefined;
  for (const row of rows) {
    try {
      await moveRow(from, row, to, lastName(row.key));
      moved += 1;
    } catch (thrown) {
      failure ??= toApiError(thrown);
    }
  }
  if (moved > 0) {
    toastSuccess(`${formatNumberOf(moved, "item")} moved to ${to.bucket}/${to.prefix}`);
  }
  if (failure) toastFailure(failure);
}

async function moveRow(bucket: string, row: Chosen, to: Place, name: string): Promise<void> {
  const target = to.prefix + plainName(name);
  if (row.kind === "folder") return moveFolder(bucket, row.key, to.bucket, `${target}/`);
  if (bucket === to.bucket && row.key === target) return;
  await refuseOverwrite(to.bucket, target);
  await api.renameObject({ bucket, key: row.key, toBucket: to.bucket, toKey: target });
}

async function moveFolder(
  bucket: string,
  prefix: string,
  toBucket: string,
  toPrefix: string,
): Promise<void> {
  if (bucket !== toBucket) {
    const why = `${plainName(prefix)} is in ${bucket}, and a folder moves within its bucket only.`;
    throw new ApiError("folder_between_buckets", "The folder was not moved.", why, "");
  }
  if (prefix === toPrefix) return;
  if (toPrefix.startsWith(prefix)) {
    const why = `${toPrefix} lies within ${prefix}.`;
    throw new ApiError("folder_into_itself", "A folder cannot move into itself.", why, "");
  }
  await api.renameFolder({ bucket, prefix, toPrefix });
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

async function attempt(action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (thrown) {
    toastFailure(toApiError(thrown));
    return false;
  }
}
