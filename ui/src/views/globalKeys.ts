/** The keys that work wherever the focus is. */
import { runCommand, runKey } from "$lib/state/commands.svelte";
import { bindingFor, matches } from "$lib/state/keymap";

/** Where text is typed these would take a key away that means something to the text. */
const NOT_WHILE_TYPING = new Set(["undo", "up", "back", "forward", "shortcuts", "close"]);

/** The list takes these itself, as elsewhere they press the button that has the focus. */
const OF_THE_LIST = new Set(["open", "preview", "toggle"]);

/** Runs what a press means; says whether it meant anything. */
export function handleGlobalKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  // A layer above the page has all keys to itself.
  if (document.querySelector("dialog[open], [role=menu]")) return false;
  const target = event.target instanceof Element ? event.target : document.body;
  const typing = target.closest("input:not([type=checkbox]), textarea, select") !== null;
  const everywhere = bindingFor(event, "Everywhere");
  if (everywhere) {
    if (typing && NOT_WHILE_TYPING.has(everywhere)) return false;
    return runCommand(everywhere);
  }
  if (goToPlace(event)) return true;
  if (typing || !(target === document.body || target.closest("[data-browser]"))) return false;
  return runInList(event);
}

function runInList(event: KeyboardEvent): boolean {
  const id = bindingFor(event, "Browser") ?? bindingFor(event, "Object");
  if (id === undefined || OF_THE_LIST.has(id)) return false;
  // Marked text is what somebody wants to copy.
  if (id === "copy" && !(document.getSelection()?.isCollapsed ?? true)) return false;
  return runKey(event, "Browser") || runKey(event, "Object");
}

function goToPlace(event: KeyboardEvent): boolean {
  const digit = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((number) => matches(event, `Mod+${number}`));
  return digit !== undefined && runCommand(`place${digit}`);
}
