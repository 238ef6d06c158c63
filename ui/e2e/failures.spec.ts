/** What failed says what happened, why, and what to do; and it heals by the button it offers. */
import { expect, expectHome, fake, gridOf, press, start, test } from "./support";

test("a list of buckets that failed is fetched again", async ({ page }) => {
  await start(page, "fail=list_buckets");
  const panel = page.getByRole("main").getByRole("alert");
  await expect(panel).toContainText("The vault's disk did not answer.");
  await expect(panel).toContainText("Input/output error while running list_buckets.");
  await expect(panel).toContainText("Check that the disk is connected");
  await fake(page, "heal");
  await panel.getByRole("button", { name: "Try again" }).press("Enter");
  await expect(page.getByRole("main").getByText("photos")).toBeVisible();
});

test("a folder that failed is opened again", async ({ page }) => {
  await start(page, "fail=open_listing", "/b/photos/");
  const again = page.getByRole("main").getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  await fake(page, "heal");
  await again.press("Enter");
  await gridOf(page);
});

test("an action that failed stays in sight until it is read", async ({ page }) => {
  await start(page, "fail=delete_objects", "/b/photos/");
  const grid = await gridOf(page);
  await grid.focus();
  await page.keyboard.type("cover");
  await press(page, "Delete");
  const toast = page.getByRole("region", { name: "Messages" }).getByRole("alert");
  await expect(toast).toContainText("The vault's disk did not answer.");
  await expect(grid.getByRole("row", { name: "cover.png" })).toBeVisible();
});

test("a vault that does not answer says so instead of a blank window", async ({ page }) => {
  await start(page, "fail=vault_status");
  await expect(page.getByText("The vault's disk did not answer.")).toBeVisible();
  await fake(page, "heal");
  await page.getByRole("button", { name: "Try again" }).press("Enter");
  await expectHome(page);
});
