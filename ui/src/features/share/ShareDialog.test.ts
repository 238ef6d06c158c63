import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";

import { useApi } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";

import ShareDialog from "./ShareDialog.svelte";

afterEach(cleanup);

const OBJECT = "2026/june/IMG_4101.jpg";

function show(query = "", key = OBJECT) {
  const api = useApi(createFakeApi(new URLSearchParams(`clock=manual&${query}`)));
  const asked = vi.spyOn(api, "makeLink");
  const network = vi.spyOn(api, "shareOnNetwork");
  const onclose = vi.fn();
  render(ShareDialog, { bucket: "photos", key, versionId: null, onclose });
  return { asked, network, onclose };
}

const choose = (name: string) => fireEvent.click(screen.getByRole("radio", { name }));
const fill = (name: string, value: string) =>
  fireEvent.input(screen.getByLabelText(name), { target: { value } });

/** Submits as Enter does, which jsdom does not. */
const make = () => fireEvent.submit(document.querySelector("dialog form") as HTMLFormElement);

test("a link for an hour needs one press, and tells its exact end", async () => {
  const { asked } = show();
  expect(asked).not.toHaveBeenCalled();
  await make();
  const link = await screen.findByRole("group", { name: "Link" });
  expect(link.textContent).toContain("http://127.0.0.1:9000/photos/2026/june/IMG_4101.jpg?");
  expect(asked).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ kind: "get", key: OBJECT, expiresSeconds: 3_600, maxUses: null }),
  );
  const end = document.querySelector("time");
  expect(end?.getAttribute("datetime")).toBe("2026-11-22T13:00:00.000Z");
});

test("a link is bounded by an end, by uses, and called as one likes", async () => {
  const { asked } = show();
  await choose("7 days");
  await fill("How often at most?", "0");
  await fill("What is it called?", "June, for the family");
  await make();
  expect(screen.getByText("Type a number from 1, or nothing.")).toBeTruthy();
  expect(asked).not.toHaveBeenCalled();
  await fill("How often at most?", "20");
  await make();
  expect(await screen.findByText(/“June, for the family” ends/)).toBeTruthy();
  expect(screen.getByText(/after 20 uses at most/)).toBeTruthy();
  expect(asked).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ expiresSeconds: 604_800, maxUses: 20 }),
  );
});

test("a moment that has passed makes no link", async () => {
  const { asked } = show();
  await choose("Until…");
  const field = screen.getByLabelText("Ends at");
  await fireEvent.input(field, { target: { value: "2001-01-01T00:00" } });
  await fireEvent.change(field);
  expect(await screen.findByText("That moment has passed.")).toBeTruthy();
  await make();
  expect(asked).not.toHaveBeenCalled();
});

test("the network is opened by a press alone, and says whether it is reached", async () => {
  const { asked, network } = show();
  await choose("My network");
  await screen.findByText("Nothing is open to the network.");
  await make();
  expect(await screen.findByText("Open it first.")).toBeTruthy();
  expect(asked).not.toHaveBeenCalled();
  expect(network).not.toHaveBeenCalled();
  await fireEvent.click(screen.getByRole("button", { name: "Open to my network" }));
  expect(await screen.findByText("Reachable.")).toBeTruthy();
  expect(network).toHaveBeenCalledExactlyOnceWith({ minutes: 60 });
  await make();
  const link = await screen.findByRole("group", { name: "Link" });
  expect(link.textContent).toContain("https://192.168.1.20:9443/photos/");
});

test("a network that is not reached says what to do", async () => {
  show("network=blocked");
  await choose("My network");
  await fireEvent.click(await screen.findByRole("button", { name: "Open to my network" }));
  expect(await screen.findByText("Not reachable.")).toBeTruthy();
  expect(screen.getByText(/A firewall may block port 9443/)).toBeTruthy();
});

test("for anyone it says plainly that there is no way yet", async () => {
  show();
  await choose("Anyone");
  expect(screen.getByText("Files on this computer cannot be reached from outside.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Make the link" })).toHaveProperty("disabled", true);
});

test("a folder takes uploads, by a page with limits", async () => {
  const { asked } = show("", "inbox/");
  expect(screen.queryByRole("radio", { name: "Download" })).toBeNull();
  await fill("Types that begin with", "image/");
  await fill("Each at most", "10 MB");
  await make();
  const page = await screen.findByRole("group", { name: "upload page" });
  expect(page.textContent).toContain('enctype="multipart/form-data"');
  expect(asked).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({
      kind: "post",
      keyPrefix: "inbox/",
      contentType: "image/",
      maxBytes: 10_000_000,
    }),
  );
});

test("the mail says what to do, and until when", async () => {
  show();
  await make();
  await fireEvent.click(await screen.findByRole("tab", { name: "E-mail" }));
  const mail = screen.getByRole("group", { name: "e-mail text" }).textContent;
  expect(mail).toContain("Open or download it here:");
  expect(mail).toContain("It works until Sunday, 22 November 2026");
});

test("the code to scan is a picture, never part of the page", async () => {
  show();
  await make();
  const picture = await screen.findByRole("img", { name: "QR code of the link to IMG_4101.jpg" });
  expect(picture.getAttribute("src")).toMatch(/^data:image\/svg\+xml;charset=utf-8,%3Csvg/);
});

test("an endpoint that is off is turned on right there", async () => {
  show("endpoint=off");
  await make();
  await fireEvent.click(await screen.findByRole("button", { name: "Turn the endpoint on" }));
  await waitFor(() => expect(screen.getByRole("group", { name: "Link" })).toBeTruthy());
});

test("a refusal is shown in three lines", async () => {
  show("fail=make_link");
  await make();
  expect(await screen.findByText("The vault's disk did not answer.")).toBeTruthy();
});
