/** One form on its way to the app: what runs, and what was refused. */
import { toApiError, type ApiError } from "$lib/api";
import { toastSuccess } from "$lib/state/toasts.svelte";

export class Saving {
  busy = $state(false);
  failure = $state.raw<ApiError>();

  /** Runs a write and says that it worked, in the words that it returns or in these; says whether it did. */
  async run(write: () => Promise<unknown>, said = ""): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    let words = said;
    try {
      const own = await write();
      if (typeof own === "string") words = own;
    } catch (thrown) {
      this.failure = toApiError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
    if (words !== "") toastSuccess(words);
    return true;
  }

  /** What was refused about one field, by the codes that are about it. */
  about(...codes: string[]): string | null {
    const { failure } = this;
    if (!failure || !codes.includes(failure.code)) return null;
    return [failure.message, failure.hint].filter(Boolean).join(" ");
  }

  /** What was refused about the whole, where it is about none of these codes. */
  beside(...codes: string[]): ApiError | undefined {
    const { failure } = this;
    return failure && !codes.includes(failure.code) ? failure : undefined;
  }
}
