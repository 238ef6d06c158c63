import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { startSession } from "$lib/state/session.svelte";

import Requests from "./Requests.svelte";

let endSession = () => {};

afterEach(() => {
  endSession();
  cleanup();
});

function show(query = "", url = "http://127.0.0.1:9000"): void {
  useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  endSession = startSession();
  render(Requests, { url, ondeveloper: () => undefined });
}

const list = () => screen.findByRole("list", { name: "Requests, newest first" });
const rows = () => screen.queryAllByRole("button", { expanded: false });
const click = async (name: string | RegExp) =>
  fireEvent.click(await screen.findByRole("button", { name }));

test("a refused request says which policy decided, and what was signed", async () => {
  show();
  await list();
  await click(/AccessDenied/);
  expect(screen.getByText(/no policy of ci allows s3:PutObject/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("tab", { name: "Signature" }));
  const canonical = screen.getByRole("group", { name: "canonical request" }).textContent;
  expect(canonical?.startsWith("PUT\n/dev/build/app.tar.zst\n")).toBe(true);
  expect(screen.getByRole("group", { name: "string to sign" })).toBeTruthy();
  await fireEvent.click(screen.getByRole("tab", { name: "Headers" }));
  expect(screen.getByRole("group", { name: "headers" }).textContent).not.toContain("Authorization");
});

test("a preflight names the rule that it met", async () => {
  show();
  await list();
  await click(/AccessForbidden/);
  expect(screen.getByText(/the origin's port is 5174, rule 1 says 5173/)).toBeTruthy();
});

test("requests come in live, and the list is held still on demand", async () => {
  show();
  await list();
  expect(rows()).toHaveLength(7);
  window.__fake?.request({ target: "/dev/one" });
  await screen.findByText("/dev/one");
  await click("Pause");
  window.__fake?.request({ target: "/dev/two" });
  expect(await screen.findByText("Held still. There are newer requests.")).toBeTruthy();
  expect(screen.queryByText("/dev/two")).toBeNull();
  await click("Go on");
  expect(await screen.findByText("/dev/two")).toBeTruthy();
  expect(rows()).toHaveLength(9);
});

test("none is missed where more came at once than one reading brings", async () => {
  show();
  await list();
  await click("Pause");
  for (let n = 1; n <= 40; n += 1) window.__fake?.request({ target: `/dev/burst-${String(n)}` });
  await click("Go on");
  await screen.findByText("/dev/burst-40");
  expect(rows()).toHaveLength(47);
  window.__fake?.request({ target: "/dev/after" });
  await screen.findByText("/dev/after");
  expect(rows()).toHaveLength(48);
});

test("older requests are read on demand", async () => {
  show();
  await list();
  for (let n = 1; n <= 110; n += 1) window.__fake?.request({ target: `/dev/many-${String(n)}` });
  await screen.findByText("/dev/many-110");
  expect(rows()).toHaveLength(100);
  await click("Show older requests");
  await waitFor(() => expect(rows()).toHaveLength(117));
});

test("a filter that nothing fits can be taken back", async () => {
  show();
  await fireEvent.change(await screen.findByLabelText("Status"), { target: { value: "refused" } });
  await waitFor(() => expect(rows()).toHaveLength(3));
  await fireEvent.input(screen.getByLabelText("Contains"), { target: { value: "nowhere" } });
  await click("Show all requests");
  expect(within(await list()).getAllByRole("listitem")).toHaveLength(7);
});

test("cleared, the page shows how to ask something", async () => {
  show();
  await list();
  await click("Clear");
  const example = await screen.findByRole("group", { name: "curl example" });
  expect(example.textContent).toBe("curl -i http://127.0.0.1:9000/");
});

test("with the endpoint off the page says so", async () => {
  show("requests=none", "");
  expect(await screen.findByText("The endpoint is off.")).toBeTruthy();
});

test("requests that did not come are asked for again", async () => {
  show("fail=inspect_requests");
  expect(await screen.findByText("The vault's disk did not answer.")).toBeTruthy();
  window.__fake?.heal();
  await click("Try again");
  expect(await list()).toBeTruthy();
});
