/** A million keys: the first rows at once, any place in reach, few rows in the page. */
import type { Page } from "@playwright/test";

import { expect, gridOf, press, start, test } from "./support";

/** Rows of the page, with the row of headings. */
const ROWS_MAX = 61;

async function expectFewRows(page: Page): Promise<void> {
  expect(await page.getByRole("grid").getByRole("row").count()).toBeLessThanOrEqual(ROWS_MAX);
}

test("the first rows are there at once", async ({ page }) => {
  await start(page, "", "/b/telemetry/");
  const grid = await gridOf(page);
  await expect(grid.getByRole("row", { name: "event-0000000.json" })).toBeVisible();
  await expect(grid).toHaveAttribute("aria-rowcount", "1000001");
  await expectFewRows(page);
});

test("the end and the middle are a key and a jump away", async ({ page }) => {
  await start(page, "", "/b/telemetry/");
  const grid = await gridOf(page);
  await grid.focus();
  await press(page, "End");
  await expect(grid.getByRole("row", { name: "event-0999999.json" })).toBeVisible();
  await expectFewRows(page);
  await page.keyboard.type("event-05");
  const middle = grid.getByRole("row", { name: "event-0500000.json" });
  await expect(middle).toBeVisible();
  await expect(middle).toHaveAttribute("aria-rowindex", "500002");
  await expectFewRows(page);
  await press(page, "Home");
  await expect(grid.getByRole("row", { name: "event-0000000.json" })).toBeVisible();
});

test("the scroll bar reaches every part, and rows follow each other without a gap", async ({
  page,
}) => {
  await start(page, "", "/b/telemetry/");
  const grid = await gridOf(page);
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await grid.evaluate((element, at) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) * at;
    }, part);
    const wanted = Math.round(part * 999_999);
    await expect(async () => {
      const seen = await visibleIndexes(page);
      const first = seen[0] ?? Number.NaN;
      expect(seen).toEqual(seen.map((_, i) => first + i));
      expect(seen.length).toBeGreaterThan(10);
      expect(Math.min(...seen.map((index) => Math.abs(index - wanted)))).toBeLessThan(40);
    }).toPass();
    await expectFewRows(page);
  }
});

test("the wheel moves by rows, also deep in the list", async ({ page }) => {
  await start(page, "", "/b/telemetry/");
  const grid = await gridOf(page);
  await grid.focus();
  await page.keyboard.type("event-05");
  await expect(grid.getByRole("row", { name: "event-0500000.json" })).toBeVisible();
  const before = await visibleIndexes(page);
  await grid.hover();
  await page.mouse.wheel(0, 340);
  await expect(async () => {
    const after = await visibleIndexes(page);
    const moved = (after[0] ?? 0) - (before[0] ?? 0);
    expect(moved).toBeGreaterThan(5);
    expect(moved).toBeLessThan(20);
  }).toPass();
});

test("all of them are chosen without being listed", async ({ page }) => {
  await start(page, "", "/b/telemetry/");
  const grid = await gridOf(page);
  await grid.focus();
  await press(page, "ControlOrMeta+A");
  await expect(page.getByText(/1\D?000\D?000/).first()).toBeVisible();
  await expectFewRows(page);
});

/** The numbers of the keys that are in sight, from top to bottom. */
async function visibleIndexes(page: Page): Promise<number[]> {
  return page.getByRole("grid").evaluate((grid) => {
    const box = grid.getBoundingClientRect();
    const rows = [...grid.querySelectorAll<HTMLElement>("[role=row][data-index]")].filter((row) => {
      const at = row.getBoundingClientRect();
      return at.bottom > box.top + 30 && at.top < box.bottom;
    });
    rows.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    return rows.map((row) => Number(/event-(\d{7})/.exec(row.textContent)?.[1] ?? Number.NaN));
  });
}
