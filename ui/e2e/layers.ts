/** The scenes of the window, continued: its layers and its pages. */
import { heading, shows, type Scene } from "./scenes";
import { expect, expectHome, fake, gridOf, press } from "./support";

export const LAYERS: Scene[] = [
  {
    name: "new-bucket",
    ready: async (page) => {
      await expectHome(page);
      await press(page, "ControlOrMeta+Shift+B");
      await page.getByLabel("Name").fill("Photos 2");
      await shows("A name has only lower-case letters, digits, dots and hyphens.")(page);
    },
  },
  {
    name: "palette",
    ready: async (page) => {
      await expectHome(page);
      await press(page, "ControlOrMeta+K");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "go-to",
    ready: async (page) => {
      await expectHome(page);
      await press(page, "ControlOrMeta+P");
      await page.keyboard.type("pho");
      await shows("photos")(page);
    },
  },
  {
    name: "keys",
    ready: async (page) => {
      await expectHome(page);
      await press(page, "?");
      await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
    },
  },
  {
    name: "share",
    place: "/b/photos/",
    ready: async (page) => {
      const grid = await gridOf(page);
      await grid.getByRole("row", { name: "cover.png" }).click();
      await press(page, "ControlOrMeta+Shift+S");
      await shows(/^Ends/)(page);
    },
  },
  {
    name: "drop",
    place: "/b/photos/",
    ready: async (page) => {
      await gridOf(page);
      await fake(page, "drop", "over", 500, 400, ["a.jpg", "b.jpg"]);
      await shows(/to upload into/)(page);
    },
  },
  {
    name: "delete-for-good",
    place: "/b/backups/db/",
    ready: async (page) => {
      const grid = await gridOf(page);
      await grid.focus();
      await press(page, "Delete");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "row-menu",
    place: "/b/photos/",
    ready: async (page) => {
      const grid = await gridOf(page);
      await grid.getByRole("row", { name: "cover.png" }).click({ button: "right" });
      await expect(page.getByRole("menu")).toBeVisible();
    },
  },
  {
    name: "undo-toast",
    place: "/b/photos/",
    ready: async (page) => {
      const grid = await gridOf(page);
      await grid.getByRole("row", { name: "cover.png" }).click();
      await press(page, "Delete");
      await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
    },
  },
];

export const PAGES: Scene[] = [
  {
    name: "transfers",
    query: "transfers=some",
    place: "/transfers",
    ready: async (page) => {
      await fake(page, "advance", 6_000);
      await shows("2 of 48 objects were not written.")(page);
    },
  },
  { name: "transfers-none", place: "/transfers", ready: heading("Nothing moving.") },
  {
    name: "transfers-failed",
    query: "fail=list_transfers",
    place: "/transfers",
    ready: shows(/disk did not answer/),
  },
  { name: "developer", place: "/developer", ready: shows("~/.aws/config") },
  {
    name: "developer-busy",
    query: "endpoint=busy",
    place: "/developer",
    ready: shows(/is used by minio/),
  },
  {
    name: "developer-port-taken",
    query: "endpoint=failed",
    place: "/developer",
    ready: shows("Port 9000 is taken."),
  },
  {
    name: "developer-off",
    query: "endpoint=off",
    place: "/developer",
    ready: shows(/Nothing listens/),
  },
  {
    name: "developer-failed",
    query: "fail=list_access_keys,endpoint_status,snippets",
    place: "/developer",
    ready: shows(/disk did not answer/),
  },
  {
    name: "developer-new-key",
    place: "/developer",
    ready: async (page) => {
      await page.getByRole("button", { name: "Add a key" }).click();
      await page.getByRole("button", { name: "Add key" }).click();
      await heading("The new access key")(page);
    },
  },
  {
    name: "developer-delete-key",
    place: "/developer",
    ready: async (page) => {
      await page
        .getByRole("button", { name: /^Delete STAVE/ })
        .first()
        .click();
      await heading("Delete this access key?")(page);
    },
  },
  { name: "settings", place: "/settings", ready: shows("Stave 0.1.0") },
];
