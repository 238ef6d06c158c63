import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { PASSPHRASE, RECOVERY_WORDS } from "$lib/api/fake-seed";
import { router } from "$lib/state/route.svelte";

import Welcome from "./Welcome.svelte";

afterEach(() => {
  cleanup();
  router.go({ view: "home" });
});

async function show(query: string) {
  const api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  const onopen = vi.fn();
  render(Welcome, { status: await api.vaultStatus(), onopen });
  return { api, onopen };
}

const click = async (name: string | RegExp) => {
  await fireEvent.click(await screen.findByRole("button", { name }));
};
const type = async (label: string | RegExp, value: string) => {
  await fireEvent.input(await screen.findByLabelText(label), { target: { value } });
};

test("the first run ends when two words were typed back", async () => {
  const { api, onopen } = await show("vault=absent");
  await fireEvent.keyDown(window, { key: "1" });
  await click("Make the vault");
  await screen.findByRole("heading", { name: "Your recovery words" });
  expect(screen.getAllByText(/anchor/).length).toBeGreaterThan(0);
  await click(/Continue/);
  await type("Word 5", "embers");
  await type("Word 18", "ribbon");
  await click("Open the vault");
  expect(
    await screen.findByText("Word 5 is not “embers”. Look at your sheet and type it again."),
  ).toBeTruthy();
  expect(onopen).not.toHaveBeenCalled();
  await type("Word 5", "Ember");
  await click("Open the vault");
  await vi.waitFor(() => expect(onopen).toHaveBeenCalledOnce());
  expect((await api.listBuckets()).map(({ name }) => name)).toEqual(["dev"]);
  expect(router.current).toEqual({ view: "developer" });
});

test("a first run without a keychain says so and takes a passphrase", async () => {
  await show("vault=absent&keychain=absent");
  await fireEvent.keyDown(window, { key: "2" });
  await screen.findByText("No keychain answers on this computer; take a passphrase instead.");
  expect(screen.getByRole("radio", { name: /keychain/ })).toHaveProperty("disabled", true);
  await click("Make the vault");
  await screen.findByText("Type a passphrase.");
  await type("Passphrase", "river lamp candle spoon");
  await type("The same passphrase again", "river lamp candle");
  await screen.findByText("This is not the passphrase above.");
  await type("The same passphrase again", "river lamp candle spoon");
  await click("Make the vault");
  expect(await screen.findByRole("heading", { name: "Your recovery words" })).toBeTruthy();
});

test("a locked vault opens for its passphrase alone", async () => {
  const { onopen } = await show("vault=locked");
  await type("Passphrase", "guess");
  await click("Open the vault");
  expect(await screen.findByText("This passphrase does not open the vault.")).toBeTruthy();
  await type("Passphrase", PASSPHRASE);
  await click("Open the vault");
  await vi.waitFor(() => expect(onopen).toHaveBeenCalledOnce());
});

test("a vault whose key is missing opens for its 24 words", async () => {
  const { onopen } = await show("vault=needs_recovery");
  await type(/24 recovery words/, "anchor basket");
  expect(await screen.findByText(/2 of 24 words so far/)).toBeTruthy();
  const numbered = RECOVERY_WORDS.map((word, i) => `${String(i + 1)}. ${word}`).join("\n");
  await type(/24 recovery words/, numbered);
  await click("Open the vault");
  await vi.waitFor(() => expect(onopen).toHaveBeenCalledOnce());
});

test("a keychain that did not answer is asked again", async () => {
  const { onopen } = await show("vault=keychain_locked");
  await screen.findByRole("heading", { name: "This computer's keychain is locked." });
  await click("Try again");
  expect(await screen.findByText("Asked 1 time: nothing has changed.")).toBeTruthy();
  expect(onopen).not.toHaveBeenCalled();
  await click("Try again");
  await vi.waitFor(() => expect(onopen).toHaveBeenCalledOnce());
});

test("a vault that another process holds names it", async () => {
  await show("vault=in_use");
  expect(await screen.findByText("The vault's lock is held by process 4812.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /recovery words/ })).toBeNull();
});
