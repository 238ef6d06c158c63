/** The keys of a form in the settings of a bucket, and where the focus goes when its button is gone. */
import { tick } from "svelte";
import type { Attachment } from "svelte/attachments";

import { bindingFor } from "./keymap";

/** Lets a form be sent by a key of the bucket's settings; others may be given. */
export function formKeys(
  submit: "apply" | "test",
  others: Record<string, () => void> = {},
): Attachment<HTMLFormElement> {
  return (form) => {
    const press = (event: KeyboardEvent) => {
      const wanted = bindingFor(event, "Bucket settings");
      const run = wanted === undefined ? undefined : others[wanted];
      if (wanted === submit) form.requestSubmit();
      else if (run) run();
      else return;
      event.preventDefault();
    };
    form.addEventListener("keydown", press);
    return () => form.removeEventListener("keydown", press);
  };
}

/** Puts the focus on the first control of a place if what had it is gone. */
export async function regainFocus(
  place: HTMLElement | null | undefined,
  selector = "textarea, input, select, button",
) {
  await tick();
  if (document.activeElement !== document.body) return;
  place?.querySelector<HTMLElement>(selector)?.focus();
}
