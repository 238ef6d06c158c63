/** A link to one object, by keyboard alone. */
import { expect, gridOf, press, start, test } from "./support";

test.use({ permissions: ["clipboard-read", "clipboard-write"], timezoneId: "Europe/Berlin" });

test("a link for a day is made, with its exact end in local time, and copied", async ({ page }) => {
  await start(page, "", "/b/photos/2026/june/");
  const grid = await gridOf(page);
  await grid.focus();
  await page.keyboard.type("img_4107");
  await press(page, "ControlOrMeta+Shift+S");
  const dialog = page.getByRole("dialog", { name: "Share “IMG_4107.jpg”" });
  await expect(dialog.getByRole("radio", { name: "This computer" })).toBeFocused();
  await expect(dialog.getByText("Ends Sunday, 22 November 2026 at 14:00:00 CET")).toBeVisible();
  await dialog.getByRole("radio", { name: "1 hour" }).focus();
  await press(page, "ArrowRight");
  await expect(dialog.getByText("Ends Monday, 23 November 2026 at 13:00:00 CET")).toBeVisible();
  await press(page, "Enter");
  await dialog.getByRole("button", { name: "Copy link" }).press("Enter");
  await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("http://127.0.0.1:9000/photos/2026/june/IMG_4107.jpg?");
  expect(link).toContain("X-Amz-Expires=86400");
  await press(page, "Escape");
  await expect(dialog).toBeHidden();
  await expect(grid).toBeFocused();
});
