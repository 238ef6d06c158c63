import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

import { defineConfig, devices } from "@playwright/test";

/** A browser that the system brings is used where there is one; otherwise Playwright's own. */
const SYSTEM_CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) =>
  existsSync(path),
);

/** A port that the system chose; the workers read this file too and must find the same one. */
const FREE_PORT =
  "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })";
process.env["STAVE_UI_PORT"] ??= execFileSync(process.execPath, ["-e", FREE_PORT], {
  encoding: "utf8",
}).trim();
const port = Number(process.env["STAVE_UI_PORT"]);

export default defineConfig({
  testDir: "./e2e",
  fullyParallel: true,
  forbidOnly: Boolean(process.env["CI"]),
  workers: 2,
  // A busy machine is slow, not wrong.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  outputDir: "./test-results",
  use: {
    ...devices["Desktop Chrome"],
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1280, height: 800 },
    // A trace of every test takes as long as the test; a failure tells its page without one.
    trace: process.env["STAVE_TRACE"] ? "retain-on-failure" : "off",
    launchOptions: {
      ...(SYSTEM_CHROMIUM ? { executablePath: SYSTEM_CHROMIUM } : {}),
      args: ["--no-sandbox", "--disable-gpu"],
    },
  },
  webServer: {
    command: `npm run preview -- --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}`,
    reuseExistingServer: false,
    timeout: 120_000,
  },
});
