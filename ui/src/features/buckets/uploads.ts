import type { UploadView } from "$lib/api/types";

/** After so many days nobody is likely to go on with an upload. */
export const OLD_DAYS = 7;

const DAY_MS = 24 * 60 * 60 * 1000;

/** The uploads that nobody is likely to finish. */
export function oldOnes(uploads: readonly UploadView[], now: number): UploadView[] {
  return uploads.filter(({ initiated }) => initiated < now - OLD_DAYS * DAY_MS);
}

/** What uploads take together. */
export function bytesOf(uploads: readonly UploadView[]): number {
  return uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
