import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { KEY_IDS } from "$lib/api/fake-key-ids";

import Keys from "./Keys.svelte";

let api: Api;
const onopen = vi.fn();

function show(query = ""): void {
  api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  render(Keys, { props: { onopen } });
}

const submit = (name: string) => {
  const dialog = screen.getByRole("dialog", { name, hidden: true });
  return fireEvent.submit(dialog.querySelector("form") as HTMLFormElement);
};

beforeEach(() => vi.resetAllMocks());
afterEach(cleanup);

test("each key says what it is called, how it is, and what it guards", async () => {
  show();
  const row = await screen.findByRole("button", { name: /^alias\/payroll/ });
  expect(row.textContent).toContain("Disabled");
  await waitFor(() => expect(row.textContent).toContain("guards 2 object versions"));
  const damaged = screen.getByRole("button", { name: /Ledger of the harbour/ });
  expect(damaged.textContent).toContain("Damaged");
  await fireEvent.click(row);
  expect(onopen).toHaveBeenCalledWith(KEY_IDS.payroll);
});

test("without keys the page says what they are for", async () => {
  show("keys=none");
  expect(await screen.findByText("No keys yet")).toBeTruthy();
  expect(screen.getByText(/under the vault's own key/)).toBeTruthy();
});

test("a new key rotates every year unless that is taken back", async () => {
  show();
  const rotation = vi.spyOn(api, "setKmsRotation");
  await fireEvent.click(await screen.findByRole("button", { name: "New key" }));
  await submit("New key");
  expect(screen.getByText("Type a name.")).toBeTruthy();
  await fireEvent.input(screen.getByLabelText("Alias"), { target: { value: "lake" } });
  await submit("New key");
  await waitFor(() => expect(onopen).toHaveBeenCalledOnce());
  const made = (await api.listKmsKeys()).find(({ aliases }) => aliases.includes("alias/lake"));
  expect(onopen).toHaveBeenCalledWith(made?.id);
  expect(rotation).toHaveBeenCalledWith({ key: made?.id, periodDays: 365 });
});

test("an alias that is taken is told beside its field", async () => {
  show();
  await fireEvent.click(await screen.findByRole("button", { name: "New key" }));
  await fireEvent.input(screen.getByLabelText("Alias"), { target: { value: "photos" } });
  await submit("New key");
  await screen.findByText(/alias\/photos is taken\./);
  expect(screen.getByLabelText("Alias").getAttribute("aria-invalid")).toBe("true");
  expect(onopen).not.toHaveBeenCalled();
});

test("a key that is minted for SSE-C is told once", async () => {
  show();
  await fireEvent.click(await screen.findByRole("button", { name: "Keep a key" }));
  await fireEvent.input(screen.getByLabelText("Name"), { target: { value: "archive" } });
  await submit("Keep a customer's key");
  await screen.findByText("It is shown this once.");
  expect((await api.listCustomerKeys()).map(({ name }) => name)).toEqual([
    "night dumps",
    "archive",
  ]);
});
