import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
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
  render(Developer, { onrequests: () => undefined });
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

test("TLS is switched on with its address, and says what programs are to trust", async () => {
  show();
  await fireEvent.click(await screen.findByRole("checkbox", { name: "Speak TLS" }));
  expect(await screen.findByText("https://127.0.0.1:9000")).toBeTruthy();
  expect(screen.getByText(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)).toBeTruthy();
  const trust = screen.getByRole("group", { name: "trust in a shell" });
  expect(trust.textContent).toContain("AWS_CA_BUNDLE='/home/mara/.local/share/stave/endpoint.pem'");
});

test("a new certificate is made after it was said what that breaks", async () => {
  show();
  const print = (await screen.findByText(/^([0-9A-F]{2}:){31}/)).textContent;
  await click("Make a new certificate…");
  const dialog = screen.getByRole("dialog", { name: "Make a new certificate?", hidden: true });
  expect(dialog.textContent).toContain("The old one cannot be brought back.");
  await fireEvent.submit(dialog.querySelector("form") as HTMLFormElement);
  await waitFor(() => {
    expect(screen.getByText(/^([0-9A-F]{2}:){31}/).textContent).not.toBe(print);
  });
});
