import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

const TAURI = {
  group: ["@tauri-apps/*"],
  message: "Only src/lib/api/tauri.ts talks to the desktop.",
};
const API = {
  group: ["$lib/api", "$lib/api/*", "**/lib/api", "**/lib/api/*"],
  allowTypeImports: true,
  message: "A component takes data and callbacks; a feature calls the api.",
};
const UPWARD = {
  group: ["**/features/**", "**/views/**"],
  message: "Imports point downward: views, features, components, lib.",
};
const FEATURES = ["buckets", "objects", "inspector", "palette"].concat([
  "welcome",
  "transfers",
  "share",
  "developer",
  "settings",
  "shortcuts",
  "keys",
  "audit",
  "accessKeys",
  "identities",
  "links",
  "requests",
]);
const SIBLING = {
  group: [...FEATURES.map((name) => `**/${name}/*`), "**/views/**"],
  message: "A feature does not import another feature; a view composes them.",
};
const restrict = (...patterns) => ({
  "@typescript-eslint/no-restricted-imports": ["error", { patterns }],
});

export default ts.config(
  { ignores: ["dist/", "node_modules/", "test-results/", "src/lib/api/bindings/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      "no-undef": "off",
      eqeqeq: "error",
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 5],
      ...restrict(TAURI),
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
    rules: {
      // A component's script is one function to the linter; "max-lines" bounds it.
      "max-lines-per-function": "off",
      "svelte/no-navigation-without-resolve": "off",
      // A map that no screen shows needs no signals; those that are shown are SvelteMaps.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  { files: ["src/components/**"], rules: restrict(TAURI, API, UPWARD) },
  { files: ["src/lib/**"], rules: restrict(TAURI, UPWARD) },
  { files: ["src/features/**"], rules: restrict(TAURI, SIBLING) },
  { files: ["src/lib/api/tauri.ts", "src/lib/api/tauri.test.ts"], rules: restrict() },
  { files: ["**/*.test.ts", "e2e/**"], rules: { "max-lines-per-function": "off" } },
);
