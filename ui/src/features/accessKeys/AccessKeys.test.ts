import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { startSession } from "$lib/state/session.svelte";

import AccessKeys from "./AccessKeys.svelte";

let endSession = () => {};

afterEach(() => {
  endSession();
  cleanup();
});

function show(props: { user?: string; onidentity?: (name: string) => void } = {}, query = "") {
  const api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  endSession = startSession();
  render(AccessKeys, props);
  return api;
}

const click = async (name: string | RegExp) => {
  await fireEvent.click(await screen.findByRole("button", { name }));
};

test("a secret is fetched only when it is asked for", async () => {
  show();
  const [key] = await screen.findAllByRole("group", { name: /^Access key STAVE/ });
  if (!key) throw new Error("no key is shown");
  expect(window.__fake?.calls).not.toContain("reveal_access_key");
  await fireEvent.click(within(key).getByRole("button", { name: /^Show the secret/ }));
  await within(key).findByRole("button", { name: /^Copy the secret/ });
  await fireEvent.click(within(key).getByRole("button", { name: /^Hide the secret/ }));
  await waitFor(() => {
    expect(within(key).queryByRole("button", { name: /^Copy the secret/ })).toBeNull();
  });
});

test("keys are added, disabled and deleted", async () => {
  show();
  await click("Add a key");
  await fireEvent.input(screen.getByLabelText("For which user?"), { target: { value: "lea" } });
  await click("Add key");
  await screen.findByRole("heading", { name: "The new access key" });
  await click("Done");
  await screen.findByText(/^lea · made/);
  const keys = () => screen.getAllByRole("group", { name: /^Access key STAVE/ });
  await waitFor(() => expect(keys()).toHaveLength(5));
  const added = keys()[4];
  if (!added) throw new Error("the new key is not shown");
  await fireEvent.click(within(added).getByRole("button", { name: /^Disable/ }));
  await within(added).findByText("Disabled");
  await fireEvent.click(within(added).getByRole("button", { name: /^Delete/ }));
  const field = screen.getByLabelText(/^Type its last four signs/);
  await click("Delete key");
  expect(await screen.findByText(/^This is not/)).toBeTruthy();
  const last = added.getAttribute("aria-label")?.slice(-4) ?? "";
  await fireEvent.input(field, { target: { value: last.toLowerCase() } });
  await click("Delete key");
  await waitFor(() => expect(keys()).toHaveLength(4));
});

test("each key says when and for what it was last used, and leads to its user", async () => {
  const onidentity = vi.fn();
  show({ onidentity });
  const keys = await screen.findAllByRole("group", { name: /^Access key STAVE/ });
  expect(keys[1]?.textContent).toMatch(/last used 2026-11-22 \d\d:48 for s3 in us-east-1/);
  expect(keys[3]?.textContent).toContain("never used");
  await click("Show ada");
  expect(onidentity).toHaveBeenCalledExactlyOnceWith("ada");
});

test("of one user only the keys of that user are shown, and a new one is for them", async () => {
  const api = show({ user: "ada" });
  expect(await screen.findAllByRole("group", { name: /^Access key STAVE/ })).toHaveLength(1);
  await click("Add a key");
  expect(screen.queryByLabelText("For which user?")).toBeNull();
  await click("Add key");
  await screen.findByRole("heading", { name: "The new access key" });
  const of = (await api.listAccessKeys()).filter(({ user }) => user === "ada");
  expect(of).toHaveLength(2);
});

test("a key is rotated: a second one first, then the first is turned off, which can be undone", async () => {
  const api = show({ user: "ada" });
  const states = async () =>
    (await api.listAccessKeys()).filter(({ user }) => user === "ada").map(({ active }) => active);
  await click(/^Rotate STAVE/);
  await click("Make the second key");
  await screen.findByRole("group", { name: "secret access key" });
  expect(await states()).toEqual([true, true]);
  await click("Turn the first off");
  await screen.findByText(/is refused from now on/);
  expect(await states()).toEqual([false, true]);
  await click("Turn it on again");
  await screen.findByRole("group", { name: "secret access key" });
  expect(await states()).toEqual([true, true]);
});

test("keys that did not come are asked for again", async () => {
  show({}, "fail=list_access_keys");
  expect(await screen.findByText("The vault's disk did not answer.")).toBeTruthy();
  window.__fake?.heal();
  await click("Try again");
  expect(await screen.findAllByRole("group", { name: /^Access key STAVE/ })).toHaveLength(4);
});
