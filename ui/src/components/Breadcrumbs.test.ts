import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import Breadcrumbs from "./Breadcrumbs.svelte";

const onnavigate = vi.fn();
const onpath = vi.fn();
const onedit = vi.fn();

function show(bucket: string | null, prefix: string, editing = false): void {
  const props = { bucket, prefix, place: "Buckets", editing, onnavigate, onpath, onedit };
  render(Breadcrumbs, { props });
}

beforeEach(() => {
  vi.resetAllMocks();
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(640);
});

afterEach(cleanup);

test("each step leads to its folder", async () => {
  show("photos", "2026/june/");
  await fireEvent.click(screen.getByRole("button", { name: "2026" }));
  expect(onnavigate).toHaveBeenCalledWith("photos", "2026/");
  await fireEvent.click(screen.getByRole("button", { name: "photos" }));
  expect(onnavigate).toHaveBeenCalledWith("photos", "");
});

test("the last step is where one is", () => {
  show("photos", "2026/june/");
  expect(screen.getByRole("button", { current: "page" }).textContent.trim()).toBe("june");
});

test("a long way is folded into a menu", async () => {
  show("photos", "a/b/c/d/e/f/");
  expect(screen.queryByRole("button", { name: "a" })).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Folders between" }));
  await fireEvent.click(screen.getByRole("menuitem", { name: "a" }));
  expect(onnavigate).toHaveBeenCalledWith("photos", "a/");
});

test("a path can be typed", async () => {
  show("photos", "2026/", true);
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Path" });
  expect(field.value).toBe("photos/2026/");
  expect(document.activeElement).toBe(field);
  await fireEvent.input(field, { target: { value: "website/css/" } });
  await fireEvent.keyDown(field, { key: "Enter" });
  expect(onpath).toHaveBeenCalledWith("website/css/");
});

test("Escape leaves the path as it was", async () => {
  show("photos", "", true);
  await fireEvent.keyDown(screen.getByRole("textbox"), { key: "Escape" });
  expect(onedit).toHaveBeenCalledWith(false);
  expect(onpath).not.toHaveBeenCalled();
});
