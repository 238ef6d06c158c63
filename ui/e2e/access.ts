/** The scenes of the window, continued: pages of other origins, policies, and who may do what. */
import type { Page } from "@playwright/test";

import { heading, shows, type Scene } from "./scenes";
import { expect, fake, gridOf } from "./support";

const cors = "/bucket-settings/photos/cors";
const access = "/bucket-settings/photos/access";

const lab = (page: Page) => page.getByRole("region", { name: "CORS lab" });

/** Asks the lab for the page of an origin. */
async function tryOrigin(page: Page, origin: string): Promise<void> {
  await lab(page).getByLabel("Origin of the page").fill(origin);
  await lab(page).getByRole("button", { name: "Test" }).click();
}

/** A policy that lets everyone in, and one that has two problems. */
export const PUBLIC_POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "EveryoneReads",
      "Effect": "Allow",
      "Principal": "*",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::website/*"
    },
    {
      "Sid": "AdaWrites",
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::000000000000:user/ada" },
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::website/*"
    }
  ]
}`;

export const ACCESS: Scene[] = [
  {
    name: "cors-form",
    place: cors,
    ready: async (page) => {
      await shows("Rule 1, vite")(page);
      await tryOrigin(page, "http://localhost:5173");
      await shows("Let in")(page);
    },
  },
  {
    name: "cors-json-problems",
    place: cors,
    ready: async (page) => {
      await page.getByRole("radio", { name: "JSON" }).first().check({ force: true });
      await page
        .getByLabel("CORS rules of photos, as JSON")
        .fill(
          '{\n  "CORSRules": [\n    {\n      "AllowedOrigins": ["*"],\n      "AllowedMethods": ["PATCH"]\n    }\n  ]\n}',
        );
      await shows(/is none of GET/)(page);
    },
  },
  {
    name: "cors-lab-refused",
    place: cors,
    ready: async (page) => {
      await shows("Rule 1, vite")(page);
      await tryOrigin(page, "http://localhost:5174");
      await shows("Kept out")(page);
    },
  },
  {
    name: "cors-draft",
    place: "/bucket-settings/dev/cors",
    ready: async (page) => {
      await shows(/^No rules: pages/)(page);
      await page.getByRole("button", { name: "Add a preset" }).click();
      await page.getByRole("menuitem", { name: /^Vite/ }).click();
      await page.getByRole("region", { name: "What changes" }).scrollIntoViewIfNeeded();
      await expect(page.getByRole("button", { name: "Apply the rules" })).toBeEnabled();
    },
  },
  {
    name: "cors-refused",
    place: cors,
    ready: async (page) => {
      await shows("Rule 1, vite")(page);
      await fake(page, "refuse", "photos", "http://localhost:5174", "PUT", "upload.jpg");
      await shows("Refused a moment ago")(page);
    },
  },
  {
    name: "cors-allow",
    place: cors,
    ready: async (page) => {
      await shows("Rule 1, vite")(page);
      await fake(page, "refuse", "photos", "http://localhost:5174", "PUT", "upload.jpg");
      await page.getByRole("button", { name: "Allow this origin…" }).click();
      await expect(page.getByRole("button", { name: "Apply the rule" })).toBeEnabled();
    },
  },
  { name: "access", place: access, ready: shows("Block all public access") },
  {
    name: "access-policy",
    place: "/bucket-settings/website/access",
    ready: async (page) => {
      await page.getByLabel("Policy of website, as JSON").fill(PUBLIC_POLICY);
      await shows("user ada")(page);
      await page.getByRole("region", { name: "What changes" }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: "access-make-public",
    place: "/bucket-settings/website/access",
    ready: async (page) => {
      await page.getByLabel("Block all public access").check();
      await page.getByRole("button", { name: "Keep the public out" }).click();
      await shows("Its policy lets the public in, but")(page);
      await page.getByLabel("Block all public access").uncheck();
      await page.getByRole("button", { name: "Let more in" }).click();
      await heading("Make website public?")(page);
    },
  },
  {
    name: "access-simulator",
    place: access,
    ready: async (page) => {
      await page.getByLabel("Who", { exact: true }).selectOption("ada");
      await page.getByLabel("May they").selectOption("s3:PutObject");
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await shows("Denied by a statement")(page);
      await page.getByText("Step by step").click();
      await page.getByText("Step by step").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "access-failed",
    query: "fail=bucket_cors,bucket_access",
    place: "/bucket-settings/photos/access",
    ready: shows(/disk did not answer/),
  },
  {
    name: "access-loading",
    query: "hang=bucket_cors,bucket_access",
    place: "/bucket-settings/photos",
    ready: async (page) => {
      await expect(page.getByText("Loading access")).toBeAttached();
      await page.getByText("Loading CORS rules").scrollIntoViewIfNeeded();
    },
  },
];

/** Faces of the inspector: opened by a row, whose place in a narrow window is another one. */
export const ACCESS_OF_OBJECT: Scene[] = [
  {
    name: "inspector-access",
    place: "/b/photos/",
    ready: async (page) => {
      const grid = await gridOf(page);
      await fake(page, "refuse", "photos", "http://localhost:5174", "PUT", "upload.jpg");
      await grid.getByRole("row", { name: "cover.png" }).click();
      await page.keyboard.press("Space");
      await page.getByRole("tab", { name: "Access" }).click();
      await shows("Block Public Access is on.")(page);
      await expect(page.getByRole("button", { name: "Pages of 1 origin refused" })).toBeVisible();
    },
  },
];
