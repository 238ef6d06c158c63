import { defineConfig, mergeConfig } from "vitest/config";

import viteConfig from "./vite.config.ts";

export default mergeConfig(
  viteConfig,
  defineConfig({
    resolve: { conditions: ["browser"] },
    test: {
      environment: "jsdom",
      include: ["src/**/*.test.ts"],
      setupFiles: ["./src/lib/testing/setup.ts"],
      restoreMocks: true,
      // A page is slow to ask by roles on a busy machine; a test that hangs ends all the same.
      testTimeout: 20_000,
    },
  }),
);
