/**
 * Every screen in every face, light and dark, large and small: nothing that hinders people, nothing
 * that sticks out, and a picture kept for eyes to look at.
 */
import { KEYS } from "./keys";
import { LAYERS, PAGES } from "./layers";
import { BROWSER, CLOSED, INSPECTOR, WELCOME } from "./scenes";
import { SEALED, VAULT_LIFE } from "./sealed";
import { expectAccessible, expectNoSidewaysScroll, keepPicture, start, test } from "./support";

const SCENES = [...WELCOME, ...CLOSED, ...BROWSER, ...INSPECTOR, ...LAYERS, ...PAGES].concat(
  KEYS,
  SEALED,
  VAULT_LIFE,
);

const SIZES = [
  { width: 1280, height: 800 },
  { width: 800, height: 600 },
];

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of SIZES) {
    test.describe(`${colorScheme}, ${String(viewport.width)} wide`, () => {
      test.use({ colorScheme, viewport });
      for (const scene of SCENES) {
        test(scene.name, async ({ page }) => {
          await start(page, scene.query, scene.place);
          await scene.ready(page);
          await keepPicture(page, `${scene.name}-${colorScheme}-${String(viewport.width)}`);
          await expectNoSidewaysScroll(page);
          await expectAccessible(page);
        });
      }
    });
  }
}
