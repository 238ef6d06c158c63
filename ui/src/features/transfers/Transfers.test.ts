import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { startSession } from "$lib/state/session.svelte";

import Transfers from "./Transfers.svelte";

let endSession = () => {};

afterEach(() => {
  endSession();
  cleanup();
});

function show(query: string) {
  useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  endSession = startSession();
  render(Transfers);
}

const nothing = () => screen.findByRole("heading", { name: "Nothing moving." });

const press = (key: string) => {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
};

test("without transfers it says so", async () => {
  show("");
  expect(await nothing()).toBeTruthy();
});

test("groups what moves, waits, failed and is done", async () => {
  show("transfers=some");
  await screen.findByRole("region", { name: "Active 2" });
  const names = screen
    .getAllByRole("region")
    .map((region) => region.querySelector("h2")?.textContent);
  expect(names).toEqual(["Active 2", "Waiting 1", "Failed 1", "Done 1"]);
  const failed = screen.getByRole("region", { name: "Failed 1" });
  expect(within(failed).getByText("2 items: No space left on the disk.")).toBeTruthy();
  expect(within(failed).getByText("Free some space on the disk, then retry.")).toBeTruthy();
});

test("X cancels the row with the focus, R retries it, C clears what ended", async () => {
  show("transfers=some");
  const row = await screen.findByRole("group", { name: "Upload 2 files: active" });
  row.focus();
  press("x");
  const cancelled = await screen.findByRole("group", { name: "Upload 2 files: cancelled" });
  cancelled.focus();
  press("r");
  await screen.findByRole("group", { name: "Upload 2 files: waiting" });
  press("c");
  await waitFor(() => expect(screen.queryByRole("region", { name: /Done|Failed/ })).toBeNull());
});

test("a list that cannot be read shows why, and a way to try again", async () => {
  show("fail=list_transfers");
  expect(await screen.findByText("The vault's disk did not answer.")).toBeTruthy();
  window.__fake?.heal();
  screen.getByRole("button", { name: "Try again" }).click();
  expect(await nothing()).toBeTruthy();
});
