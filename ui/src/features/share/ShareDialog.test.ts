import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";

import ShareDialog from "./ShareDialog.svelte";

afterEach(cleanup);

function show(query = "") {
  const api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  const asked = vi.spyOn(api, "shareLink");
  const onclose = vi.fn();
  render(ShareDialog, {
    bucket: "photos",
    key: "2026/june/IMG_4101.jpg",
    versionId: null,
    onclose,
  });
  return { asked, onclose };
}

test("a link for an hour is made at once, with its exact end", async () => {
  const { asked } = show();
  const link = await screen.findByRole("group", { name: "Link" });
  expect(link.textContent).toContain("http://127.0.0.1:9000/photos/2026/june/IMG_4101.jpg?");
  expect(asked).toHaveBeenCalledWith({
    bucket: "photos",
    key: "2026/june/IMG_4101.jpg",
    versionId: null,
    expiresSeconds: 3_600,
  });
  expect(screen.getByText(/November 2026/).getAttribute("datetime")).toBe(
    "2026-11-22T13:00:00.000Z",
  );
});

test("another span makes another link", async () => {
  const { asked } = show();
  await screen.findByRole("group", { name: "Link" });
  await fireEvent.click(screen.getByRole("radio", { name: "7 days" }));
  await waitFor(() => {
    expect(asked).toHaveBeenLastCalledWith(expect.objectContaining({ expiresSeconds: 604_800 }));
  });
});

test("a moment that has passed makes no link", async () => {
  show();
  await screen.findByRole("group", { name: "Link" });
  await fireEvent.click(screen.getByRole("radio", { name: "Until…" }));
  const field = screen.getByLabelText("Ends at");
  await fireEvent.input(field, { target: { value: "2001-01-01T00:00" } });
  await fireEvent.change(field);
  expect(await screen.findByText("That moment has passed.")).toBeTruthy();
  expect(screen.queryByRole("group", { name: "Link" })).toBeNull();
});

test("the code to scan is a picture, never part of the page", async () => {
  show();
  const picture = await screen.findByRole("img", { name: "QR code of the link to IMG_4101.jpg" });
  expect(picture.getAttribute("src")).toMatch(/^data:image\/svg\+xml;charset=utf-8,%3Csvg/);
});

test("what is not offered yet says so and cannot be chosen", () => {
  show();
  expect(screen.getByRole("radio", { name: /My network/ })).toHaveProperty("disabled", true);
  expect(screen.getByRole("radio", { name: /Anyone/ })).toHaveProperty("disabled", true);
});

test("an endpoint that is off is turned on right there", async () => {
  show("endpoint=off");
  await fireEvent.click(await screen.findByRole("button", { name: "Turn the endpoint on" }));
  expect(await screen.findByRole("group", { name: "Link" })).toBeTruthy();
});

test("a refusal is shown in three lines", async () => {
  show("fail=share_link");
  expect(await screen.findByText("The vault's disk did not answer.")).toBeTruthy();
});
