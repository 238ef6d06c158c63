import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import TagEditor from "./TagEditor.svelte";

const onsave = vi.fn();
const TAGS = [{ key: "album", value: "Lake" }];

function show(tags = TAGS, max = 3): void {
  render(TagEditor, {
    props: { tags, max, empty: "None.", busy: false, error: undefined, onsave },
  });
}

const click = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const type = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

beforeEach(() => {
  vi.resetAllMocks();
  onsave.mockResolvedValue(true);
});

afterEach(cleanup);

test("a tag is added, and the editor closes once it is kept", async () => {
  show();
  await click("Change tags");
  await click("Add a tag");
  await type("Key of tag 2", "year");
  await type("Value of tag 2", "2026");
  await click("Save tags");
  expect(onsave).toHaveBeenCalledWith([...TAGS, { key: "year", value: "2026" }]);
  await waitFor(() => expect(screen.getByRole("button", { name: "Change tags" })).toBeTruthy());
});

test("a tag is removed", async () => {
  show();
  await click("Change tags");
  await click("Remove tag album");
  await click("Save tags");
  expect(onsave).toHaveBeenCalledWith([]);
});

test("what S3 refuses is told beside its field and is not sent", async () => {
  show();
  await click("Change tags");
  await type("Key of tag 1", "aws:album");
  expect(screen.getByText("Keys that begin with aws: are reserved.")).toBeTruthy();
  await click("Save tags");
  expect(onsave).not.toHaveBeenCalled();
});

test("a new row is scolded only once it is saved empty", async () => {
  show([]);
  expect(screen.getByText("None.")).toBeTruthy();
  await click("Add tags");
  expect(screen.queryByText("A tag needs a key.")).toBeNull();
  await click("Save tags");
  await screen.findByText("A tag needs a key.");
  expect(onsave).not.toHaveBeenCalled();
});

test("no more tags are added than there may be", async () => {
  show(TAGS, 2);
  await click("Change tags");
  await click("Add a tag");
  expect(screen.getByRole("button", { name: "Add a tag" })).toHaveProperty("disabled", true);
  expect(screen.getByText("2 tags of 2")).toBeTruthy();
});

test("nothing is sent where nothing was changed", async () => {
  show();
  await click("Change tags");
  await click("Save tags");
  expect(onsave).not.toHaveBeenCalled();
  expect(screen.getByRole("button", { name: "Change tags" })).toBeTruthy();
});

test("what could not be kept stays in the editor", async () => {
  onsave.mockResolvedValue(false);
  show();
  await click("Change tags");
  await type("Value of tag 1", "Sea");
  await click("Save tags");
  expect(screen.getByLabelText("Value of tag 1")).toHaveProperty("value", "Sea");
});
