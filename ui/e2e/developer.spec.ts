/** The first minute of a developer: an endpoint, a key, a snippet. */
import { expect, start, test } from "./support";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("a snippet for a bucket is copied", async ({ page }) => {
  await start(page, "", "/developer");
  await page.getByLabel("Bucket", { exact: true }).selectOption("photos");
  await page.getByRole("tab", { name: "Python" }).click();
  await expect(page.getByRole("group", { name: "Python snippet" })).toContainText('"photos"');
  await page.getByRole("button", { name: "Copy Python snippet" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('endpoint_url="http://127.0.0.1:9000"');
});

test("a port that is taken names who has it", async ({ page }) => {
  await start(page, "endpoint=busy", "/developer");
  await expect(
    page.getByText("Port 9000 is used by minio (pid 812), so it uses 9010."),
  ).toBeVisible();
});

test("a key is made for another user, and its secret shown on demand", async ({ page }) => {
  await start(page, "", "/developer");
  await page.getByRole("button", { name: "Add a key" }).click();
  const user = page.getByLabel("For which user?");
  await expect(user).toBeFocused();
  await user.fill("lea");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "The new access key" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("group", { name: /^Access key/ })).toHaveCount(5);
  await page
    .getByRole("button", { name: /^Show the secret/ })
    .last()
    .click();
  await expect(page.getByRole("button", { name: /^Copy the secret/ })).toHaveCount(1);
});
