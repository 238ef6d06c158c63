/** Keys of one page, which mean nothing while text is typed or a layer lies above it. */
import { runKey } from "./commands.svelte";
import type { KeyGroup } from "./keymap";

/** Runs what a press means on the page of this group. */
export function runPageKey(event: KeyboardEvent, group: KeyGroup): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (document.querySelector("dialog[open], [role=menu]")) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest("input:not([type=checkbox]), textarea, select")) return;
  if (runKey(event, group)) event.preventDefault();
}
