// Opens pages in a real Chromium and tells what they saw. What to do comes as JSON on standard input; what happened
// goes as JSON to standard output. The pages themselves are served by the test.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const task = JSON.parse(await text(process.stdin));
const { chromium } = createRequire(task.modules)("playwright-core");

const browser = await chromium.launch({
  executablePath: task.chromium,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    `--host-resolver-rules=${task.resolver}`,
    // What newer browsers do by themselves for local ports is not what is tested here.
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
  ],
});

/** Opens a page of `url`, runs its function `run`, and returns its answer and what the console said. */
async function visit({ url, parameters, html }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const console = [];
  page.on("console", (message) => console.push(message.text()));
  if (html !== undefined) {
    // A name that led to the attacker when the page was loaded, and leads to this machine from then on.
    await page.route(url, (route) => route.fulfill({ contentType: "text/html", body: html }));
  }
  await page.goto(url);
  const answer = await page.evaluate((given) => globalThis.run(given), parameters);
  await context.close();
  return { answer, console };
}

const seen = {};
try {
  for (const [name, page] of Object.entries(task.pages)) {
    seen[name] = await visit(page);
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(seen));
