/** Who may come in, by keyboard alone: a page of another origin, the public, and anybody else. */
import type { Locator, Page } from "@playwright/test";

import { PUBLIC_POLICY } from "./access";
import { expect, expectAccessible, fake, gridOf, press, start, test } from "./support";

/** Puts the focus on a control and presses it. */
async function use(page: Page, control: Locator, key = "Enter"): Promise<void> {
  await control.focus();
  await press(page, key);
}

test("a refused page is seen from the objects, and let in by one rule", async ({ page }) => {
  await start(page, "", "/b/photos/");
  await gridOf(page);
  await fake(page, "refuse", "photos", "http://localhost:5174", "PUT", "upload.jpg");
  await use(page, page.getByRole("button", { name: "Pages of 1 origin refused" }));
  await expect(page).toHaveURL(/#\/bucket-settings\/photos\/cors$/);
  await expect(page.getByText("the origin's port is 5174, rule 1 says 5173")).toBeVisible();
  const allow = page.getByRole("button", { name: "Allow this origin…" });
  await use(page, allow);
  const dialog = page.getByRole("dialog", { name: "Allow http://localhost:5174?" });
  await expect(dialog.getByText('"http://localhost:5174"')).toBeVisible();
  await press(page, "Escape");
  await expect(allow).toBeFocused();
  await press(page, "Enter");
  await use(page, dialog.getByRole("button", { name: "Apply the rule" }));
  await expect(page.getByText("http://localhost:5174 may now PUT in photos")).toBeVisible();
  await expect(page.getByText("Allowed now")).toBeFocused();
  await expect(page.getByRole("group", { name: "Rule 3" })).toBeVisible();
});

test("the lab answers for a draft, and points at the rule that matches", async ({ page }) => {
  await start(page, "", "/bucket-settings/photos/cors");
  const lab = page.getByRole("region", { name: "CORS lab" });
  await lab.getByLabel("Origin of the page").fill("http://localhost:3000");
  await use(page, page.getByLabel("Name of the rule").first(), "ControlOrMeta+Enter");
  await expect(lab.getByText("Kept out", { exact: true })).toBeVisible();
  await expect(lab.getByText(/has been blocked by CORS policy/)).toBeVisible();
  await use(page, page.getByRole("button", { name: "Add a preset" }));
  await press(page, "N", "Enter");
  await expect(page.getByRole("button", { name: "Add a preset" })).toBeFocused();
  const rule = page.getByRole("group", { name: "Rule 3, next" });
  await expect(rule.getByText("Matches")).toBeVisible();
  await expect(lab.getByText("Asks your draft. Nothing is applied.")).toBeVisible();
  await use(page, rule.getByRole("button", { name: "Move rule 3 up" }));
  await expect(page.getByRole("group", { name: "Rule 2, next" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Move rule 2 up" })).toBeFocused();
  await expectAccessible(page);
  await press(page, "ControlOrMeta+S");
  await expect(page.getByText("CORS rules of photos set")).toBeVisible();
  await expect(page.getByRole("button", { name: "Apply the rules" })).toBeHidden();
});

test("rules are mended on the line that is wrong, in either face", async ({ page }) => {
  await start(page, "", "/bucket-settings/photos/cors");
  const origins = page.getByLabel("Origins", { exact: true }).first();
  await origins.fill("https://*.a.*");
  await expect(page.getByText("Rule 1:")).toBeVisible();
  await press(page, "ControlOrMeta+Shift+M");
  await expect(page.getByText("Line 6:")).toBeVisible();
  const json = page.getByLabel("CORS rules of photos, as JSON");
  await expect(json).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("button", { name: "Apply the rules" })).toBeDisabled();
  await json.fill("{");
  await use(page, json, "ControlOrMeta+Shift+M");
  await expect(page.getByText("The JSON cannot be read as rules.")).toBeVisible();
  await use(page, page.getByRole("button", { name: "Discard changes" }));
  await expect(page.getByRole("group", { name: "Rule 1, vite" })).toBeVisible();
  await use(page, page.getByRole("button", { name: "Delete all" }).first());
  await use(page, page.getByRole("button", { name: "Delete all rules" }));
  await expect(page.getByText("photos has no CORS rules any more")).toBeVisible();
});

test("a policy that makes a bucket public asks for the bucket's name", async ({ page }) => {
  await start(page, "", "/bucket-settings/website/access");
  await expect(page.getByLabel("Block all public access")).toBeFocused();
  await press(page, "Space");
  await use(page, page.getByRole("button", { name: "Keep the public out" }));
  await expect(page.getByText("but Block Public Access keeps the public out")).toBeVisible();
  const policy = page.getByLabel("Policy of website, as JSON");
  await policy.fill(PUBLIC_POLICY);
  await expect(page.getByText("This policy is public, and will be refused.")).toBeVisible();
  await use(page, page.getByRole("button", { name: "Discard changes" }));
  await use(page, page.getByLabel("Block all public access"), "Space");
  await press(page, "ControlOrMeta+S");
  const dialog = page.getByRole("dialog", { name: "Make website public?" });
  await expect(dialog.getByLabel("Type the bucket's name, website")).toBeFocused();
  await press(page, "Enter");
  await expect(dialog).toBeVisible();
  await page.keyboard.type("website");
  await press(page, "Enter");
  await expect(page.getByText("The bucket's policy lets everyone in.")).toBeVisible();
});

test("a draft that lets everyone in is warned of, and applied by its name", async ({ page }) => {
  await start(page, "", "/bucket-settings/website/access");
  const policy = page.getByRole("group", { name: "Bucket policy" });
  await use(page, policy.getByRole("button", { name: "Delete all" }));
  await expect(page.getByText(/^No policy:/)).toBeVisible();
  await use(page, page.getByRole("button", { name: "Delete the policy" }));
  await expect(page.getByText("website has no policy any more")).toBeVisible();
  await use(page, page.getByRole("button", { name: "Begin with" }));
  await press(page, "ArrowDown", "ArrowDown", "Enter");
  await expect(page.getByText("This policy makes the bucket public.")).toBeVisible();
  await expectAccessible(page);
  await use(page, page.getByRole("button", { name: "Apply the policy" }));
  await page.keyboard.type("website");
  await press(page, "Enter");
  await expect(page.getByText("Policy of website set")).toBeVisible();
  await expect(page.getByText("Public", { exact: true })).toBeVisible();
});

test("who may is answered with the statement that decides", async ({ page }) => {
  await start(page, "", "/bucket-settings/photos/access");
  const who = page.getByLabel("Who", { exact: true });
  await who.focus();
  await who.selectOption("ci");
  await press(page, "ControlOrMeta+Enter");
  await expect(page.getByText("Allowed", { exact: true })).toBeVisible();
  await use(page, page.getByRole("button", { name: "Show it in the policy" }));
  await expect(page.getByLabel("Policy of photos, as JSON")).toBeFocused();
  await expect(page.locator("[data-lit]").first()).toBeInViewport();
  await page.getByLabel("May they").selectOption("s3:PutObject");
  await expect(page.getByText("Allowed", { exact: true })).toBeHidden();
  await page.getByLabel("Circumstances").fill("nonsense");
  await expect(page.getByText(/has no name and value/)).toBeVisible();
  await page.getByLabel("Circumstances").fill("s3:x-amz-server-side-encryption=AES256");
  await press(page, "ControlOrMeta+Enter");
  await expect(page.getByText("Denied, since nothing allows it")).toBeVisible();
});
