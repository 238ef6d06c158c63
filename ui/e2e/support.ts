/** What every screen test needs: a window in a known scene, its errors, its accessibility. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Locator, type Page } from "@playwright/test";

import type { FakeControls } from "../src/lib/api/fake";
import { SEED_NOW } from "../src/lib/api/fake-seed";

/** Messages of the browser itself that say nothing of the page. */
const HARMLESS = [/favicon/];

/** A test whose page must not report an error of its own. */
export const test = base.extend<{ quiet: string[] }>({
  quiet: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on("pageerror", (error) => said.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") {
          said.push(`${message.text()} (${message.location().url})`);
        }
      });
      await use(said);
      expect(said.filter((text) => !HARMLESS.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens the window in a scene of the fake (see src/lib/api/fake.ts), at a place. */
export async function start(page: Page, query = "", place = "/"): Promise<void> {
  await page.clock.setFixedTime(SEED_NOW);
  await page.goto(`?clock=manual&${query}#${place}`);
}

/** Asks the fake for something that only a test does. */
export async function fake<K extends keyof Omit<FakeControls, "calls">>(
  page: Page,
  control: K,
  ...args: Parameters<FakeControls[K]>
): Promise<void> {
  await page.evaluate(
    ([name, values]) => {
      const act = window.__fake?.[name as "advance"] as ((...v: unknown[]) => void) | undefined;
      act?.(...(values as unknown[]));
    },
    [control, args] as const,
  );
}

/** Finds what hinders people, by every rule of WCAG 2.2 A and AA and the best practices of axe. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    nodes: nodes.map(({ html }) => html.slice(0, 160)),
  }));
  expect(found).toEqual([]);
}

/** Nothing may stick out of the window sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(width).toBeLessThanOrEqual(0);
}

/** Keeps a picture of the window for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/pictures/${name}.png` });
}

/** The grid of objects, once it has rows. */
export async function gridOf(page: Page): Promise<Locator> {
  const grid = page.getByRole("grid");
  await expect(grid.getByRole("row").nth(1)).toBeVisible();
  await expect(grid).toHaveAttribute("aria-busy", "false");
  return grid;
}

/** The page of all buckets, once it is there. */
export async function expectHome(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "Buckets", level: 1 })).toBeVisible();
}

/** Presses keys one after another. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}
