/** Daily work with objects, by keyboard alone. */
import { expect, expectHome, fake, gridOf, press, start, test } from "./support";

test("find an object, look at it, and bring an old version back", async ({ page }) => {
  await start(page);
  await expectHome(page);
  await press(page, "ControlOrMeta+P");
  await page.keyboard.type("photos/cover.png");
  await press(page, "Enter");
  await gridOf(page);
  await expect(page.getByRole("grid")).toBeFocused();
  await press(page, "Space");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector.getByRole("heading", { name: "cover.png" })).toBeVisible();
  await press(page, "ControlOrMeta+H");
  await expect(inspector.getByText("3 versions, newest first")).toBeVisible();
  const oldest = inspector.getByRole("button", { name: /^Actions for the version of/ }).last();
  await oldest.focus();
  await press(page, "Enter");
  await expect(page.getByRole("menuitem", { name: "Restore" })).toBeVisible();
  await page.keyboard.type("r");
  await press(page, "Enter");
  await expect(inspector.getByText("4 versions, newest first")).toBeVisible();
  await expect(page.getByText(/^Restored/)).toBeVisible();
});

test("look at an older version and come back to the newest", async ({ page }) => {
  await start(page, "", "/b/photos/");
  const grid = await gridOf(page);
  await grid.focus();
  await page.keyboard.type("notes");
  await press(page, "Enter", "ControlOrMeta+H");
  const older = page.getByRole("button", { name: /^Actions for the version of/ }).last();
  await older.focus();
  await press(page, "Enter", "Enter");
  await expect(page.getByText("An older version")).toBeVisible();
  await page.getByRole("button", { name: "Show the newest" }).press("Enter");
  await expect(page.getByText("An older version")).toBeHidden();
  await expect(page.getByText(/Shots to retouch/)).toBeVisible();
});

test("a deleted folder comes back by one key", async ({ page }) => {
  await start(page, "", "/b/photos/");
  const grid = await gridOf(page);
  await grid.focus();
  await page.keyboard.type("2026");
  await press(page, "Delete");
  await expect(page.getByText(/50 objects/).first()).toBeVisible();
  const folder = grid.getByRole("row", { name: "2026 , folder" });
  await expect(folder).toBeHidden();
  await press(page, "ControlOrMeta+Z");
  await expect(folder).toBeVisible();
});

test("what cannot be undone asks for the bucket's name", async ({ page }) => {
  await start(page, "", "/b/backups/db/");
  const grid = await gridOf(page);
  await grid.focus();
  await press(page, "Home", "Delete");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/cannot be undone/)).toBeVisible();
  await page.keyboard.type("backups");
  await press(page, "Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByText("13 items")).toBeVisible();
});

test("a name is changed in place", async ({ page }) => {
  await start(page, "", "/b/photos/");
  const grid = await gridOf(page);
  await grid.focus();
  await page.keyboard.type("palette");
  await press(page, "F2");
  await page.keyboard.type("colours");
  await press(page, "Enter");
  await expect(grid.getByRole("row", { name: "colours.json" })).toBeVisible();
  await expect(grid).toBeFocused();
});

test("the filter narrows a folder and Esc gives the list back", async ({ page }) => {
  await start(page, "", "/b/photos/2026/june/");
  const grid = await gridOf(page);
  await press(page, "ControlOrMeta+F");
  await page.keyboard.type("4107");
  await expect(grid.getByRole("row")).toHaveCount(2);
  await expect(grid.getByRole("row", { name: "IMG_4107.jpg" })).toBeVisible();
  await press(page, "Escape");
  await expect(grid.getByRole("row", { name: "IMG_4101.jpg" })).toBeVisible();
});

test("what another program writes appears by itself", async ({ page }) => {
  await start(page, "", "/b/photos/");
  const grid = await gridOf(page);
  await fake(page, "put", "photos", "from-a-script.txt", 12);
  await expect(grid.getByRole("row", { name: "from-a-script.txt" })).toBeVisible();
});

test("keys of objects are names, never parts of the page", async ({ page }) => {
  await start(page, "", "/b/odd-names/");
  const grid = await gridOf(page);
  await expect(grid.getByRole("row", { name: "<img src=x onerror=alert(1)>.txt" })).toBeVisible();
  await expect(page.locator("img[src='x']")).toHaveCount(0);
});
