/** The recovery sheet on its way to the printer. */
import { tick } from "svelte";

import { api } from "$lib/api";
import { blocksOf, type SheetBlock } from "$lib/sheet";

import { Saving } from "./saving.svelte";

export class Printing {
  readonly saving = new Saving();
  blocks = $state.raw<readonly SheetBlock[]>([]);

  /** Makes the sheet of these words and hands it to the printer. */
  async print(words: readonly string[]): Promise<void> {
    const made = await this.saving.run(async () => {
      const { html } = await api.recoverySheet({ words: [...words] });
      this.blocks = blocksOf(html);
    });
    if (!made) return;
    await tick();
    window.print();
  }
}
