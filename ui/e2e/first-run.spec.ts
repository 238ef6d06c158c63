/** The first five minutes, by keyboard alone. */
import { PASSPHRASE, RECOVERY_CHECK, RECOVERY_WORDS } from "../src/lib/api/fake-seed";
import { expect, press, start, test } from "./support";

const word = (index: number) => RECOVERY_WORDS[RECOVERY_CHECK[index] ?? 0] ?? "";

test("Mara presses 1, keeps the words, types two of them, and her endpoint listens", async ({
  page,
}) => {
  await start(page, "vault=absent");
  await expect(page.getByRole("heading", { name: "What brings you here?" })).toBeFocused();
  await press(page, "1");
  await expect(page.getByRole("heading", { name: "A vault for your data" })).toBeFocused();
  await press(page, "Tab");
  await expect(page.getByRole("radio", { name: /This computer's keychain/ })).toBeFocused();
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "Your recovery words" })).toBeFocused();
  const words = page.getByRole("region", { name: "Recovery words" });
  await expect(words.getByRole("listitem")).toHaveText(
    RECOVERY_WORDS.map((one) => new RegExp(one)),
  );
  await press(page, "Tab", "Tab", "Tab");
  await expect(page.getByRole("button", { name: /Continue/ })).toBeFocused();
  await press(page, "Enter", "Tab");
  await expect(page.getByLabel("Word 5")).toBeFocused();
  await page.keyboard.type("embers");
  await press(page, "Tab");
  await page.keyboard.type(word(1));
  await press(page, "Enter");
  await expect(page.getByText("Word 5 is not “embers”.")).toBeVisible();
  await expect(page.getByLabel("Word 5")).toBeFocused();
  await press(page, "ControlOrMeta+a");
  await page.keyboard.type(word(0));
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "Developer" })).toBeVisible();
  await expect(page.getByText("http://127.0.0.1:9000").first()).toBeVisible();
  await expect(page.getByLabel("Bucket", { exact: true })).toHaveValue("dev");
});

test("Jonas without a keychain chooses a passphrase and hears how strong it is", async ({
  page,
}) => {
  await start(page, "vault=absent&keychain=absent");
  await expect(page.getByRole("heading", { name: "What brings you here?" })).toBeFocused();
  await press(page, "2");
  await expect(page.getByRole("heading", { name: "A vault for your data" })).toBeFocused();
  await press(page, "Tab");
  await expect(page.getByRole("radio", { name: /A passphrase/ })).toBeFocused();
  await press(page, "Tab");
  await page.keyboard.type("sommer");
  await expect(page.getByText("Too easy.")).toBeVisible();
  await page.keyboard.type(" lamp candle spoon gravel");
  await expect(page.getByText("Strong.")).toBeVisible();
  await press(page, "Tab");
  await page.keyboard.type("sommer lamp candle spoon gravel");
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "Your recovery words" })).toBeFocused();
  await expect(page.getByText(/If you lose your passphrase and this sheet/)).toBeVisible();
});

test("a locked vault opens by its passphrase", async ({ page }) => {
  await start(page, "vault=locked");
  await expect(page.getByLabel("Passphrase")).toBeFocused();
  await page.keyboard.type("not this one");
  await press(page, "Enter");
  await expect(page.getByText("This passphrase does not open the vault.")).toBeVisible();
  await page.keyboard.type(PASSPHRASE);
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "The vault is locked." })).toBeHidden();
});

test("a vault whose key is gone opens by its words", async ({ page }) => {
  await start(page, "vault=needs_recovery");
  await expect(page.getByLabel(/24 recovery words/)).toBeFocused();
  await page.keyboard.type(RECOVERY_WORDS.join(" "));
  await press(page, "Tab", "Enter");
  await expect(
    page.getByRole("heading", { name: "The key to this vault is missing." }),
  ).toBeHidden();
});

test("after the words a passphrase may keep the key", async ({ page }) => {
  await start(page, "vault=needs_recovery");
  await expect(page.getByLabel(/24 recovery words/)).toBeFocused();
  await page.keyboard.type(RECOVERY_WORDS.join(" "));
  await page.getByRole("radio", { name: "A passphrase" }).focus();
  await press(page, "Space", "Enter");
  await expect(page.getByLabel("Passphrase", { exact: true })).toBeFocused();
  await page.keyboard.type("river lamp candle");
  await page.getByLabel("The same passphrase again").fill("river lamp candle");
  await press(page, "Enter");
  await expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
  await press(page, "ControlOrMeta+Shift+L");
  await page.getByLabel("Passphrase").fill("river lamp candle");
  await press(page, "Enter");
  await expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
});

test("words that were never checked are asked for again, or left for another day", async ({
  page,
}) => {
  await start(page, "vault=words_unconfirmed");
  await expect(page.getByLabel(/24 recovery words/)).toBeFocused();
  await page.keyboard.type("anchor basket");
  await press(page, "Tab", "Enter");
  await expect(page.getByLabel(/24 recovery words/)).toBeFocused();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(RECOVERY_WORDS.join(" "));
  await press(page, "Tab", "Enter");
  await expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
  await start(page, "vault=words_unconfirmed&again");
  await page.getByRole("button", { name: /^Not now/ }).press("Enter");
  await expect(page.getByRole("button", { name: "Lock the vault" })).toBeVisible();
});
