/** Links by keyboard alone: made for a folder, opened, used up, revoked; what does not work; requests. */
import { expect, expectAccessible, fake, gridOf, press, start, test } from "./support";

test.use({ permissions: ["clipboard-read", "clipboard-write"], timezoneId: "Europe/Berlin" });

test("a link for two openings is used up in sight, and its log tells of the third", async ({
  page,
}) => {
  await start(page, "links=none", "/b/photos/2026/june/");
  const grid = await gridOf(page);
  await grid.focus();
  await page.keyboard.type("img_4107");
  await press(page, "ControlOrMeta+Shift+S");
  await expect(page.getByRole("radio", { name: "This computer" })).toBeFocused();
  await page.getByLabel("How often at most?").focus();
  await page.keyboard.type("2");
  await press(page, "Enter");
  await expect(page.getByRole("region", { name: "The link" })).toBeFocused();
  await page.getByRole("button", { name: "All links" }).press("Enter");
  await expect(page.getByText("opened 0 of 2 times")).toBeVisible();
  await fake(page, "openLink");
  await expect(page.getByText("opened 1 of 2 times")).toBeVisible();
  await fake(page, "openLink");
  await expect(page.getByText("Used up")).toBeVisible();
  await fake(page, "openLink");
  await page.getByRole("button", { name: /^IMG_4107/ }).press("Enter");
  await expect(page.getByText("Refused: used up")).toBeVisible();
  await expectAccessible(page);
});

test("an upload page for the network is made for a folder, and revoked", async ({ page }) => {
  await start(page, "links=none", "/b/photos/2026/");
  await gridOf(page);
  await press(page, "ControlOrMeta+K");
  await page.keyboard.type("upload link");
  await press(page, "Enter");
  const dialog = page.getByRole("dialog", { name: "Share “2026”" });
  await expect(dialog.getByLabel("Below which folder?")).toHaveValue("2026/");
  await dialog.getByRole("radio", { name: "This computer" }).focus();
  await press(page, "ArrowRight");
  await dialog.getByRole("button", { name: "Open to my network" }).press("Enter");
  await expect(dialog.getByText("Reachable.")).toBeVisible();
  await dialog.getByLabel("Each at most").focus();
  await page.keyboard.type("10 MB");
  await press(page, "Enter");
  await dialog.getByRole("button", { name: "Copy page" }).press("Enter");
  const html = await page.evaluate(() => navigator.clipboard.readText());
  expect(html).toContain('action="https://192.168.1.20:9443/photos"');
  await dialog.getByRole("button", { name: "All links" }).press("Enter");
  const revoke = page.getByRole("button", { name: "Revoke Uploads to photos/2026/" });
  await revoke.press("Enter");
  await expect(page.getByText(/This cannot be undone/)).toBeVisible();
  await press(page, "Escape");
  await expect(revoke).toBeFocused();
  await press(page, "Enter");
  await page.getByRole("button", { name: "Revoke the link" }).press("Enter");
  await expect(page.getByRole("region", { name: "Revoked links" })).toBeVisible();
});

test("the doctor says of a revoked link that it was revoked", async ({ page }) => {
  await start(page);
  await expect(page.getByRole("heading", { name: "Buckets", level: 1 })).toBeVisible();
  await press(page, "ControlOrMeta+Shift+J");
  await page.getByRole("button", { name: /^Draft for the editor/ }).press("Enter");
  await page.getByRole("button", { name: "Examine" }).press("Enter");
  const diagnosis = page.getByRole("region", { name: "Diagnosis" });
  await expect(diagnosis).toBeFocused();
  await expect(diagnosis.getByText("The link was revoked.").first()).toBeVisible();
  await expectAccessible(page);
});

test("a request appears as it is made, and says why it was refused", async ({ page }) => {
  await start(page, "requests=none");
  await expect(page.getByRole("heading", { name: "Buckets", level: 1 })).toBeVisible();
  await press(page, "ControlOrMeta+Shift+R");
  await expect(page.getByRole("heading", { name: "Nobody has asked anything yet" })).toBeVisible();
  await fake(page, "request", { target: "/photos/cover.png" });
  await fake(page, "request", {
    status: 403,
    code: "AccessDenied",
    decision: "Denied: no policy.",
  });
  const list = page.getByRole("list", { name: "Requests, newest first" });
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await press(page, "p");
  await fake(page, "request", { target: "/photos/late.png" });
  await expect(page.getByText("Held still. There are newer requests.")).toBeVisible();
  await page.getByRole("button", { name: /AccessDenied$/ }).press("Enter");
  await expect(page.getByText("Denied: no policy.")).toBeVisible();
  await press(page, "p");
  await expect(list.getByRole("listitem")).toHaveCount(3);
  await expectAccessible(page);
});
