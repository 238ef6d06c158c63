/** What a person has set for this window, remembered by the app. */
import { SvelteMap } from "svelte/reactivity";

import { api } from "$lib/api";
import type { Density, SettingsMap, Theme } from "$lib/api/types";

/** Writes are gathered, since a pane that is dragged changes many times a second. */
const SAVE_AFTER_MS = 300;

class Settings {
  #values = new SvelteMap<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Reads what was remembered; a window that cannot read it starts with what is usual. */
  async load(): Promise<void> {
    const stored = await api.settingsGet().catch((): SettingsMap => ({}));
    for (const [name, value] of Object.entries(stored)) this.#values.set(name, value);
  }

  get(name: string, usual: string): string {
    return this.#values.get(name) ?? usual;
  }

  set(name: string, value: string): void {
    if (this.#values.get(name) === value) return;
    this.#values.set(name, value);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), SAVE_AFTER_MS);
  }

  getNumber(name: string, usual: number): number {
    const value = Number(this.#values.get(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : usual;
  }

  getFlag(name: string, usual: boolean): boolean {
    return this.get(name, String(usual)) === "true";
  }

  get theme(): Theme {
    const value = this.get("theme", "system");
    return value === "light" || value === "dark" ? value : "system";
  }

  get density(): Density {
    return this.get("density", "comfortable") === "compact" ? "compact" : "comfortable";
  }

  async #save(): Promise<void> {
    // A lost setting is no reason to interrupt; the next change writes all of them again.
    await api.settingsPut({ settings: Object.fromEntries(this.#values) }).catch(() => undefined);
  }
}

export const settings = new Settings();

/** Keeps the root element's theme and density in step with the settings. */
export function applyAppearance(): void {
  const root = document.documentElement;
  $effect(() => {
    if (settings.theme === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = settings.theme;
  });
  $effect(() => {
    root.dataset["density"] = settings.density;
  });
}
