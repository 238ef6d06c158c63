import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { startSession } from "$lib/state/session.svelte";

import Identities from "./Identities.svelte";
import IdentityPage from "./IdentityPage.svelte";

let endSession = () => {};
const onopen = vi.fn();
const onback = vi.fn();

afterEach(() => {
  endSession();
  cleanup();
  vi.clearAllMocks();
});

function begin(query = ""): Api {
  const api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  endSession = startSession();
  return api;
}

function open(name: string): Api {
  const api = begin();
  render(IdentityPage, { name, buckets: ["dev", "photos"], onback });
  return api;
}

const click = async (name: string | RegExp) =>
  fireEvent.click(await screen.findByRole("button", { name }));
const submit = () => fireEvent.submit(document.querySelector("dialog form") as HTMLFormElement);
const policyField = () => screen.getByLabelText("Policy, as JSON");

test("users and roles are listed with what each may do", async () => {
  begin();
  render(Identities, { onopen });
  const list = await screen.findByRole("list", { name: "Users and roles" });
  const [admin, ada] = within(list).getAllByRole("button");
  expect(admin?.textContent).toContain("no policy binds it");
  expect(ada?.textContent).toContain("policies read-photos, take-roles · 1 key");
  expect(within(list).getByRole("button", { name: /^night-backup/ }).textContent).toContain("Role");
});

test("with the owner alone the page says what others are for", async () => {
  begin("buckets=none");
  render(Identities, { onopen });
  expect(await screen.findByText("Only the owner so far")).toBeTruthy();
});

test("a user is created, and its page opened", async () => {
  const api = begin();
  render(Identities, { onopen });
  await click("New identity");
  await submit();
  expect(screen.getByText("Type a name.")).toBeTruthy();
  const field = screen.getByLabelText("Name");
  await fireEvent.input(field, { target: { value: "ada" } });
  await submit();
  expect(await screen.findByText(/Users and roles share their names/)).toBeTruthy();
  await fireEvent.input(field, { target: { value: "lea" } });
  await submit();
  await waitFor(() => expect(onopen).toHaveBeenCalledExactlyOnceWith("lea"));
  expect((await api.identity({ name: "lea" })).kind).toBe("user");
});

test("a role says who may take it on", async () => {
  const api = begin();
  render(Identities, { onopen });
  await click("New identity");
  await fireEvent.click(screen.getByRole("radio", { name: "Role" }));
  await fireEvent.input(screen.getByLabelText("Name"), { target: { value: "exporter" } });
  const taker = screen.getByLabelText("Who may take it on?");
  await fireEvent.change(taker, { target: { value: "arn:aws:iam::000000000000:user/ada" } });
  await submit();
  await waitFor(() => expect(onopen).toHaveBeenCalledExactlyOnceWith("exporter"));
  expect((await api.identity({ name: "exporter" })).trust).toContain(":user/ada");
});

test("a policy is begun from a template, for a bucket, and judged before it is saved", async () => {
  const api = open("visitor");
  await click("Add a policy");
  await screen.findByRole("option", { name: "Read a bucket" });
  await fireEvent.change(screen.getByLabelText("Begin with"), {
    target: { value: "read-bucket" },
  });
  await fireEvent.change(screen.getByLabelText("Bucket"), { target: { value: "photos" } });
  expect(policyField()).toHaveProperty("value", expect.stringContaining("arn:aws:s3:::photos/*"));
  expect(screen.getByLabelText("Name of the policy")).toHaveProperty("value", "read-bucket-photos");
  const good = (policyField() as HTMLTextAreaElement).value;
  await fireEvent.input(policyField(), {
    target: { value: good.replace("GetObject", "Get Object") },
  });
  expect(await screen.findByText(/is no action\./)).toBeTruthy();
  await click("Save the policy");
  expect((await api.identity({ name: "visitor" })).policies).toEqual([]);
  await fireEvent.input(policyField(), { target: { value: good } });
  await click("Save the policy");
  expect(await screen.findByRole("group", { name: "Policy read-bucket-photos" })).toBeTruthy();
});

test("a policy is taken away at the second press", async () => {
  const api = open("ci");
  await click("Remove write-dev");
  expect((await api.identity({ name: "ci" })).policies).toHaveLength(1);
  await click("Take write-dev away");
  expect(await screen.findByText(/It has none: it may do nothing/)).toBeTruthy();
});

test("no policy is offered to the owner, and no deletion", async () => {
  open("admin");
  expect(await screen.findByText(/no policy binds it/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Add a policy" })).toBeNull();
  expect(screen.queryByRole("button", { name: /^Delete/ })).toBeNull();
});

test("what stands in the way of a deletion is named", async () => {
  open("ada");
  expect(
    await screen.findByText(
      "It still has 1 access key, 2 policies and 1 bucket. Take these away first.",
    ),
  ).toBeTruthy();
  expect(screen.getByRole("button", { name: "Delete ada…" })).toHaveProperty("disabled", true);
});

test("an identity that has nothing is deleted", async () => {
  const api = open("visitor");
  await click("Delete visitor…");
  await submit();
  await waitFor(() => expect(onback).toHaveBeenCalledOnce());
  expect((await api.listIdentities()).map(({ name }) => name)).not.toContain("visitor");
});

test("all sessions of a role end at once", async () => {
  open("night-backup");
  expect(await screen.findByText("cellar")).toBeTruthy();
  await click("End all sessions…");
  await submit();
  expect(await screen.findByText("No session is live.")).toBeTruthy();
});

test("a trust policy that is no JSON is refused, and the draft kept", async () => {
  open("night-backup");
  await click("Change the trust");
  const field = screen.getByLabelText("Trust policy, as JSON");
  await fireEvent.input(field, { target: { value: "{" } });
  await fireEvent.submit(field.closest("form") as HTMLFormElement);
  expect(await screen.findByText("This is not valid JSON.")).toBeTruthy();
  expect(screen.getByLabelText("Trust policy, as JSON")).toHaveProperty("value", "{");
});
