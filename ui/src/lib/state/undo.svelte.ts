/** What can be taken back, the newest last. A toast offers it for a while; the key, for longer. */
import { toastSuccess, type ToastAction } from "./toasts.svelte";

export interface Undoable {
  /** What was done: "Delete 3 objects". */
  readonly title: string;
  readonly run: () => void;
}

/** Deeds before these are history; their versions are in the inspector. */
const KEPT_MAX = 20;

class Undos {
  #stack = $state.raw<readonly Undoable[]>([]);

  get newest(): Undoable | undefined {
    return this.#stack.at(-1);
  }

  push(deed: Undoable): void {
    this.#stack = [...this.#stack, deed].slice(-KEPT_MAX);
  }

  /** Takes a deed back, once. */
  take(deed: Undoable | undefined): void {
    if (!deed || !this.#stack.includes(deed)) return;
    this.#stack = this.#stack.filter((candidate) => candidate !== deed);
    deed.run();
  }

  /** Forgets all, since what is locked away cannot be changed. */
  clear(): void {
    this.#stack = [];
  }
}

export const undos = new Undos();

/** Says that something was done, with the way back. */
export function toastWithUndo(text: string, deed: Undoable): void {
  undos.push(deed);
  const action: ToastAction = { label: "Undo", run: () => undos.take(deed) };
  toastSuccess(text, { action });
}
