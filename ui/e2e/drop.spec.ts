/** Files held over the window, and dropped. */
import { expect, fake, gridOf, start, test } from "./support";

test("files dropped onto the list upload into the folder in sight", async ({ page }) => {
  await start(page, "", "/b/photos/2026/");
  await gridOf(page);
  await fake(page, "drop", "enter", 640, 600, ["a.jpg", "b.jpg"]);
  await expect(page.getByRole("status").getByText("photos/2026/")).toBeVisible();
  await fake(page, "drop", "leave", 0, 0, []);
  await expect(page.getByText(/to upload into/)).toBeHidden();
  await fake(page, "drop", "drop", 640, 600, ["a.jpg", "b.jpg"]);
  await expect(page.getByText("Uploading to photos/2026/")).toBeVisible();
  await fake(page, "advance", 1_000);
  await expect(page.getByRole("row", { name: "a.jpg" })).toBeVisible();
  await expect(page.getByRole("row", { name: "b.jpg" })).toBeVisible();
});

test("files dropped onto a folder's row go into that folder", async ({ page }) => {
  await start(page, "", "/b/photos/");
  const grid = await gridOf(page);
  const box = await grid.getByRole("row", { name: "2025" }).boundingBox();
  if (!box) throw new Error("the row of the folder has no place");
  await fake(page, "drop", "over", box.x + 120, box.y + 10, ["snowman.jpg"]);
  await expect(page.getByRole("status").getByText("photos/2025/")).toBeVisible();
  await fake(page, "drop", "drop", box.x + 120, box.y + 10, ["snowman.jpg"]);
  await expect(page.getByText("Uploading to photos/2025/")).toBeVisible();
});

test("files dropped where no bucket is are refused in words", async ({ page }) => {
  await start(page, "", "/settings");
  await expect(page.getByText("Stave 0.1.0")).toBeVisible();
  await fake(page, "drop", "over", 700, 700, ["a.jpg"]);
  await expect(page.getByText("Hold them over a bucket to upload")).toBeVisible();
});
