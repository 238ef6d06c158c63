/** The key table as it is shown: by group, and only what is looked for. */
import { keyCaps, KEYMAP, type KeyBinding, type KeyGroup } from "$lib/state/keymap";

export interface ShownGroup {
  name: KeyGroup;
  bindings: KeyBinding[];
}

/** Groups the table in its own order; a group without a match is left out. */
export function keyGroups(wanted: string): ShownGroup[] {
  const words = wanted.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<KeyGroup, KeyBinding[]>();
  for (const binding of KEYMAP) {
    const said =
      `${binding.title} ${binding.group} ${binding.keys.map(spoken).join(" ")}`.toLowerCase();
    if (!words.every((word) => said.includes(word))) continue;
    groups.set(binding.group, [...(groups.get(binding.group) ?? []), binding]);
  }
  return [...groups].map(([name, bindings]) => ({ name, bindings }));
}

/** Writes a combination both as it is shown and as it is spoken of. */
function spoken(keys: string): string {
  return `${keyCaps(keys).join("+")} ${keys}`;
}
