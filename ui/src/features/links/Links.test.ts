import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { startSession } from "$lib/state/session.svelte";

import Doctor from "./Doctor.svelte";
import Links from "./Links.svelte";

let endSession = () => {};

afterEach(() => {
  endSession();
  cleanup();
});

function show(query = ""): Api {
  const api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  endSession = startSession();
  const props = { tab: "list", ontab: vi.fn(), onhome: vi.fn(), onobject: vi.fn() } as const;
  render(Links, props);
  return api;
}

const group = (name: string) => screen.findByRole("region", { name: `${name} links` });
const click = async (name: string | RegExp) =>
  fireEvent.click(await screen.findByRole("button", { name }));

test("links are told by what they do, how often they were opened, and how they stand", async () => {
  show();
  const live = await group("Live");
  const june = within(live).getByRole("button", { name: /^June, for/, expanded: false });
  expect(june.textContent).toContain("Download · photos/2026/june/IMG_4107.jpg");
  expect(june.textContent).toContain("opened 3 of 20 times");
  expect(june.textContent).toContain("on the network");
  expect(within(await group("Ended")).getAllByRole("button")).toHaveLength(2);
  expect((await group("Revoked")).textContent).toContain("Draft for the editor");
});

test("a link that is opened elsewhere counts up in sight", async () => {
  show();
  await group("Live");
  window.__fake?.openLink();
  await screen.findByText(/opened 4 of 20 times/);
});

test("a link is revoked after it was said that this is for good, and then forgotten", async () => {
  show();
  await click("Revoke June, for the family");
  const dialog = screen.getByRole("dialog", { name: /^Revoke “June/, hidden: true });
  expect(dialog.textContent).toContain("This cannot be undone");
  await fireEvent.submit(dialog.querySelector("form") as HTMLFormElement);
  const revoked = await group("Revoked");
  const row = await within(revoked).findByRole("button", { name: /June, for the family/ });
  await fireEvent.click(row);
  await click("Forget this link and its log");
  await waitFor(() => expect(screen.queryByText("June, for the family")).toBeNull());
});

test("a link for the network leads nowhere until the network is opened again", async () => {
  const api = show();
  const network = vi.spyOn(api, "shareOnNetwork");
  await fireEvent.click(await screen.findByRole("button", { name: /^June, for/, expanded: false }));
  expect(await screen.findByText("The link leads nowhere now.")).toBeTruthy();
  expect(network).not.toHaveBeenCalled();
  await click("Open to my network for 1 hour");
  expect(await screen.findByRole("group", { name: "Link" })).toBeTruthy();
  expect(network).toHaveBeenCalledExactlyOnceWith({ minutes: 60 });
});

test("the log of a link tells from where it was opened, and what was refused", async () => {
  show();
  await click(/Draft for the editor/);
  const log = await screen.findByRole("list", { name: "Openings, newest first" });
  const [newest, older] = within(log).getAllByRole("listitem");
  expect(newest?.textContent).toContain("Refused: revoked");
  expect(older?.textContent).toContain("127.0.0.1");
});

test("without links the page says how one is made", async () => {
  show("links=none");
  expect(await screen.findByText("No links yet")).toBeTruthy();
});

test("links that did not come are asked for again", async () => {
  show("fail=list_links");
  expect(await screen.findByText("The vault's disk did not answer.")).toBeTruthy();
  window.__fake?.heal();
  await click("Try again");
  expect(await group("Live")).toBeTruthy();
});

async function diagnose(text: string): Promise<void> {
  render(Doctor, {});
  await fireEvent.input(screen.getByLabelText("What does not work?"), { target: { value: text } });
  await click("Diagnose");
}

test("the doctor names the part that does not match, what it is, and the cure", async () => {
  useApi(createFakeApi(new URLSearchParams("clock=manual")));
  await diagnose(
    "curl 'http://192.168.1.20:9000/photos/a?X-Amz-Date=20261122T110000Z&X-Amz-Expires=86400&X-Amz-Signature=00'",
  );
  const list = await screen.findByRole("list", { name: "Findings" });
  const [first] = within(list).getAllByRole("listitem");
  expect(first?.textContent).toContain("Host Does not match");
  expect(first?.textContent).toContain("127.0.0.1:9000");
  expect(first?.textContent).toContain("make a link for the network");
});

test("the doctor says so where nothing is wrong", async () => {
  const api = useApi(createFakeApi(new URLSearchParams("clock=manual&network=on")));
  const [link] = await api.listLinks();
  await diagnose(link?.url ?? "");
  expect(await screen.findByText("Nothing is wrong with this link.")).toBeTruthy();
});

test("the doctor asks for something to read", async () => {
  useApi(createFakeApi(new URLSearchParams("clock=manual")));
  await diagnose(" ");
  expect(screen.getByText("Paste a link, a command, a request or an error.")).toBeTruthy();
  expect(window.__fake?.calls).not.toContain("diagnose_link");
});
