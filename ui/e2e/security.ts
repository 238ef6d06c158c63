/** The scenes of the window, continued: keys, the audit, encryption, and the vault's own life. */
import { KEY_IDS } from "../src/lib/api/fake-key-ids";
import { RECOVERY_WORDS } from "../src/lib/api/fake-seed";
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

const click =
  (name: string | RegExp, seen: Scene["ready"]): Scene["ready"] =>
  async (page) => {
    await page.getByRole("button", { name }).first().click();
    await seen(page);
  };

export const KEYS: Scene[] = [
  { name: "kms-list", place: "/keys", ready: shows(/guards 2 object versions/) },
  { name: "kms-none", query: "keys=none", place: "/keys", ready: heading("No keys yet") },
  {
    name: "kms-list-failed",
    query: "fail=list_kms_keys,list_customer_keys",
    place: "/keys",
    ready: shows(/disk did not answer/),
  },
  {
    name: "kms-list-loading",
    query: "hang=list_kms_keys",
    place: "/keys",
    ready: async (page) => {
      await expect(page.getByText("Loading keys")).toBeAttached();
    },
  },
  {
    name: "kms-new",
    place: "/keys",
    ready: async (page) => {
      await shows("alias/photos")(page);
      await press(page, "n");
      await page.getByText("More", { exact: true }).click();
      await page.getByLabel("Key material").selectOption("EXTERNAL");
      await page.getByRole("button", { name: "Create key" }).click();
      await shows("Type a name.")(page);
    },
  },
  { name: "kms-key", place: `/keys/${KEY_IDS.photos}`, ready: shows("Seals now") },
  {
    name: "kms-key-policy",
    place: `/keys/${KEY_IDS.photos}`,
    ready: click("Change the policy", async (page) => {
      await page.getByLabel("Policy of the key, as JSON").fill(
        JSON.stringify(
          {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: "*" },
                Action: ["kms:Decrypt", "s3:GetObject"],
                Resource: "*",
              },
            ],
          },
          null,
          2,
        ),
      );
      await shows(/is no action of a key/)(page);
      await page.getByRole("button", { name: "Save the policy" }).scrollIntoViewIfNeeded();
    }),
  },
  {
    name: "kms-key-lockout",
    place: `/keys/${KEY_IDS.photos}`,
    ready: click("Change the policy", async (page) => {
      await page
        .getByLabel("Policy of the key, as JSON")
        .fill(
          '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]}',
        );
      await shows("This policy locks you out.")(page);
      await page.getByRole("button", { name: "Save the policy" }).scrollIntoViewIfNeeded();
    }),
  },
  {
    name: "kms-key-grants",
    place: `/keys/${KEY_IDS.photos}`,
    ready: async (page) => {
      await shows("thumbnailer")(page);
      await page.getByRole("heading", { name: "Grants" }).scrollIntoViewIfNeeded();
      await page.getByRole("heading", { name: "Delete this key" }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "kms-key-disabled",
    place: `/keys/${KEY_IDS.payroll}`,
    ready: shows("Nothing that it guards can be read."),
  },
  {
    name: "kms-key-pending",
    place: `/keys/${KEY_IDS.archive}`,
    ready: shows(/^It will be deleted on/),
  },
  {
    name: "kms-key-import",
    place: `/keys/${KEY_IDS.partner}`,
    ready: shows("It waits for its material."),
  },
  {
    name: "kms-key-damaged",
    place: `/keys/${KEY_IDS.ledger}`,
    ready: shows("This key was changed outside of Stave."),
  },
  {
    name: "kms-key-managed",
    place: `/keys/${KEY_IDS.managed}`,
    ready: shows("Managed by Stave"),
  },
  {
    name: "kms-key-delete",
    place: `/keys/${KEY_IDS.photos}`,
    ready: click("Schedule deletion…", async (page) => {
      await shows(/can never be read again\.$/)(page);
      await page.getByLabel("Days to wait").fill("40");
      await shows("From 7 to 30 days.")(page);
    }),
  },
  {
    name: "kms-keep-customer-key",
    place: "/keys",
    ready: click("Keep a key", async (page) => {
      await page.getByLabel("Name").fill("archive");
      await page.getByRole("button", { name: "Keep the key" }).click();
      await shows("It is shown this once.")(page);
    }),
  },
  { name: "kms-audit", place: "/audit", ready: shows("thumbnailer") },
  {
    name: "kms-audit-none",
    query: "audit=none",
    place: "/audit",
    ready: heading("No records yet"),
  },
  {
    name: "kms-audit-failed",
    query: "fail=audit_records",
    place: "/audit",
    ready: shows(/disk did not answer/),
  },
  {
    name: "kms-audit-record",
    place: `/audit/${KEY_IDS.payroll}`,
    ready: click(/Denied$/, shows(/"errorCode": "DisabledException"/)),
  },
  {
    name: "kms-audit-verified",
    place: "/audit",
    ready: click(/^Verify/, shows("Verified: 180 records, none changed, none missing")),
  },
  {
    name: "kms-audit-broken",
    query: "audit=broken",
    place: "/audit",
    ready: click(/^Verify/, shows("Records 97 to 99 are missing.")),
  },
  {
    name: "kms-audit-filter",
    place: "/audit",
    ready: async (page) => {
      await page.getByLabel("Time").selectOption("days");
      await page.getByLabel("Event").fill("CreateKey");
      await press(page, "Enter");
      await heading("No record fits")(page);
    },
  },
  {
    name: "kms-audit-export",
    place: "/audit",
    ready: click("Export…", async (page) => {
      await page.getByLabel("Bucket").selectOption("dev");
      await page.getByRole("button", { name: "Export", exact: true }).click();
      await heading("The audit is exported")(page);
    }),
  },
];

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
      await inspect("2026-11-09.sql.gz", "Preview", "Key alias/payroll is disabled.")(page);
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
