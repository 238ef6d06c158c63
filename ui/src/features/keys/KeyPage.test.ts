import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { KEY_IDS } from "$lib/api/fake-key-ids";

import KeyPage from "./KeyPage.svelte";

let api: Api;
const onbucket = vi.fn();

async function show(id: string): Promise<void> {
  render(KeyPage, { props: { id, onback: vi.fn(), onbucket, onaudit: vi.fn() } });
  await screen.findByRole("region", { name: "About this key" });
}

const section = (name: string) => within(screen.getByRole("region", { name }));
const click = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const submit = (name: string) => {
  const dialog = screen.getByRole("dialog", { name, hidden: true });
  return fireEvent.submit(dialog.querySelector("form") as HTMLFormElement);
};

beforeEach(() => {
  vi.resetAllMocks();
  api = useApi(createFakeApi(new URLSearchParams("clock=manual")));
});
afterEach(cleanup);

test("a disabled key offers the one action that helps", async () => {
  await show(KEY_IDS.payroll);
  expect(section("State").getByText("Disabled")).toBeTruthy();
  await click("Enable the key");
  await section("State").findByText("Enabled");
});

test("a deletion that waits is told with its date, and taken back", async () => {
  await show(KEY_IDS.archive);
  expect(
    section("State").getByText(/^It will be deleted on Friday,? 4 December 2026/),
  ).toBeTruthy();
  await click("Cancel the deletion");
  await section("State").findByText("Disabled");
});

test("versions stand on a line of time with what each sealed", async () => {
  await show(KEY_IDS.photos);
  const lines = section("Rotation").getAllByRole("listitem");
  expect(lines.map((it) => it.textContent.replace(/\s+/g, " ").trim().slice(0, 9))).toEqual([
    "Version 3",
    "Version 2",
    "Version 1",
  ]);
  expect(lines[1]?.textContent).toContain("Rotated by itself");
  await click("Rotate now");
  await section("Rotation").findByText("Version 4");
});

test("what a key guards leads to the bucket's settings", async () => {
  await show(KEY_IDS.photos);
  expect(section("What it guards").getByText(/default for new objects/)).toBeTruthy();
  await click("Encryption of photos");
  expect(onbucket).toHaveBeenCalledWith("photos");
});

test("a key dies only after its name was typed, with days to wait", async () => {
  await show(KEY_IDS.payroll);
  await click("Schedule deletion…");
  const dialog = "Schedule the deletion of alias/payroll?";
  expect(screen.getByText("2 object versions can never be read again.")).toBeTruthy();
  await submit(dialog);
  const typed = screen.getByLabelText("Type the key's name, alias/payroll");
  await fireEvent.input(typed, { target: { value: "alias/payroll" } });
  await fireEvent.input(screen.getByLabelText("Days to wait"), { target: { value: "3" } });
  await submit(dialog);
  expect(screen.getByText("From 7 to 30 days.")).toBeTruthy();
  expect((await api.kmsKey({ key: KEY_IDS.payroll })).key.state).toBe("disabled");
  await fireEvent.input(screen.getByLabelText("Days to wait"), { target: { value: "7" } });
  await submit(dialog);
  await section("State").findByText("To be deleted");
});

test("a policy is checked before it is saved", async () => {
  await show(KEY_IDS.photos);
  await click("Change the policy");
  const editor = screen.getByLabelText("Policy of the key, as JSON");
  const save = () => screen.getByRole<HTMLButtonElement>("button", { name: "Save the policy" });
  await fireEvent.input(editor, {
    target: { value: '{\n  "Statement": [\n    { "Effect": "Allow", "Action": "s3:Get",' },
  });
  await screen.findByText("Line 3:");
  expect(save().disabled).toBe(true);
  const locking = {
    Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:Decrypt", Resource: "*" }],
  };
  await fireEvent.input(editor, { target: { value: JSON.stringify(locking) } });
  await screen.findByText("This policy locks you out.");
  expect(save().disabled).toBe(true);
  await fireEvent.click(screen.getByLabelText(/Save it all the same/));
  await waitFor(() => expect(save().disabled).toBe(false));
});

test("an alias of another key is taken over", async () => {
  await show(KEY_IDS.photos);
  await fireEvent.input(screen.getByLabelText("Another alias"), { target: { value: "payroll" } });
  await click("Add the alias");
  await screen.findByText(/alias\/payroll is taken/);
  await click("Move it to this key");
  await screen.findByRole("button", { name: "Remove alias/payroll" });
  expect((await api.kmsKey({ key: KEY_IDS.payroll })).key.aliases).toEqual([]);
});

test("a managed key has nothing to be changed", async () => {
  await show(KEY_IDS.managed);
  expect(section("State").getByText("Managed by Stave")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Schedule deletion/ })).toBeNull();
  expect(screen.queryByRole("button", { name: "Disable the key" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Change the policy" })).toBeNull();
});

test("a damaged key says so, and what to do", async () => {
  await show(KEY_IDS.ledger);
  expect(screen.getByText("This key was changed outside of Stave.")).toBeTruthy();
  expect(screen.queryByRole("region", { name: "Policy" })).toBeNull();
});
