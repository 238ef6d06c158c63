import type { Attachment } from "svelte/attachments";

/**
 * Calls `leave` after a while, but never while the element is pointed at or holds the focus;
 * then the while begins anew (WCAG 2.2.1). An endless while never ends.
 */
export function stay(milliseconds: number, leave: () => void): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hold = () => clearTimeout(timer);
    const begin = () => {
      hold();
      if (Number.isFinite(milliseconds)) timer = setTimeout(leave, milliseconds);
    };
    const resume = () => {
      if (!element.matches(":hover, :focus-within")) begin();
    };
    const removers = [
      listener(element, ["pointerenter", "focusin"], hold),
      listener(element, ["pointerleave", "focusout"], () => queueMicrotask(resume)),
    ];
    begin();
    return () => {
      hold();
      for (const remove of removers) remove();
    };
  };
}

function listener(element: HTMLElement, events: readonly string[], handler: () => void) {
  for (const event of events) element.addEventListener(event, handler);
  return () => {
    for (const event of events) element.removeEventListener(event, handler);
  };
}
