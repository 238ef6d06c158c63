/** What can be done here and now. The keyboard and the palette ask the same list. */
import { onDestroy } from "svelte";

import type { IconName } from "$lib/icons";

import { bindingFor, type KeyGroup, type KeyPress } from "./keymap";

export interface Command {
  /** The id of its key binding, if it has one. */
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  /** Why it cannot be done now; absent where it can. */
  readonly unavailable?: string | undefined;
  readonly run: () => void;
}

let current = $state.raw<readonly (() => Command[])[]>([]);

/** Offers commands for as long as the calling component lives. */
export function provideCommands(list: () => Command[]): void {
  current = [...current, list];
  onDestroy(() => {
    current = current.filter((candidate) => candidate !== list);
  });
}

/** All commands on offer; the one offered last wins where two have one id. */
export function allCommands(): Command[] {
  const byId = new Map<string, Command>();
  for (const list of current) for (const command of list()) byId.set(command.id, command);
  return [...byId.values()];
}

/** Runs a command by its id; says whether there was one to run. */
export function runCommand(id: string): boolean {
  const command = allCommands().find((candidate) => candidate.id === id);
  if (!command || command.unavailable) return false;
  command.run();
  return true;
}

/** Runs what a press means within a group; says whether it meant anything. */
export function runKey(press: KeyPress, group: KeyGroup): boolean {
  const id = bindingFor(press, group);
  return id !== undefined && runCommand(id);
}
