/** Who may come in, by keyboard alone: a user with a policy and keys, a role with sessions. */
import { expect, expectAccessible, expectHome, press, start, test } from "./support";

test("a user is made, gets a policy from a template, and a key that is rotated", async ({
  page,
}) => {
  await start(page);
  await expectHome(page);
  await press(page, "ControlOrMeta+Shift+P");
  await expect(page.getByRole("heading", { name: "Identities", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "New identity" }).press("Enter");
  await expect(page.getByRole("radio", { name: "User" })).toBeFocused();
  await press(page, "Tab");
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("lea");
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "lea", level: 1 })).toBeVisible();

  await page.getByRole("button", { name: "Add a policy" }).press("Enter");
  await expect(page.getByLabel("Begin with")).toBeFocused();
  await page.keyboard.type("Read");
  await page.getByLabel("Bucket", { exact: true }).selectOption("photos");
  await expect(page.getByLabel("Name of the policy")).toHaveValue("read-bucket-photos");
  await page.getByRole("button", { name: "Save the policy" }).press("Enter");
  await expect(page.getByRole("group", { name: "Policy read-bucket-photos" })).toBeVisible();

  await page.getByRole("button", { name: "Add a key" }).first().press("Enter");
  await expect(page.getByRole("button", { name: "Add key", exact: true })).toBeFocused();
  await press(page, "Enter");
  await expect(page.getByRole("button", { name: "Done" })).toBeFocused();
  await press(page, "Enter");

  await page.getByRole("button", { name: /^Rotate STAVE/ }).press("Enter");
  await expect(page.getByRole("button", { name: "Make the second key" })).toBeFocused();
  await press(page, "Enter");
  await expect(page.getByText("Secret access key")).toBeVisible();
  await page.getByRole("button", { name: "Turn the first off" }).press("Enter");
  await page.getByRole("button", { name: "Done" }).press("Enter");
  await expect(page.getByText("Disabled", { exact: true })).toHaveCount(1);
  await expect(page.getByText("Active", { exact: true })).toHaveCount(1);
  await expect(
    page.getByText("It still has 2 access keys and 1 policy. Take these away first."),
  ).toBeVisible();
  await expectAccessible(page);
});

test("all sessions of a role are ended, and the way leads back", async ({ page }) => {
  await start(page, "", "/identities");
  await page.getByRole("button", { name: /^night-backup/ }).press("Enter");
  const end = page.getByRole("button", { name: "End all sessions…" });
  await end.press("Enter");
  await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
  await press(page, "Escape");
  await expect(end).toBeFocused();
  await press(page, "Enter");
  await page.getByRole("button", { name: "End 2 sessions" }).press("Enter");
  await expect(page.getByText("No session is live.")).toBeVisible();
  await press(page, "ControlOrMeta+Backspace");
  await expect(page.getByRole("list", { name: "Users and roles" })).toBeVisible();
});

test("a key on the developer page leads to its user", async ({ page }) => {
  await start(page, "", "/developer");
  await page.getByRole("button", { name: "Show ada" }).press("Enter");
  await expect(page.getByRole("heading", { name: "ada", level: 1 })).toBeVisible();
});
