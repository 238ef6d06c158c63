import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";
import { KEY_IDS } from "$lib/api/fake-key-ids";
import type { RowView } from "$lib/api/types";

import Inspector from "./Inspector.svelte";
import type { InspectorTab } from "./tabs";

const ontab = vi.fn();
const onshare = vi.fn();
const onkey = vi.fn();
const onaccess = vi.fn();
let api: Api;

async function show(name: string, tab: InspectorTab): Promise<void> {
  const place = { bucket: "photos", prefix: "", filter: "" };
  const order = { sort: "name", descending: false, showDeleted: true } as const;
  const { cursor } = await api.openListing({ ...place, ...order });
  const { rows } = await api.listingRows({ cursor, start: 0, len: 100 });
  const row: RowView | undefined = rows.find((candidate) => candidate.name === name);
  const calls = { ontab, onshare, onkey, onaccess, onclose: vi.fn(), onstep: vi.fn() };
  render(Inspector, { props: { bucket: "photos", row, tab, ...calls } });
}

beforeEach(() => {
  vi.resetAllMocks();
  api = useApi(createFakeApi(new URLSearchParams("clock=manual")));
});

afterEach(cleanup);

test("nothing chosen says what this place is for", async () => {
  await show("no such object", "details");
  expect(screen.getByText("Nothing chosen")).toBeTruthy();
});

test("details name the checksum and how the object is sealed", async () => {
  await show("cover.png", "details");
  await screen.findByText("CRC64NVME (FULL_OBJECT)");
  await fireEvent.click(screen.getByRole("button", { name: "alias/photos" }));
  expect(onkey).toHaveBeenCalledWith(KEY_IDS.photos);
});

test("a preview that a disabled key forbids leads to the key", async () => {
  await api.setKmsKeyEnabled({ key: KEY_IDS.photos, enabled: false });
  await show("notes.txt", "preview");
  await screen.findByText("The key alias/photos is disabled.");
  await fireEvent.click(await screen.findByRole("button", { name: "Open the key" }));
  expect(onkey).toHaveBeenCalledWith(KEY_IDS.photos);
});

test("text is shown as text", async () => {
  await show("notes.txt", "preview");
  const text = await screen.findByRole("group", { name: "Text of notes.txt" });
  expect(text.textContent).toContain("horizon is tilted");
});

test("an old version can be restored", async () => {
  await show("cover.png", "versions");
  const restored = vi.spyOn(api, "restoreVersion");
  const menus = await screen.findAllByRole("button", { name: /^Actions for the version/ });
  await fireEvent.click(menus[1] as HTMLElement);
  await fireEvent.click(screen.getByRole("menuitem", { name: "Restore" }));
  await waitFor(() => expect(restored).toHaveBeenCalledOnce());
  const versions = await api.objectVersions({ bucket: "photos", key: "cover.png" });
  expect(versions).toHaveLength(4);
});

test("a version goes for ever only when its object's name is typed", async () => {
  await show("cover.png", "versions");
  const deleted = vi.spyOn(api, "deleteVersion");
  const menus = await screen.findAllByRole("button", { name: /^Actions for the version/ });
  await fireEvent.click(menus[1] as HTMLElement);
  await fireEvent.click(screen.getByRole("menuitem", { name: /Delete for ever/ }));
  const field = await screen.findByLabelText("Type the object's name, cover.png");
  const form = field.closest("form") as HTMLFormElement;
  await fireEvent.input(field, { target: { value: "cover" } });
  await fireEvent.submit(form);
  expect(deleted).not.toHaveBeenCalled();
  await fireEvent.input(field, { target: { value: "cover.png" } });
  await fireEvent.submit(form);
  await waitFor(() => expect(deleted).toHaveBeenCalledOnce());
  expect(deleted.mock.calls[0]?.[0]).toMatchObject({ key: "cover.png", typedName: "cover.png" });
});

test("access says whether everyone may come in, and who may do what by which rule", async () => {
  await show("cover.png", "access");
  await screen.findByText("Block Public Access is on.");
  const reader = await screen.findByRole("listitem", { name: "ci" });
  expect(reader.textContent).toContain("Read: yes");
  expect(reader.textContent).toContain("Write: no");
  expect(reader.textContent).toContain("The bucket policy of photos allows it: statement CiReads.");
  await fireEvent.click(screen.getByRole("button", { name: "Access to this bucket" }));
  expect(onaccess).toHaveBeenCalledOnce();
});

test("access that cannot be told says why, and is asked again", async () => {
  window.__fake?.fail("effective_access");
  await show("cover.png", "access");
  await screen.findByText("The vault's disk did not answer.");
  window.__fake?.heal();
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByRole("listitem", { name: "admin" });
});
