/** The scenes of the window, continued: how things are sealed, and the vault's own life. */
import { KEY_IDS } from "../src/lib/api/fake-key-ids";
import { RECOVERY_WORDS } from "../src/lib/api/fake-seed";
import { click } from "./keys";
import { heading, shows, type Scene } from "./scenes";
import { expect, gridOf, press } from "./support";

/** Opens the inspector on an object, with one of its tabs. */
const inspect =
  (name: string, tab: string, seen: string | RegExp): Scene["ready"] =>
  async (page) => {
    const grid = await gridOf(page);
    await grid.getByRole("row", { name }).click();
    await page.keyboard.press("Space");
    await page.getByRole("tab", { name: tab }).click();
    await shows(seen)(page);
  };

export const SEALED: Scene[] = [
  {
    name: "sealed-bucket",
    place: "/bucket-settings/photos/encryption",
    ready: shows("Re-encrypt what is here…"),
  },
  {
    name: "sealed-bucket-trouble",
    place: "/bucket-settings/photos/encryption",
    ready: async (page) => {
      await shows("Re-encrypt what is here…")(page);
      await page.evaluate((key) => window.__fake?.disableKey(key), KEY_IDS.photos);
      await shows("This key is disabled.")(page);
    },
  },
  {
    name: "sealed-reencrypt",
    place: "/bucket-settings/photos/encryption",
    ready: click("Re-encrypt what is here…", heading("Re-encrypt what is in photos")),
  },
  {
    name: "sealed-inspector",
    place: "/b/photos/",
    ready: async (page) => {
      await inspect("cover.png", "Details", "X100V")(page);
      await page.getByRole("button", { name: "alias/photos" }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "sealed-inspector-disabled",
    place: "/b/backups/db/",
    ready: async (page) => {
      await inspect("2026-11-09.sql.gz", "Preview", "The key alias/payroll is disabled.")(page);
      await expect(page.getByRole("button", { name: "Open the key" })).toBeVisible();
    },
  },
  {
    name: "sealed-inspector-customer",
    place: "/b/backups/db/",
    ready: inspect("2026-11-11.sql.gz", "Details", "SSE-C, under a key that you bring"),
  },
  {
    name: "sealed-download",
    place: "/b/backups/db/",
    ready: async (page) => {
      await inspect("2026-11-11.sql.gz", "Preview", /sealed under a key that you keep/)(page);
      await page.getByRole("button", { name: "Download with its key…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Key", { exact: true }).selectOption("");
      await dialog.getByLabel("The key").fill("secret");
      await dialog.getByRole("button", { name: "Download…" }).click();
      await expect(dialog.getByLabel("The key")).toHaveAttribute("aria-invalid", "true");
    },
  },
  {
    name: "sealed-upload",
    place: "/b/dev/",
    ready: async (page) => {
      await heading("This bucket is empty")(page);
      await page.getByRole("button", { name: "Upload", exact: true }).first().click();
      await page.getByRole("menuitem", { name: /key of yours/ }).click();
      await heading("Upload with a key of yours")(page);
    },
  },
];

const settle = "/settings";

export const VAULT_LIFE: Scene[] = [
  {
    name: "life-settings",
    query: "holder=passphrase",
    place: settle,
    ready: shows("Lock when nobody uses it"),
  },
  {
    name: "life-settings-failed",
    query: "fail=set_idle_lock",
    place: settle,
    ready: async (page) => {
      await page.getByLabel("Lock when nobody uses it").selectOption("5");
      await shows(/disk did not answer/)(page);
    },
  },
  {
    name: "life-passphrase",
    query: "holder=passphrase",
    place: settle,
    ready: click("Change the passphrase…", async (page) => {
      await page.getByLabel("New passphrase").fill("river lamp candle");
      await press(page, "Enter");
      await shows("Type the present passphrase.")(page);
    }),
  },
  {
    name: "life-rotate",
    place: settle,
    ready: click("Rotate the root key…", heading("Rotate the root key?")),
  },
  {
    name: "life-new-words",
    place: settle,
    ready: click("Rotate the root key…", async (page) => {
      await page.getByRole("button", { name: "Rotate the root key", exact: true }).click();
      await heading("Your new recovery words")(page);
    }),
  },
  {
    name: "life-new-words-check",
    place: settle,
    ready: click("Renew the words…", async (page) => {
      await page.getByRole("button", { name: "Renew the words", exact: true }).click();
      await page.getByRole("button", { name: /Continue$/ }).click();
      await page.getByRole("button", { name: "Done" }).click();
      await shows("Type word 5 of your sheet.")(page);
    }),
  },
  {
    name: "life-drill",
    place: settle,
    ready: click("Recovery drill…", async (page) => {
      await page.getByLabel(/24 recovery words/).fill(RECOVERY_WORDS.join(" "));
      await page.getByRole("button", { name: "Try the words" }).click();
      await shows("These words open the vault.")(page);
    }),
  },
  {
    name: "life-drill-wrong",
    place: settle,
    ready: click("Recovery drill…", async (page) => {
      await page.getByLabel(/24 recovery words/).fill(RECOVERY_WORDS.toReversed().join(" "));
      await page.getByRole("button", { name: "Try the words" }).click();
      await shows("These words do not open the vault.")(page);
    }),
  },
  {
    name: "life-locked",
    query: "vault=locked",
    ready: shows(/answers “503 Service Unavailable/),
  },
  {
    name: "life-entry-missing",
    query: "vault=needs_recovery&keychain=missing_entry",
    ready: heading("The keychain has no entry for this vault."),
  },
  {
    name: "life-entry-wrong",
    query: "vault=needs_recovery&keychain=wrong_value",
    ready: heading("The keychain's entry does not open this vault."),
  },
];
