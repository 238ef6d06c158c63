import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";

import BucketSettings from "./BucketSettings.svelte";

let api: Api;

async function show(name: string): Promise<void> {
  const buckets = await api.listBuckets();
  const bucket = buckets.find((candidate) => candidate.name === name);
  if (!bucket) throw new Error(name);
  const calls = { ondeleted: vi.fn(), onbrowse: vi.fn(), onkey: vi.fn() };
  render(BucketSettings, { props: { bucket, buckets, section: undefined, ...calls } });
  // By text: roles of a page this long are costly to ask again and again.
  await screen.findByText(/^Says who owns what other users write here/);
}

const section = (name: string) => within(screen.getByRole("region", { name }));
const choose = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

beforeEach(() => {
  api = useApi(createFakeApi(new URLSearchParams("clock=manual")));
});

afterEach(cleanup);

test("a section has no button until something was changed", async () => {
  await show("photos");
  expect(screen.queryByRole("button", { name: "Save object ownership" })).toBeNull();
  await choose("Owner of new objects", "object_writer");
  await fireEvent.click(screen.getByRole("button", { name: "Save object ownership" }));
  await waitFor(async () => {
    expect((await api.bucketSettings({ name: "photos" })).ownership).toBe("object_writer");
  });
});

test("a site that is refused says so beside its field", async () => {
  await show("photos");
  await choose("Web site", "redirectAll");
  await fireEvent.input(screen.getByLabelText("Host"), { target: { value: "http://x" } });
  await fireEvent.click(screen.getByRole("button", { name: "Save web site" }));
  await section("Static web site").findByText(/This is not the name of a host\./);
  expect(screen.getByLabelText("Host").getAttribute("aria-invalid")).toBe("true");
});

test("redirects that were set elsewhere are told and kept", async () => {
  await show("website");
  expect(screen.getByText("2 redirect rules, set elsewhere, stay as they are.")).toBeTruthy();
  await fireEvent.input(screen.getByLabelText("Error page"), { target: { value: "" } });
  await fireEvent.click(screen.getByRole("button", { name: "Save web site" }));
  await waitFor(async () => {
    const { website } = await api.bucketSettings({ name: "website" });
    expect(website).toMatchObject({ kind: "pages", errorKey: null, rules: 2 });
  });
});

test("unfinished uploads are told with what they cost, and aborted one by one", async () => {
  await show("backups");
  await screen.findByText("3 · 638 MB");
  const aborted = vi.spyOn(api, "abortUpload");
  const button = { name: "Abort the upload of exports/all-years.tar" };
  await fireEvent.click(screen.getByRole("button", button));
  const dialog = screen.getByRole("dialog", { name: "Abort the upload?", hidden: true });
  await fireEvent.submit(dialog.querySelector("form") as HTMLFormElement);
  await waitFor(() => expect(aborted).toHaveBeenCalledOnce());
  expect((await api.listUploads({ bucket: "backups" })).uploads).toHaveLength(2);
});
