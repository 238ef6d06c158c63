import type { MenuItem } from "$components/menu";
import type { Command } from "$lib/state/commands.svelte";
import { shortcutOf } from "$lib/state/keymap";

const GROUPS: readonly (readonly string[])[] = [
  ["open", "preview", "versions"],
  ["share", "download", "copy"],
  ["rename", "cut", "moveTo", "paste"],
  ["upload", "newFolder", "selectAll"],
  ["undelete", "delete"],
];

/** The menu of a row: what can be done with it, in groups; what cannot be done is left out. */
export function menuOf(commands: readonly Command[]): MenuItem[][] {
  const item = (id: string): MenuItem[] => {
    const command = commands.find((candidate) => candidate.id === id);
    if (!command || command.unavailable) return [];
    const { title, icon, run } = command;
    return [{ label: title, icon, shortcut: shortcutOf(id), danger: id === "delete", run }];
  };
  return GROUPS.map((ids) => ids.flatMap(item)).filter((group) => group.length > 0);
}
