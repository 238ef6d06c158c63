/** Short messages at the foot of the window, the newest last. */
import { sentence } from "$lib/format/sentence";

export type ToastKind = "info" | "success" | "danger";

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  readonly id: number;
  readonly kind: ToastKind;
  readonly text: string;
  readonly detail: string;
  readonly action: ToastAction | undefined;
}

export interface ToastOptions {
  detail?: string;
  action?: ToastAction;
}

/** More than these hide the page; the oldest make room. */
const SHOWN_MAX = 4;

class Toasts {
  shown = $state.raw<readonly Toast[]>([]);
  #next = 1;

  show(kind: ToastKind, text: string, options: ToastOptions = {}): number {
    const id = this.#next++;
    const toast = { id, kind, text, detail: options.detail ?? "", action: options.action };
    // That something worked makes room for the next that did; failures, and what can be undone, stay.
    const news = (it: Toast) => it.kind === "success" && !it.action;
    const kept = this.shown.filter((it) => !(news(it) && news(toast)));
    this.shown = [...kept, toast].slice(-SHOWN_MAX);
    return id;
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();

/** Says that something worked. */
export const toastSuccess = (text: string, options?: ToastOptions): number =>
  toasts.show("success", text, options);

/** Says something that is neither good nor bad. */
export const toastInfo = (text: string, options?: ToastOptions): number =>
  toasts.show("info", text, options);

interface Failure {
  message: string;
  why?: string;
  hint?: string;
}

/** Says that something failed, with its reason and what to do. */
export function toastFailure(failure: Failure, action?: ToastAction): number {
  const detail = [failure.why ?? "", failure.hint ?? ""].filter(Boolean).map(sentence).join(" ");
  return toasts.show("danger", sentence(failure.message), {
    detail,
    ...(action ? { action } : {}),
  });
}
