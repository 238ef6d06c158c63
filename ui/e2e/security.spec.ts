/** Keys, the audit and the vault's own life, by keyboard alone. */
import { KEY_IDS } from "../src/lib/api/fake-key-ids";
import { RECOVERY_WORDS } from "../src/lib/api/fake-seed";
import { expect, expectAccessible, expectHome, gridOf, press, start, test } from "./support";

test("a key is made, guards a bucket, and opens again after it was disabled", async ({ page }) => {
  await start(page);
  await expectHome(page);
  await press(page, "ControlOrMeta+Shift+K");
  await expect(page.getByRole("heading", { name: "Keys", level: 1 })).toBeVisible();
  await expect(page.getByText("alias/photos").first()).toBeVisible();
  await press(page, "n");
  await expect(page.getByLabel("Alias")).toBeFocused();
  await page.keyboard.type("harbour");
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "alias/harbour", level: 1 })).toBeVisible();

  await press(page, "ControlOrMeta+K");
  await page.keyboard.type("settings of dev");
  await press(page, "Enter");
  const choice = page.getByLabel("Key for new objects");
  await choice.focus();
  await choice.selectOption({ label: "alias/harbour (SSE-KMS)" });
  await expect(page.getByLabel("Bucket key")).toBeChecked();
  await page.getByRole("button", { name: "Save encryption" }).press("Enter");
  await expect(page.getByText("Encryption of dev saved")).toBeVisible();
  await page.evaluate(() => window.__fake?.put("dev", "note.txt", 120));

  await page.getByRole("button", { name: "Open the key" }).press("Enter");
  await expect(page.getByText("1 object version under it · default for new objects")).toBeVisible();
  await page.getByRole("button", { name: "Rotate now" }).press("Enter");
  await expect(page.getByText("Version 2")).toBeVisible();
  await page.getByRole("button", { name: "Disable the key" }).press("Enter");
  await expect(page.getByText("Nothing that it guards can be read.")).toBeVisible();

  await press(page, "ControlOrMeta+P");
  await page.keyboard.type("dev/note.txt");
  await press(page, "Enter");
  await gridOf(page);
  await press(page, "Space");
  await page.getByRole("tab", { name: "Details" }).focus();
  await press(page, "ArrowRight");
  await expect(page.getByText("The key alias/harbour is disabled.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Open the key" }).press("Enter");
  await page.getByRole("button", { name: "Enable the key" }).press("Enter");
  await expect(page.getByText("Disable the key")).toBeVisible();
  await press(page, "Alt+ArrowLeft");
  await expect(page.getByText("The key alias/harbour is disabled.")).toBeHidden();
});

test("the audit is verified by its key, and a record leads to the object", async ({ page }) => {
  await start(page);
  await expectHome(page);
  await press(page, "ControlOrMeta+Shift+A");
  await expect(page.getByRole("heading", { name: "Audit", level: 1 })).toBeVisible();
  await expect(page.getByRole("list", { name: "Records, newest first" })).toBeVisible();
  await press(page, "ControlOrMeta+Shift+V");
  await expect(page.getByText("Verified: 180 records, none changed, none missing")).toBeVisible();
  await page.getByLabel("Denied only").focus();
  await press(page, "Space");
  const first = page.getByRole("button", { name: /Denied$/ }).first();
  await expect(page.getByRole("button", { name: /Allowed$/ })).toHaveCount(0);
  await first.press("Enter");
  await page.getByRole("button", { name: "Show the object" }).press("Enter");
  await expect(page).toHaveURL(/#\/b\/backups\/db\/$/);
});

test("a key is deleted by its typed name, and the deletion is cancelled", async ({ page }) => {
  await start(page, "", `/keys/${KEY_IDS.payroll}`);
  await page.getByRole("button", { name: "Schedule deletion…" }).press("Enter");
  await expect(page.getByLabel("Type the key's name, alias/payroll")).toBeFocused();
  await page.keyboard.type("alias/payrol");
  await press(page, "Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.type("l");
  await press(page, "Enter");
  await expect(page.getByText(/^It will be deleted on/)).toBeVisible();
  await page.getByRole("button", { name: "Cancel the deletion" }).press("Enter");
  await expect(page.getByText("Nothing that it guards can be read.")).toBeVisible();
});

test("the words are renewed, printed and typed back", async ({ page }) => {
  await start(page, "", "/settings");
  await page.getByRole("button", { name: "Renew the words…" }).press("Enter");
  await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
  await press(page, "Tab", "Enter");
  await expect(page.getByRole("heading", { name: "Your new recovery words" })).toBeVisible();
  await press(page, "Escape");
  await expect(page.getByRole("heading", { name: "Your new recovery words" })).toBeVisible();
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute("data-printed", "yes");
  });
  await page.getByRole("button", { name: "Print the sheet" }).press("Enter");
  await expect(page.locator("body[data-printed]")).toBeAttached();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText("Stave recovery sheet")).toBeVisible();
  await page.screenshot({ path: "test-results/pictures/life-sheet-print.png" });
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("button", { name: /Continue$/ }).press("Enter");
  const words = RECOVERY_WORDS.toReversed();
  await page.getByLabel("Word 5").fill(words[4] ?? "");
  await page.getByLabel("Word 18").fill(words[17] ?? "");
  await press(page, "Enter");
  await expect(page.getByText("The new recovery words are proven")).toBeVisible();
});

test("locked from its settings, the vault says what the endpoint answers", async ({ page }) => {
  await start(page, "holder=passphrase", "/settings");
  await page.getByRole("button", { name: "Lock now" }).press("Enter");
  await expect(page.getByRole("heading", { name: "The vault is locked." })).toBeVisible();
  await expect(page.getByText(/answers “503 Service Unavailable/)).toBeVisible();
  await page.getByLabel("Passphrase").fill("correct horse battery staple");
  await press(page, "Enter");
  await expect(page.getByText("Lock when nobody uses it")).toBeVisible();
  await expect(page.getByText(":9000")).toBeVisible();
});

test("a keychain that gives a wrong key is asked again, or passed by with the words", async ({
  page,
}) => {
  await start(page, "vault=needs_recovery&keychain=wrong_value");
  await expect(page.getByLabel(/24 recovery words/)).toBeFocused();
  await page.getByRole("button", { name: "Ask the keychain again" }).press("Enter");
  await page.getByRole("button", { name: "Try again" }).press("Enter");
  await expect(page.getByText(/Asked 1 time/)).toBeVisible();
  await page.getByRole("button", { name: "Use the recovery words instead" }).press("Enter");
  await page.getByLabel(/24 recovery words/).fill(RECOVERY_WORDS.join(" "));
  await press(page, "Tab", "Enter");
  await expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
});
