/** Every key of the window, in one table: what is shown is what is obeyed. */
import { isMac } from "$lib/platform";

export type KeyGroup =
  | "Everywhere"
  | "Browser"
  | "Object"
  | "Bucket settings"
  | "Transfers"
  | "Keys"
  | "Audit"
  | "Links"
  | "Requests";

export interface KeyBinding {
  readonly id: string;
  /** The first is shown; "Mod" is the command key on a Mac and Ctrl elsewhere. */
  readonly keys: readonly string[];
  readonly title: string;
  readonly group: KeyGroup;
}

const bind = (group: KeyGroup, id: string, title: string, ...keys: string[]): KeyBinding => ({
  id,
  keys,
  title,
  group,
});

/**
 * Browser and Object keys work where the list of objects has the focus; those of the other groups
 * on their pages.
 */
export const KEYMAP: readonly KeyBinding[] = [
  bind("Everywhere", "palette", "Run a command", "Mod+K"),
  bind("Everywhere", "goto", "Go to a bucket, folder or key", "Mod+P"),
  bind("Everywhere", "filter", "Filter this folder", "Mod+F"),
  bind("Everywhere", "transfers", "Show transfers", "Mod+J"),
  bind("Everywhere", "links", "Show links", "Mod+Shift+J"),
  bind("Everywhere", "identities", "Show identities", "Mod+Shift+P"),
  bind("Everywhere", "keys", "Show keys", "Mod+Shift+K"),
  bind("Everywhere", "audit", "Show the audit", "Mod+Shift+A"),
  bind("Everywhere", "requests", "Show requests", "Mod+Shift+R"),
  bind("Everywhere", "developer", "Show the developer page", "Mod+Shift+E"),
  bind("Everywhere", "settings", "Show settings", "Mod+,"),
  bind("Everywhere", "lock", "Lock the vault", "Mod+Shift+L"),
  bind("Everywhere", "sidebar", "Show or hide the sidebar", "Mod+B"),
  bind("Everywhere", "inspector", "Show or hide the inspector", "Mod+I"),
  bind("Everywhere", "path", "Type a path", "Mod+L"),
  bind("Everywhere", "back", "Back", "Alt+ArrowLeft"),
  bind("Everywhere", "forward", "Forward", "Alt+ArrowRight"),
  bind("Everywhere", "up", "One folder up", "Mod+Backspace", "Alt+ArrowUp"),
  bind("Everywhere", "undo", "Undo", "Mod+Z"),
  bind("Everywhere", "place", "Go to a place of the sidebar", "Mod+1…9"),
  bind("Everywhere", "newBucket", "New bucket", "Mod+Shift+B"),
  bind("Everywhere", "shortcuts", "Show all keys", "?"),
  bind("Everywhere", "close", "Close the top layer", "Escape"),
  bind("Browser", "move", "Move the focus", "ArrowDown", "ArrowUp", "Home", "End"),
  bind("Browser", "page", "Move by a page", "PageDown", "PageUp"),
  bind("Browser", "extend", "Extend the selection", "Shift+ArrowDown", "Shift+ArrowUp"),
  bind("Browser", "toggle", "Select or leave out a row", "Mod+Space"),
  bind("Browser", "selectAll", "Select all", "Mod+A"),
  bind("Browser", "open", "Open", "Enter"),
  bind("Browser", "upload", "Upload files", "Mod+U"),
  bind("Browser", "uploadFolder", "Upload a folder", "Mod+Shift+U"),
  bind("Browser", "newFolder", "New folder", "Mod+Shift+N"),
  bind("Browser", "download", "Download", "Mod+D"),
  bind("Browser", "rename", "Rename", "F2"),
  bind("Browser", "cut", "Cut, to move elsewhere", "Mod+X"),
  bind("Browser", "paste", "Move here what was cut", "Mod+V"),
  bind("Browser", "copy", "Copy S3 URIs", "Mod+C", "Mod+Shift+C"),
  bind("Browser", "delete", "Delete", "Delete"),
  bind("Browser", "refresh", "Read the list again", "Mod+R", "F5"),
  bind("Browser", "menu", "Show the menu of a row", "Shift+F10"),
  bind("Browser", "typeAhead", "Jump to a name", "A…Z"),
  bind("Object", "preview", "Show the object in the inspector", "Space"),
  bind("Object", "previous", "Previous object", "["),
  bind("Object", "next", "Next object", "]"),
  bind("Object", "versions", "Show its versions", "Mod+H"),
  bind("Object", "share", "Share", "Mod+Shift+S"),
  bind("Bucket settings", "apply", "Apply what was changed", "Mod+S"),
  bind("Bucket settings", "json", "Change between form and JSON", "Mod+Shift+M"),
  bind("Bucket settings", "test", "Test in the CORS lab, or ask who may", "Mod+Enter"),
  bind("Transfers", "cancelTransfer", "Cancel the transfer", "X"),
  bind("Transfers", "retryTransfer", "Retry the transfer", "R"),
  bind("Transfers", "retryTransfers", "Retry all that failed", "Shift+R"),
  bind("Transfers", "clearTransfers", "Clear what has ended", "C"),
  bind("Keys", "newKey", "New key", "N"),
  bind("Audit", "verifyAudit", "Verify the chain", "Mod+Shift+V"),
  bind("Links", "diagnose", "Look for what does not match", "Mod+Enter"),
  bind("Requests", "pauseRequests", "Hold the list still, or let it go on", "P"),
];

const MAC_NAMES: Record<string, string> = { Mod: "⌘", Shift: "⇧", Alt: "⌥" };
const OTHER_NAMES: Record<string, string> = { Mod: "Ctrl" };
const COMMON_NAMES: Record<string, string> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  Delete: "Del",
  PageDown: "PgDn",
  PageUp: "PgUp",
};

/** Writes a combination as the keyboard of this machine has it, key by key. */
export function keyCaps(combination: string, mac = isMac): string[] {
  const names = { ...COMMON_NAMES, ...(mac ? MAC_NAMES : OTHER_NAMES) };
  return combination.split("+").map((part) => names[part] ?? part);
}

/** Writes a combination in one piece: "⌘K" or "Ctrl+K". */
export function keyLabel(combination: string, mac = isMac): string {
  return keyCaps(combination, mac).join(mac ? "" : "+");
}

/** The first combination of a binding, ready to be shown; nothing for an unknown id. */
export function shortcutOf(id: string): string | undefined {
  const first = KEYMAP.find((binding) => binding.id === id)?.keys[0];
  return first ? keyLabel(first) : undefined;
}

/** The parts of a keyboard event that a combination looks at. */
export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** Says whether a press is a combination of the table. */
export function matches(press: KeyPress, combination: string, mac = isMac): boolean {
  const parts = combination.split("+");
  const key = parts.at(-1) ?? "";
  const mod = parts.includes("Mod");
  if ((mac ? press.metaKey : press.ctrlKey) !== mod) return false;
  if ((mac ? press.ctrlKey : press.metaKey) || press.altKey !== parts.includes("Alt")) return false;
  // "?" and its like need Shift on some keyboards and not on others.
  const symbol = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  if (!symbol && press.shiftKey !== parts.includes("Shift")) return false;
  return sameKey(press.key, key);
}

function sameKey(pressed: string, wanted: string): boolean {
  if (wanted === "Space") return pressed === " ";
  return pressed.length === 1 ? pressed.toLowerCase() === wanted.toLowerCase() : pressed === wanted;
}

/** The id of the binding of a group that a press means, if any. */
export function bindingFor(press: KeyPress, group: KeyGroup, mac = isMac): string | undefined {
  const wanted = KEYMAP.filter((binding) => binding.group === group);
  return wanted.find((binding) => binding.keys.some((keys) => matches(press, keys, mac)))?.id;
}
