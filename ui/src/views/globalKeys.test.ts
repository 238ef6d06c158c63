import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Command } from "$lib/state/commands.svelte";
import CommandHost from "$lib/testing/CommandHost.svelte";

import { handleGlobalKey } from "./globalKeys";

const ran = vi.fn();
const offer = (id: string): Command => ({ id, title: id, icon: "file", run: () => ran(id) });
let host: Record<string, unknown>;

beforeEach(() => {
  vi.resetAllMocks();
  const commands = ["palette", "undo", "up", "shortcuts", "delete", "copy", "preview", "place2"];
  host = mount(CommandHost, { target: document.body, props: { commands: commands.map(offer) } });
  flushSync();
});

afterEach(async () => {
  await unmount(host);
  document.body.replaceChildren();
});

/** Presses a key where the focus is; says what ran. */
function press(key: string, held: KeyboardEventInit, target: Element = document.body): unknown {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, ...held });
  Object.defineProperty(event, "target", { value: target });
  handleGlobalKey(event);
  return ran.mock.lastCall?.[0];
}

const ctrl = { ctrlKey: true };

function field(): HTMLInputElement {
  const input = document.createElement("input");
  document.body.append(input);
  return input;
}

describe("a key", () => {
  test("runs its command from anywhere", () => {
    expect(press("k", ctrl)).toBe("palette");
    expect(press("k", ctrl, field())).toBe("palette");
  });

  test("that means something to text is left to the text", () => {
    const input = field();
    expect(press("z", ctrl, input)).toBeUndefined();
    expect(press("?", {}, input)).toBeUndefined();
    expect(press("Delete", {}, input)).toBeUndefined();
  });

  test("of the list works only where the list is meant", () => {
    const elsewhere = document.createElement("button");
    document.body.append(elsewhere);
    expect(press("Delete", {}, elsewhere)).toBeUndefined();
    expect(press("Delete", {})).toBe("delete");
  });

  test("does not press a button twice", () => {
    expect(press(" ", {})).toBeUndefined();
  });

  test("with a digit goes to a place", () => {
    expect(press("2", ctrl)).toBe("place2");
    expect(press("3", ctrl)).toBe("place2");
    expect(ran).toHaveBeenCalledOnce();
  });

  test("belongs to the layer above the page", () => {
    const dialog = document.createElement("dialog");
    dialog.open = true;
    document.body.append(dialog);
    expect(press("k", ctrl)).toBeUndefined();
  });
});
