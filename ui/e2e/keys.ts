/** The scenes of the window, continued: keys and their audit. */
import { KEY_IDS } from "../src/lib/api/fake-key-ids";
import { heading, shows, type Scene } from "./scenes";
import { expect, press } from "./support";

/** Presses a button, and waits for what it brings. */
export const click =
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
      await page.getByLabel("Bucket", { exact: true }).selectOption("dev");
      await page.getByRole("button", { name: "Export", exact: true }).click();
      await heading("The audit is exported")(page);
    }),
  },
];
