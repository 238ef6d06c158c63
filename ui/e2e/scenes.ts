/** The scenes of the window: each screen in each of its faces. */
import type { Page } from "@playwright/test";

import { expect, expectHome, gridOf, press } from "./support";

export interface Scene {
  name: string;
  query?: string;
  place?: string;
  /** What has to be seen, and done, before the picture is taken. */
  ready: (page: Page) => Promise<void>;
}

export const heading = (name: string | RegExp) => async (page: Page) => {
  await expect(page.getByRole("heading", { name }).first()).toBeVisible();
};

export const shows = (text: string | RegExp) => async (page: Page) => {
  await expect(page.getByText(text).first()).toBeVisible();
};

export const WELCOME: Scene[] = [
  { name: "welcome-1-purpose", query: "vault=absent", ready: heading("What brings you here?") },
  {
    name: "welcome-2-key",
    query: "vault=absent",
    ready: async (page) => {
      await heading("What brings you here?")(page);
      await press(page, "1");
      await heading("A vault for your data")(page);
    },
  },
  {
    name: "welcome-2-passphrase",
    query: "vault=absent&keychain=absent",
    ready: async (page) => {
      await heading("What brings you here?")(page);
      await press(page, "2");
      await page.getByLabel("Passphrase", { exact: true }).fill("river lamp candle");
      await page.getByRole("button", { name: "Make the vault" }).click();
      await shows("Type the passphrase again.")(page);
    },
  },
  {
    name: "welcome-3-words",
    query: "vault=absent",
    ready: async (page) => {
      await heading("What brings you here?")(page);
      await press(page, "1");
      await page.getByRole("button", { name: "Make the vault" }).click();
      await heading("Your recovery words")(page);
    },
  },
  {
    name: "welcome-3-check",
    query: "vault=absent",
    ready: async (page) => {
      await heading("What brings you here?")(page);
      await press(page, "1");
      await page.getByRole("button", { name: "Make the vault" }).click();
      await page.getByRole("button", { name: /Continue/ }).click();
      await page.getByRole("button", { name: "Open the vault" }).click();
      await shows("Type word 5 of your sheet.")(page);
    },
  },
];

export const CLOSED: Scene[] = [
  {
    name: "vault-locked",
    query: "vault=locked",
    ready: async (page) => {
      await page.getByLabel("Passphrase").fill("a wrong one");
      await press(page, "Enter");
      await shows("This passphrase does not open the vault.")(page);
    },
  },
  {
    name: "vault-needs-recovery",
    query: "vault=needs_recovery",
    ready: heading("The key to this vault is missing."),
  },
  {
    name: "vault-keychain-absent",
    query: "vault=keychain_absent",
    ready: heading("No keychain answers on this computer."),
  },
  {
    name: "vault-keychain-locked",
    query: "vault=keychain_locked",
    ready: heading("This computer's keychain is locked."),
  },
  { name: "vault-in-use", query: "vault=in_use", ready: heading(/has this vault open/) },
  { name: "vault-newer", query: "vault=newer_format", ready: heading(/made by a newer Stave/) },
  { name: "vault-damaged", query: "vault=damaged", ready: heading(/description is damaged/) },
  {
    name: "vault-words-unconfirmed",
    query: "vault=words_unconfirmed",
    ready: heading("Are your recovery words safe?"),
  },
  { name: "vault-disk-full", query: "vault=disk_full", ready: heading("The disk is full.") },
  { name: "vault-unreadable", query: "vault=unreadable", ready: heading(/cannot be read/) },
  { name: "vault-unknown", query: "fail=vault_status", ready: shows(/disk did not answer/) },
];

export const BROWSER: Scene[] = [
  { name: "buckets", ready: expectHome },
  { name: "buckets-none", query: "buckets=none", ready: heading("A vault for your objects") },
  { name: "buckets-failed", query: "fail=list_buckets", ready: shows(/disk did not answer/) },
  {
    name: "buckets-loading",
    query: "hang=list_buckets",
    ready: async (page) => {
      await expect(page.getByText("Loading buckets").first()).toBeAttached();
    },
  },
  { name: "objects", place: "/b/photos/", ready: async (page) => void (await gridOf(page)) },
  {
    name: "objects-odd-names",
    place: "/b/odd-names/",
    ready: async (page) => void (await gridOf(page)),
  },
  {
    name: "objects-chosen",
    place: "/b/photos/2026/june/",
    ready: async (page) => {
      const grid = await gridOf(page);
      await grid.focus();
      await press(page, "ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown");
      await shows(/selected/)(page);
    },
  },
  { name: "objects-empty", place: "/b/dev/", ready: heading("This bucket is empty") },
  {
    name: "objects-failed",
    query: "fail=open_listing",
    place: "/b/photos/",
    ready: shows(/disk did not answer/),
  },
  {
    name: "objects-loading",
    query: "hang=open_listing",
    place: "/b/photos/",
    ready: async (page) => {
      await expect(page.getByRole("grid")).toHaveAttribute("aria-busy", "true");
    },
  },
  {
    name: "million",
    place: "/b/telemetry/",
    ready: async (page) => void (await gridOf(page)),
  },
  {
    name: "bucket-settings",
    place: "/bucket-settings/photos",
    ready: heading("Object ownership"),
  },
  {
    name: "bucket-settings-website",
    place: "/bucket-settings/website/website",
    ready: shows("http://website.s3-website.localhost:9000/"),
  },
  {
    name: "bucket-settings-logging",
    place: "/bucket-settings/photos/logging",
    ready: async (page) => {
      await page.getByLabel("Log requests").check();
      await page.getByLabel("Bucket for the logs").selectOption("photos");
      await shows(/never comes to rest/)(page);
    },
  },
  {
    name: "bucket-settings-uploads",
    place: "/bucket-settings/backups/uploads",
    ready: shows("exports/all-years.tar"),
  },
  {
    name: "bucket-settings-abort",
    place: "/bucket-settings/backups/uploads",
    ready: async (page) => {
      await page.getByRole("button", { name: /^Abort all older/ }).click();
      await heading("Abort 2 uploads?")(page);
    },
  },
  {
    name: "bucket-settings-failed",
    query: "fail=bucket_settings,list_uploads",
    place: "/bucket-settings/photos",
    ready: shows(/disk did not answer/),
  },
  {
    name: "bucket-settings-loading",
    query: "hang=bucket_settings,list_uploads",
    place: "/bucket-settings/photos",
    ready: async (page) => {
      await expect(page.getByText("Loading settings")).toBeAttached();
    },
  },
];

/** Opens the inspector on an object of the bucket photos, with one of its tabs. */
const inspect = (name: string, tab: string, seen: string | RegExp) => async (page: Page) => {
  const grid = await gridOf(page);
  await grid.getByRole("row", { name }).click();
  await page.keyboard.press("Space");
  await page.getByRole("tab", { name: tab }).click();
  await shows(seen)(page);
};

export const INSPECTOR: Scene[] = [
  {
    name: "inspector-details",
    place: "/b/photos/",
    ready: inspect("cover.png", "Details", "X100V"),
  },
  {
    name: "inspector-tags",
    place: "/b/photos/",
    ready: async (page) => {
      await inspect("cover.png", "Details", "X100V")(page);
      await page.getByRole("button", { name: "Change tags" }).click();
      await page.getByLabel("Key of tag 1").fill("a&b");
      await shows(/is not allowed here/)(page);
    },
  },
  {
    name: "inspector-versions",
    place: "/b/photos/",
    ready: inspect("cover.png", "Versions", "3 versions, newest first"),
  },
  {
    name: "inspector-text",
    place: "/b/photos/",
    ready: inspect("notes.txt", "Preview", /Shots to retouch/),
  },
  {
    name: "inspector-image",
    place: "/b/photos/",
    ready: async (page) => {
      await inspect("cover.png", "Preview", "cover.png")(page);
      await expect(page.getByRole("img", { name: "cover.png" })).toBeVisible();
    },
  },
  {
    name: "inspector-hex",
    place: "/b/backups/db/",
    ready: inspect("2026-11-21.sql.gz", "Preview", /^00000000/),
  },
];
