import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { startSession } from "$lib/state/session.svelte";

import Developer from "./Developer.svelte";

let endSession = () => {};

afterEach(() => {
  endSession();
  cleanup();
});

function show(query = "") {
  useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  endSession = startSession();
  render(Developer);
}

const click = async (name: string | RegExp) => {
  await fireEvent.click(await screen.findByRole("button", { name }));
};

test("the endpoint is turned off and on, and says where it listens", async () => {
  show();
  expect(await screen.findByText("http://127.0.0.1:9000")).toBeTruthy();
  await click("Turn off");
  expect(await screen.findByText("Nothing listens. S3 clients cannot connect.")).toBeTruthy();
  await click("Turn on");
  expect(await screen.findByText("http://127.0.0.1:9000")).toBeTruthy();
});

test("a taken port names its user, and the next one is offered", async () => {
  show("endpoint=failed");
  expect(await screen.findByText("Port 9000 is used by minio (pid 812).")).toBeTruthy();
  await click("Use port 9001");
  expect(await screen.findByText("http://127.0.0.1:9001")).toBeTruthy();
});

test("another port is typed, and a wrong one refused with a reason", async () => {
  show();
  await click("Change the port");
  const field = screen.getByLabelText("Port");
  await fireEvent.input(field, { target: { value: "80" } });
  await click("Use this port");
  expect(await screen.findByText("Ports below 1024 belong to the system.")).toBeTruthy();
  await fireEvent.input(field, { target: { value: "9100" } });
  await click("Use this port");
  expect(await screen.findByText("http://127.0.0.1:9100")).toBeTruthy();
});

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

test("snippets follow the chosen bucket and tab", async () => {
  show();
  expect((await screen.findByRole("group", { name: "AWS CLI snippet" })).textContent).toContain(
    "s3://dev",
  );
  await fireEvent.change(screen.getByLabelText("Bucket"), { target: { value: "photos" } });
  await fireEvent.click(await screen.findByRole("tab", { name: "Python" }));
  await waitFor(() => {
    const code = screen.getByRole("group", { name: "Python snippet" }).textContent;
    expect(code).toContain('s3.upload_file("hello.txt", "photos", "hello.txt")');
  });
});
