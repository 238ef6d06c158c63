import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { KEY_IDS } from "$lib/api/fake-key-ids";
import { drop } from "$lib/state/query.svelte";

import Audit from "./Audit.svelte";

let api: Api;
const onkey = vi.fn();

async function show(query = "", resource = ""): Promise<void> {
  api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  render(Audit, { props: { resource, buckets: ["backups", "dev"], onkey, onobject: vi.fn() } });
  await screen.findByRole("list", { name: "Records, newest first" });
}

const rows = () => screen.getAllByRole("button", { expanded: false });
const click = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

beforeEach(() => vi.resetAllMocks());
afterEach(cleanup);

test("records come a page at a time", async () => {
  await show();
  expect(rows()).toHaveLength(50);
  await click("Show older records");
  await waitFor(() => expect(rows()).toHaveLength(100));
});

test("denied ones are picked out", async () => {
  await show();
  await fireEvent.click(screen.getByLabelText("Denied only"));
  await waitFor(() => expect(rows()).toHaveLength(7));
  expect(rows().every((row) => row.textContent.includes("Denied"))).toBe(true);
});

test("what is typed applies on Enter, also where no change is told", async () => {
  await show();
  const field = screen.getByLabelText<HTMLInputElement>("Event");
  field.value = "ScheduleKeyDeletion";
  await fireEvent.keyDown(field, { key: "Enter" });
  await waitFor(() => expect(rows()).toHaveLength(1));
});

test("a record unfolds to the event as it was written, and leads to its key", async () => {
  await show("", KEY_IDS.payroll);
  await fireEvent.click(rows()[0] as HTMLElement);
  expect(screen.getByText(/"errorCode": "DisabledException"/)).toBeTruthy();
  await click("Open the key");
  expect(onkey).toHaveBeenCalledWith(KEY_IDS.payroll);
});

test("a whole chain is told as such, and faults are named", async () => {
  await show();
  await click("Verify");
  await screen.findByText("Verified: 180 records, none changed, none missing");
  cleanup();
  await show("audit=broken");
  await click("Verify");
  await screen.findByText("Record 41 is not what was written.");
  expect(screen.getByText("Records 97 to 99 are missing.")).toBeTruthy();
});

test("newer records are offered and do not push away what is read", async () => {
  await show();
  await api.setKmsKeyEnabled({ key: KEY_IDS.photos, enabled: false });
  drop("audit");
  await screen.findByText("There are newer records.");
  expect(rows()[0]?.textContent).not.toContain("DisableKey");
  await click("Show them");
  await waitFor(() => expect(rows()[0]?.textContent).toContain("DisableKey"));
});

test("an export needs a bucket and tells where it went", async () => {
  await show();
  await click("Export…");
  const form = () => document.querySelector("dialog form") as HTMLFormElement;
  await fireEvent.submit(form());
  expect(screen.getAllByText("Choose a bucket.")).toHaveLength(1);
  await fireEvent.change(screen.getByLabelText("Bucket"), { target: { value: "dev" } });
  await fireEvent.submit(form());
  await screen.findByText(/^s3:\/\/dev\/AWSLogs\//);
});
