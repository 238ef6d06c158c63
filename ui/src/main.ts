import "./styles/tokens.css";
import "./styles/base.css";

import { mount } from "svelte";

import { getApi } from "$lib/api";
import { router } from "$lib/state/route.svelte";
import { settings } from "$lib/state/settings.svelte";

import App from "./App.svelte";

async function start(): Promise<void> {
  const target = document.getElementById("app");
  if (!target) throw new Error("The page has no place for the app.");
  await getApi();
  await settings.load();
  router.start();
  mount(App, { target });
}

void start();
