/** Buckets, by keyboard alone. */
import { expect, expectHome, press, start, test } from "./support";

test("a bucket is made, and a wrong name is refused while it is typed", async ({ page }) => {
  await start(page);
  await expectHome(page);
  await press(page, "ControlOrMeta+Shift+B");
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("photos");
  await expect(page.getByText("A bucket of that name exists already.")).toBeVisible();
  await page.keyboard.type("-of-june");
  await expect(page.getByText("A bucket of that name exists already.")).toBeHidden();
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "This bucket is empty" })).toBeVisible();
  await expect(page).toHaveURL(/#\/b\/photos-of-june\/$/);
});

test("a dialog gives the focus back to where it came from", async ({ page }) => {
  await start(page);
  const button = page.getByRole("main").getByRole("button", { name: "New bucket" });
  await button.focus();
  await press(page, "Enter");
  await expect(page.getByRole("dialog", { name: "New bucket" })).toBeVisible();
  await press(page, "Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(button).toBeFocused();
});

test("buckets are reached by number", async ({ page }) => {
  await start(page);
  await expectHome(page);
  await press(page, "ControlOrMeta+4");
  await expect(page).toHaveURL(/#\/b\/photos\/$/);
});

test("locking closes everything at once", async ({ page }) => {
  await start(page);
  await expectHome(page);
  await press(page, "ControlOrMeta+Shift+L");
  await expect(page.getByRole("heading", { name: "The vault is locked." })).toBeVisible();
});
