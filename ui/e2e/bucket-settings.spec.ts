/** The settings of a bucket and the tags of an object, by keyboard alone. */
import { expect, expectAccessible, expectHome, fake, gridOf, press, start, test } from "./support";

test("tags of an object are judged while typed, saved, and taken back", async ({ page }) => {
  await start(page, "", "/b/photos/");
  const grid = await gridOf(page);
  await grid.getByRole("row", { name: "cover.png" }).click();
  await press(page, "Space");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByRole("button", { name: "Change tags" }).focus();
  await press(page, "Enter");
  await expect(inspector.getByLabel("Value of tag 2")).toBeFocused();
  await inspector.getByRole("button", { name: "Add a tag" }).focus();
  await press(page, "Enter");
  await expect(inspector.getByLabel("Key of tag 3")).toBeFocused();
  await page.keyboard.type("aws:x");
  await expect(inspector.getByText("Keys that begin with aws: are reserved.")).toBeVisible();
  await expectAccessible(page);
  await press(page, "ControlOrMeta+A");
  await page.keyboard.type("year");
  await press(page, "Tab");
  await page.keyboard.type("2026");
  await press(page, "Enter");
  await expect(page.getByText("Tags of cover.png saved")).toBeVisible();
  await expect(inspector.getByRole("definition").filter({ hasText: /^2026$/ })).toBeVisible();
  await expect(inspector.getByRole("button", { name: "Change tags" })).toBeFocused();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Tags of cover.png are as they were")).toBeVisible();
  await expect(inspector.getByRole("definition").filter({ hasText: /^2026$/ })).toBeHidden();
});

test("tags that are being typed stay while another client writes beside them", async ({ page }) => {
  await start(page, "", "/b/photos/");
  const grid = await gridOf(page);
  await grid.getByRole("row", { name: "cover.png" }).click();
  await press(page, "Space");
  await page.getByRole("button", { name: "Change tags" }).click();
  await page.getByLabel("Value of tag 1").fill("half a w");
  await fake(page, "put", "photos", "another.txt", 12);
  await expect(grid.getByRole("row", { name: "another.txt" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "cover.png" })).toBeVisible();
  await expect(page.getByLabel("Value of tag 1")).toHaveValue("half a w");
  await expect(page.getByLabel("Value of tag 1")).toBeFocused();
});

test("an object that is overwritten is counted with its new size", async ({ page }) => {
  await start(page, "", "/b/photos/");
  const grid = await gridOf(page);
  await grid.getByRole("row", { name: "notes.txt" }).click();
  await expect(page.getByText("1 selected · 182 B")).toBeVisible();
  await fake(page, "put", "photos", "notes.txt", 2_000);
  await expect(page.getByText("1 selected · 2 kB")).toBeVisible();
});

test("the parts of a large object are shown when asked for", async ({ page }) => {
  await start(page, "", "/b/backups/db/");
  const grid = await gridOf(page);
  await grid.getByRole("row", { name: "2026-11-21.sql.gz" }).click();
  await press(page, "Space");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByRole("button", { name: "Show parts" }).focus();
  await press(page, "Enter");
  await expect(inspector.getByText("Part 50", { exact: true })).toBeVisible();
  await inspector.getByRole("button", { name: "Show more parts" }).click();
  await expect(inspector.getByText("Part 72", { exact: true })).toBeVisible();
});

test("the settings of a bucket are reached from the palette and from its menu", async ({
  page,
}) => {
  await start(page);
  await expectHome(page);
  await press(page, "ControlOrMeta+K");
  await page.keyboard.type("settings of website");
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "website", level: 1 })).toBeVisible();
  const places = page.getByRole("navigation", { name: "Places" });
  await places.getByRole("button", { name: /^backups/ }).click({ button: "right" });
  await expect(page.getByRole("menu", { name: "Actions for backups" })).toBeVisible();
  await press(page, "U", "Enter");
  await expect(page).toHaveURL(/#\/bucket-settings\/backups\/uploads$/);
  await expect(page.getByRole("heading", { name: "Unfinished uploads" })).toBeInViewport();
  await expect(page.getByRole("button", { name: "Lock the vault" })).toBeInViewport();
});

test("access logs need a bucket, and the section says so beside the field", async ({ page }) => {
  await start(page, "", "/bucket-settings/photos/logging");
  const on = page.getByLabel("Log requests");
  await expect(on).toBeFocused();
  await press(page, "Space");
  await page.getByRole("button", { name: "Save access logging" }).focus();
  await press(page, "Enter");
  const target = page.getByLabel("Bucket for the logs");
  await expect(target).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  await target.selectOption("backups");
  await page.getByLabel("Prefix").fill("logs/photos/");
  await press(page, "Enter");
  await expect(page.getByText("Requests to photos are logged")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save access logging" })).toBeHidden();
});

test("a bucket becomes a web site with an address to copy", async ({ page }) => {
  await start(page, "", "/bucket-settings/photos/website");
  const kind = page.getByRole("combobox", { name: "Web site" });
  await expect(kind).toBeFocused();
  await kind.selectOption("pages");
  await page.getByLabel("Index page").fill("a/index.html");
  await press(page, "Enter");
  await expect(page.getByLabel("Index page")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Index page").fill("index.html");
  await press(page, "Enter");
  await expect(page.getByText("http://photos.s3-website.localhost:9000/")).toBeVisible();
});

test("unfinished uploads are seen from the list and aborted by age", async ({ page }) => {
  await start(page, "", "/b/backups/");
  await gridOf(page);
  await page.getByRole("button", { name: "3 unfinished uploads · 638 MB" }).focus();
  await press(page, "Enter");
  await page.getByRole("button", { name: "Abort the upload of exports/all-years.tar" }).focus();
  await press(page, "Enter");
  await expect(page.getByRole("dialog", { name: "Abort the upload?" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
  await press(page, "Tab", "Enter");
  await expect(page.getByText("Upload aborted, 101 MB freed")).toBeVisible();
  await page.getByRole("button", { name: "Abort all older than 7 days…" }).click();
  await page.getByRole("button", { name: "Abort 2 uploads" }).click();
  await expect(page.getByText("2 uploads aborted, 537 MB freed")).toBeVisible();
  await expect(page.getByText("There are none.")).toBeVisible();
});

test("a section that cannot be saved keeps what was typed and says why", async ({ page }) => {
  await start(page, "", "/bucket-settings/photos");
  await page.getByLabel("Owner of new objects").selectOption("object_writer");
  await fake(page, "fail", "put_bucket_ownership");
  await page.getByRole("button", { name: "Save object ownership" }).click();
  await expect(page.getByText("The vault's disk did not answer.")).toBeVisible();
  await expect(page.getByLabel("Owner of new objects")).toHaveValue("object_writer");
  await page.getByRole("button", { name: "Discard changes" }).click();
  await expect(page.getByLabel("Owner of new objects")).toHaveValue("bucket_owner_enforced");
  await expect(page.getByText("The vault's disk did not answer.")).toBeHidden();
});
