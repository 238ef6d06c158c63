import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The port that `tauri dev` expects; tests ask for another one. */
const DEV_PORT = 5173;

export default defineConfig({
  plugins: [svelte()],
  // The window loads from the app itself; relative addresses also serve a plain file server.
  base: "./",
  clearScreen: false,
  resolve: { alias: { $lib: at("./src/lib"), $components: at("./src/components") } },
  server: { host: "127.0.0.1", port: DEV_PORT, strictPort: true },
  preview: { host: "127.0.0.1" },
  build: {
    // The oldest engines the desktop app meets; keeps light-dark() as written.
    target: ["safari17.5", "chrome123"],
    // The content security policy forbids inline scripts, so no polyfill is injected.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
