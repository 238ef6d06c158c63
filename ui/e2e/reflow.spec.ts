/** At four times the size (WCAG 1.4.10) nothing is cut off and nothing scrolls in two directions. */
import type { Page } from "@playwright/test";

import { ACCESS } from "./access";
import { KEYS } from "./keys";
import { LAYERS, PAGES } from "./layers";
import { LINKS, PEOPLE, PORT } from "./people";
import { BROWSER, CLOSED, WELCOME } from "./scenes";
import { SEALED, VAULT_LIFE } from "./sealed";
import { expect, start, test } from "./support";

test.use({ viewport: { width: 320, height: 560 } });

/** Made with rows or tabs whose place in a narrow window is another one. */
const POINTED = new Set(["row-menu", "undo-toast"]);

const ALL = [...WELCOME, ...CLOSED, ...BROWSER, ...LAYERS, ...PAGES].concat(
  KEYS,
  SEALED,
  VAULT_LIFE,
  ACCESS,
  PEOPLE,
  LINKS,
  PORT,
);

for (const scene of ALL) {
  if (POINTED.has(scene.name) || scene.name.startsWith("sealed-inspector")) continue;
  test(scene.name, async ({ page }) => {
    await start(page, scene.query, scene.place);
    await scene.ready(page);
    expect(await stickingOut(page)).toEqual([]);
  });
}

/** Lists what reaches beyond the window's edge, but for what scrolls by itself: code, tabs, lists. */
async function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const own = "[role=grid], [role=tablist], pre, .sr-only, .sheet";
    return [...document.querySelectorAll("#app *")]
      .filter((element) => {
        const { width, right } = element.getBoundingClientRect();
        return width > 0 && right > innerWidth + 1 && element.closest(own) === null;
      })
      .map((element) => element.outerHTML.slice(0, 120));
  });
}
