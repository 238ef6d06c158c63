/** The keys of a form in the settings of a bucket, and where the focus goes when its button is gone. */
import { tick } from "svelte";
import type { Attachment } from "svelte/attachments";

import { bindingFor } from "./keymap";

/** Lets a form be applied by a key of the bucket's settings; others may be given. */
export function formKeys(others: Record<string, () => void> = {}): Attachment<HTMLFormElement> {
  return (form) => {
    const press = (event: KeyboardEvent) => {
      const wanted = bindingFor(event, "Bucket settings");
      const run = wanted === undefined ? undefined : others[wanted];
      if (wanted === "apply") form.requestSubmit();
      else if (run) run();
      else return;
      event.preventDefault();
    };
    form.addEventListener("keydown", press);
    return () => form.removeEventListener("keydown", press);
  };
}

/** Lets the key that asks work all over a section, for the one form in it that answers. */
export function asksForm(selector: string): Attachment<HTMLElement> {
  return (section) => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || bindingFor(event, "Bucket settings") !== "test") return;
      section.querySelector<HTMLFormElement>(selector)?.requestSubmit();
      event.preventDefault();
    };
    section.addEventListener("keydown", press);
    return () => section.removeEventListener("keydown", press);
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
