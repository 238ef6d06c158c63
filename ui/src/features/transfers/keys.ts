/** The keys of the transfers screen. They mean nothing while text is typed or a dialog is open. */

export type TransferKey = "cancel" | "retry" | "retryAll" | "clear";

type Press = Pick<
  KeyboardEvent,
  "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey" | "target" | "defaultPrevented"
>;

/** Says what a press means, or null. */
export function transferKey(press: Press): TransferKey | null {
  if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey) return null;
  const field = press.target instanceof Element && press.target.closest("input, textarea, dialog");
  if (field) return null;
  switch (press.key) {
    case "x":
      return "cancel";
    case "r":
      return "retry";
    case "R":
      return "retryAll";
    case "c":
      return "clear";
    default:
      return null;
  }
}
