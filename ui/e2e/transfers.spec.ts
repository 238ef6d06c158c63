/** Long work that can be trusted: what moves, what failed and why, and the keys that act on it. */
import { SEED_NOW } from "../src/lib/api/fake-seed";
import { expect, fake, press, start, test } from "./support";

test("transfers move, tell how long they take, and are cancelled and retried by key", async ({
  page,
}) => {
  await start(page, "transfers=some", "/transfers");
  const active = page.getByRole("region", { name: /^Active/ });
  await expect(active.getByRole("group")).toHaveCount(2);
  await expect(page.getByText(/^about|less than a minute/)).toHaveCount(0);
  await page.clock.setFixedTime(SEED_NOW + 6_000);
  await fake(page, "advance", 6_000);
  await expect(active.getByText(/^about|less than a minute/).first()).toBeVisible();
  await page.getByRole("group", { name: "Upload 2 files: active" }).focus();
  await press(page, "x");
  const cancelled = page.getByRole("group", { name: "Upload 2 files: cancelled" });
  await expect(cancelled).toBeVisible();
  await cancelled.focus();
  await press(page, "r");
  await expect(page.getByRole("group", { name: /Upload 2 files: (waiting|active)/ })).toBeVisible();
});

test("a failure stays, with its cause and its cure, until it is retried or cleared", async ({
  page,
}) => {
  await start(page, "transfers=some", "/transfers");
  const failed = page.getByRole("region", { name: /^Failed/ });
  await expect(failed.getByText("2 of 48 objects were not written.")).toBeVisible();
  await expect(failed.getByText("Free some space on the disk, then retry.")).toBeVisible();
  await failed.getByText("2 items: No space left on the disk.").click();
  await expect(failed.getByText("2026/june/IMG_4147.jpg")).toBeVisible();
  await press(page, "c");
  await expect(failed).toBeHidden();
});

test("with nothing to do it says so", async ({ page }) => {
  await start(page, "", "/transfers");
  await expect(page.getByRole("heading", { name: "Nothing moving." })).toBeVisible();
});
