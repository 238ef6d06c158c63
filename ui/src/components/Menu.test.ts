import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import Menu from "./Menu.svelte";
import { placeMenu, type MenuItem } from "./menu";

const onclose = vi.fn();
const run = vi.fn();
const item = (label: string, more: Partial<MenuItem> = {}): MenuItem => ({
  label,
  icon: "file",
  run: () => run(label),
  ...more,
});

function show(): HTMLElement {
  const origin = document.createElement("button");
  document.body.append(origin);
  origin.focus();
  const groups = [
    [item("Open"), item("Rename")],
    [item("Delete", { unavailable: "It is locked" })],
  ];
  render(Menu, { props: { label: "Actions", anchor: { x: 0, y: 0 }, groups, onclose } });
  return origin;
}

const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });
const focused = () => document.activeElement?.textContent.trim();

beforeEach(() => vi.resetAllMocks());
afterEach(() => {
  cleanup();
  document.body.replaceChildren();
});

describe("the keys of a menu", () => {
  test("move in a circle", async () => {
    show();
    expect(focused()).toBe("Open");
    await press("ArrowUp");
    expect(focused()).toBe("Delete");
    await press("ArrowDown");
    expect(focused()).toBe("Open");
    await press("End");
    expect(focused()).toBe("Delete");
  });

  test("jump to a first letter", async () => {
    show();
    await press("r");
    expect(focused()).toBe("Rename");
  });

  test("close it with the focus where it was", async () => {
    const origin = show();
    await press("Escape");
    expect(onclose).toHaveBeenCalled();
    expect(document.activeElement).toBe(origin);
  });
});

test("choosing runs after the focus is back", async () => {
  const origin = show();
  run.mockImplementation(() => expect(document.activeElement).toBe(origin));
  await fireEvent.click(screen.getByRole("menuitem", { name: "Rename" }));
  expect(run).toHaveBeenCalledWith("Rename");
});

test("what is unavailable says why and does nothing", async () => {
  show();
  const line = screen.getByRole("menuitem", { name: "Delete" });
  expect(line.title).toBe("It is locked");
  await fireEvent.click(line);
  expect(run).not.toHaveBeenCalled();
  expect(onclose).not.toHaveBeenCalled();
});

describe("a menu's place", () => {
  const menu = { width: 200, height: 300 };
  const room = { width: 800, height: 600 };

  test.each([
    [
      { x: 100, y: 100 },
      { x: 100, y: 100 },
    ],
    [
      { x: 790, y: 100 },
      { x: 592, y: 100 },
    ],
    [
      { x: 100, y: 500 },
      { x: 100, y: 200 },
    ],
    [
      { x: 100, y: 295 },
      { x: 100, y: 8 },
    ],
  ])("at %j is %j", (anchor, place) => {
    expect(placeMenu(anchor, menu, room)).toEqual(place);
  });
});
