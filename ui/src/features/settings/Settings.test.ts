import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { settings } from "$lib/state/settings.svelte";

import Settings from "./Settings.svelte";

afterEach(cleanup);

test("a theme is chosen and remembered", async () => {
  useApi(createFakeApi(new URLSearchParams("clock=manual")));
  render(Settings);
  expect(screen.getByRole("radio", { name: "As the system" })).toHaveProperty("checked", true);
  await fireEvent.click(screen.getByRole("radio", { name: "Dark" }));
  expect(settings.theme).toBe("dark");
  expect(screen.getByRole("radio", { name: "Dark" })).toHaveProperty("checked", true);
});

test("the vault's folder and the version are told", async () => {
  useApi(createFakeApi(new URLSearchParams("clock=manual")));
  render(Settings);
  expect(await screen.findByText("/home/mara/.local/share/stave/vault")).toBeTruthy();
  expect(await screen.findByText("Stave 0.1.0")).toBeTruthy();
});
