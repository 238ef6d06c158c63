import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { settings } from "$lib/state/settings.svelte";

import ObjectBrowser from "./ObjectBrowser.svelte";

let api: Api;

beforeEach(() => {
  // jsdom lays nothing out; the grid needs a height to fill.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(708);
  api = useApi(createFakeApi(new URLSearchParams("clock=manual")));
  settings.set("sort", "name");
});

afterEach(cleanup);

async function show(bucket: string, prefix = "", target: string | null = null) {
  const calls = { onopenfolder: vi.fn(), oninspector: vi.fn(), onshare: vi.fn() };
  const props = {
    bucket,
    prefix,
    target: target === null ? null : { key: target },
    buckets: await api.listBuckets(),
    endpoint: undefined,
    inspectorOpen: false,
    onactive: () => undefined,
    onversions: () => undefined,
    onsettings: () => undefined,
    onuploads: () => undefined,
    onrefused: () => undefined,
    ...calls,
  };
  render(ObjectBrowser, { props });
  const grid = await screen.findByRole("grid");
  await waitFor(() => expect(grid.getAttribute("aria-busy")).toBe("false"));
  return { ...calls, grid };
}

const names = (grid: HTMLElement) =>
  within(grid)
    .getAllByRole("row")
    .slice(1)
    .map((row) => row.querySelector(".name .truncate")?.textContent);

const press = (grid: HTMLElement, key: string, held = {}) =>
  fireEvent.keyDown(grid, { key, ...held });

const chosen = (grid: HTMLElement) =>
  within(grid)
    .getAllByRole("row", { selected: true })
    .map((row) => row.querySelector(".name .truncate")?.textContent);

describe("the grid", () => {
  test("lists folders and objects", async () => {
    const { grid } = await show("photos");
    expect(names(grid)).toEqual(["2025", "2026", "cover.png", "notes.txt", "palette.json"]);
    expect(grid.getAttribute("aria-rowcount")).toBe("6");
  });

  test("keeps at most sixty rows of a million in the page", async () => {
    const { grid } = await show("telemetry");
    expect(grid.getAttribute("aria-rowcount")).toBe("1000001");
    expect(within(grid).getAllByRole("row").length).toBeLessThanOrEqual(61);
    await press(grid, "End");
    await waitFor(() => expect(names(grid)).toContain("event-0999999.json"));
    expect(within(grid).getAllByRole("row").length).toBeLessThanOrEqual(61);
  });

  test("is one stop of the Tab key and names the row with the focus", async () => {
    const { grid } = await show("photos");
    const stops = grid.querySelectorAll("[tabindex='0']");
    expect(stops).toHaveLength(0);
    expect(grid.tabIndex).toBe(0);
    await press(grid, "ArrowDown");
    const active = document.getElementById(grid.getAttribute("aria-activedescendant") ?? "");
    expect(active?.getAttribute("aria-rowindex")).toBe("3");
  });

  test("jumps to a name that is typed", async () => {
    const { grid } = await show("photos");
    await press(grid, "n");
    await press(grid, "o");
    await waitFor(() => expect(chosen(grid)).toEqual(["notes.txt"]));
  });

  test("is ordered by the heading, and says so", async () => {
    const { grid } = await show("photos");
    await fireEvent.click(within(grid).getByRole("button", { name: "Size" }));
    const heading = within(grid).getByRole("columnheader", { name: "Size" });
    await waitFor(() => expect(heading.getAttribute("aria-sort")).toBe("ascending"));
  });

  test("puts the focus on the key that a jump named", async () => {
    const { grid } = await show("photos", "", "notes.txt");
    await waitFor(() => expect(chosen(grid)).toEqual(["notes.txt"]));
  });
});

describe("choosing", () => {
  test("by keyboard grows with Shift and is toggled with Ctrl and Space", async () => {
    const { grid } = await show("photos");
    await press(grid, "ArrowDown");
    await press(grid, "ArrowDown", { shiftKey: true });
    await waitFor(() => expect(chosen(grid)).toEqual(["2026", "cover.png"]));
    await press(grid, " ", { ctrlKey: true });
    expect(chosen(grid)).toEqual(["2026"]);
  });

  test("all of a million is said at once", async () => {
    const { grid } = await show("telemetry");
    await fireEvent.click(within(grid).getByRole("checkbox", { name: "Select all" }));
    expect(screen.getByText(/^all 1 000 000 selected/)).toBeTruthy();
  });

  test("Escape lets go", async () => {
    const { grid } = await show("photos");
    await press(grid, "ArrowDown");
    await press(grid, "Escape");
    expect(within(grid).queryAllByRole("row", { selected: true })).toHaveLength(0);
  });
});

describe("acting", () => {
  test("Enter opens a folder", async () => {
    const { grid, onopenfolder } = await show("photos");
    await press(grid, "Enter");
    expect(onopenfolder).toHaveBeenCalledWith("2025/");
  });

  test("Space shows an object in the inspector", async () => {
    const { grid, oninspector } = await show("photos");
    await press(grid, " ");
    expect(oninspector).toHaveBeenCalledWith(true);
  });

  test("the menu of a row holds what can be done with it", async () => {
    const { grid } = await show("photos");
    await press(grid, "End");
    await press(grid, "F10", { shiftKey: true });
    const items = screen.getAllByRole("menuitem").map((item) => item.textContent?.trim());
    expect(items.join()).toMatch(/Open.*Share.*Download.*Rename.*Move to.*Delete/);
  });

  test("a deletion that nothing takes back asks for the bucket's name", async () => {
    await show("backups");
    const deleted = vi.spyOn(api, "deleteObjects");
    await fireEvent.click(screen.getByRole("button", { name: "Delete" }));
    const button = await screen.findByRole("button", { name: "Delete 14 objects for ever" });
    expect(button).toHaveProperty("disabled", true);
    const field = screen.getByLabelText(/Type the bucket's name/);
    await fireEvent.input(field, { target: { value: "backup" } });
    expect(button).toHaveProperty("disabled", true);
    await fireEvent.input(field, { target: { value: "backups" } });
    await fireEvent.submit(field.closest("form") as HTMLFormElement);
    await waitFor(() =>
      expect(deleted).toHaveBeenCalledWith({ bucket: "backups", keys: [], prefixes: ["db/"] }),
    );
  });

  test("a filter that fits nothing offers to be cleared", async () => {
    await show("photos");
    await fireEvent.input(screen.getByLabelText("Filter this folder"), { target: { value: "zz" } });
    await screen.findByText("No name here contains “zz”");
    await fireEvent.click(screen.getByRole("button", { name: "Clear the filter" }));
    expect(names(await screen.findByRole("grid"))).toHaveLength(5);
  });
});
