import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { PASSPHRASE, RECOVERY_WORDS } from "$lib/api/fake-seed";

import Settings from "./Settings.svelte";

let api: Api;

async function show(query = ""): Promise<void> {
  api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  render(Settings);
  await screen.findByRole("region", { name: "Recovery" });
}

const click = (name: string) => fireEvent.click(screen.getByRole("button", { name, hidden: true }));
const type = (label: string | RegExp, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const submit = () => fireEvent.submit(document.querySelector("dialog form") as HTMLFormElement);

afterEach(cleanup);

test("the idle time and the lock on suspend are kept", async () => {
  await show();
  const idle = screen.getByLabelText("Lock when nobody uses it");
  await fireEvent.change(idle, { target: { value: "5" } });
  await fireEvent.click(screen.getByLabelText("Lock when the computer is suspended"));
  await waitFor(async () => {
    expect(await api.vaultStatus()).toMatchObject({ idleMinutes: 5, lockOnSuspend: false });
  });
});

test("a drill tells of right and of wrong words, and changes nothing", async () => {
  await show();
  await click("Recovery drill…");
  await type(/24 recovery words/, RECOVERY_WORDS.toReversed().join(" "));
  await submit();
  await screen.findByText("These words do not open the vault.");
  await type(/24 recovery words/, RECOVERY_WORDS.join(" "));
  expect(screen.queryByText("These words do not open the vault.")).toBeNull();
  await submit();
  await screen.findByText("These words open the vault.");
});

test("a new root key brings new words, of which two are typed back", async () => {
  await show("holder=passphrase");
  await click("Rotate the root key…");
  await type("Passphrase", "not it");
  await submit();
  await screen.findByText(/This passphrase does not open the vault\./);
  await type("Passphrase", PASSPHRASE);
  await submit();
  await screen.findByText("The former words open this vault no longer.");
  expect((await api.vaultStatus()).recoveryConfirmed).toBe(false);
  await click("I have kept them. Continue");
  const words = RECOVERY_WORDS.toReversed();
  await type("Word 5", words[4] ?? "");
  await type("Word 18", words[17] ?? "");
  await submit();
  await waitFor(async () => expect((await api.vaultStatus()).recoveryConfirmed).toBe(true));
  expect(document.querySelector("dialog")).toBeNull();
});

test("a passphrase is changed by whoever knows the present one", async () => {
  await show("holder=passphrase");
  const changed = vi.spyOn(api, "vaultChangePassphrase");
  await click("Change the passphrase…");
  await type("Present passphrase", PASSPHRASE);
  await type("New passphrase", "river lamp candle");
  await submit();
  expect(changed).not.toHaveBeenCalled();
  await type("The new one again", "river lamp candle");
  await submit();
  await waitFor(() =>
    expect(changed).toHaveBeenCalledWith({ current: PASSPHRASE, next: "river lamp candle" }),
  );
});

test("the sheet of the words goes to the printer as text", async () => {
  await show();
  const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
  await click("Recovery drill…");
  await type(/24 recovery words/, RECOVERY_WORDS.join(" "));
  await submit();
  await screen.findByText("These words open the vault.");
  await click("Print a new sheet");
  await waitFor(() => expect(print).toHaveBeenCalledOnce());
  const sheet = document.querySelector(".sheet");
  expect(sheet?.textContent).toContain("Vault: 7f3a19c2");
  expect(sheet?.querySelectorAll("li")).toHaveLength(24);
});
