/**
 * Every screen, light and large, then dark and small: nothing that hinders people, nothing that sticks
 * out, and a picture kept for eyes to look at.
 */
import { ACCESS, ACCESS_OF_OBJECT } from "./access";
import { KEYS } from "./keys";
import { LAYERS, PAGES } from "./layers";
import { LINKS, PEOPLE, PORT } from "./people";
import { BROWSER, CLOSED, INSPECTOR, WELCOME } from "./scenes";
import { SEALED, VAULT_LIFE } from "./sealed";
import { expectAccessible, expectNoSidewaysScroll, keepPicture, start, test } from "./support";

const SCENES = [...WELCOME, ...CLOSED, ...BROWSER, ...INSPECTOR, ...LAYERS, ...PAGES].concat(
  KEYS,
  SEALED,
  VAULT_LIFE,
  ACCESS,
  ACCESS_OF_OBJECT,
  PEOPLE,
  LINKS,
  PORT,
);

/** Each colour and each size is looked at once: what differs in one does so whatever the other is. */
const FACES = [
  { colorScheme: "light", width: 1280, height: 800 },
  { colorScheme: "dark", width: 800, height: 600 },
] as const;

for (const scene of SCENES) {
  test(scene.name, async ({ page }) => {
    const [first] = FACES;
    await page.emulateMedia({ colorScheme: first.colorScheme, reducedMotion: "reduce" });
    await start(page, scene.query, scene.place);
    await scene.ready(page);
    for (const { colorScheme, width, height } of FACES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height });
      await keepPicture(page, `${scene.name}-${colorScheme}-${String(width)}`);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }
  });
}
