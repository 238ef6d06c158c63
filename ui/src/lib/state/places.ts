/** Going to a place that was typed. */
import { api, toApiError } from "$lib/api";
import { parsePath } from "$lib/path";

import { parentPrefix, router } from "./route.svelte";
import { toastFailure } from "./toasts.svelte";

/** Opens a typed path: an object is shown in its folder, all else is taken for a folder. */
export async function openPath(text: string): Promise<void> {
  const path = parsePath(text);
  if (!path) return router.go({ view: "home" });
  const { bucket, rest } = path;
  if (rest === "" || rest.endsWith("/")) return router.openBucket(bucket, rest);
  const isObject = await api
    .objectDetails({ bucket, key: rest, versionId: null })
    .then(() => true)
    .catch(() => false);
  if (isObject) router.openBucket(bucket, parentPrefix(rest), rest);
  else router.openBucket(bucket, `${rest}/`);
}

/** Locks the vault and says so if it fails. */
export async function lockVault(): Promise<void> {
  try {
    await api.vaultLock();
  } catch (thrown) {
    toastFailure(toApiError(thrown));
  }
}
