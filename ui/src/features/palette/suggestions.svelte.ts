/** The places that a typed path may mean: buckets first, then what lies in the folder it names. */
import type { Choice } from "$components/ChoiceBox.svelte";
import { api } from "$lib/api";
import type { BucketView, RowView } from "$lib/api/types";
import { parsePath } from "$lib/path";
import { formatSize } from "$lib/format/size";

const SETTLE_MS = 60;
const SHOWN_MAX = 20;

export class Suggestions {
  choices = $state.raw<Choice[]>([]);
  /** The text that the choices are for: somebody who types fast is ahead of them. */
  answered = $state.raw("");
  #place: { name: string; cursor: Promise<number> } | null = null;
  #round = 0;

  constructor(private readonly buckets: () => readonly BucketView[]) {}

  /** Looks for what a text may mean; only the answer to the newest text counts. */
  async search(text: string): Promise<void> {
    const round = ++this.#round;
    const path = parsePath(text);
    const known = this.buckets().some((bucket) => bucket.name === path?.bucket);
    if (!path || !known || !text.includes("/", text.indexOf(path.bucket))) {
      this.#answer(text, this.#bucketsLike(path?.bucket ?? ""));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (round !== this.#round) return;
    // A folder that cannot be read has nothing to suggest.
    const rows = await this.#rowsLike(path.bucket, path.rest).catch(() => []);
    if (round !== this.#round) return;
    this.#answer(
      text,
      rows.map((row) => asChoice(path.bucket, row)),
    );
  }

  #answer(text: string, choices: Choice[]): void {
    this.choices = choices;
    this.answered = text;
  }

  close(): void {
    this.#round += 1;
    this.#leave();
  }

  #bucketsLike(text: string): Choice[] {
    const fitting = this.buckets().filter((bucket) => bucket.name.includes(text.toLowerCase()));
    return fitting
      .toSorted((a, b) => Number(b.name.startsWith(text)) - Number(a.name.startsWith(text)))
      .map((it) => ({
        id: `${it.name}/`,
        label: it.name,
        icon: "bucket",
        detail: formatSize(it.sizeBytes),
      }));
  }

  async #rowsLike(bucket: string, rest: string): Promise<RowView[]> {
    const prefix = rest.slice(0, rest.lastIndexOf("/") + 1);
    const begin = rest.slice(prefix.length);
    const cursor = await this.#open(bucket, prefix);
    const start = begin === "" ? 0 : await api.listingFind({ cursor, text: begin });
    if (start === null) return [];
    const { rows } = await api.listingRows({ cursor, start, len: SHOWN_MAX });
    return rows.filter((row) => row.name.toLowerCase().startsWith(begin.toLowerCase()));
  }

  #open(bucket: string, prefix: string): Promise<number> {
    const name = `${bucket}/${prefix}`;
    if (this.#place?.name === name) return this.#place.cursor;
    this.#leave();
    const order = { sort: "name", descending: false, showDeleted: false } as const;
    const opened = api.openListing({ bucket, prefix, filter: "", ...order });
    this.#place = { name, cursor: opened.then(({ cursor }) => cursor) };
    return this.#place.cursor;
  }

  #leave(): void {
    // What never opened needs no closing.
    this.#place?.cursor.then((cursor) => api.closeListing({ cursor })).catch(() => undefined);
    this.#place = null;
  }
}

function asChoice(bucket: string, row: RowView): Choice {
  const folder = row.kind === "folder";
  return {
    id: `${bucket}/${row.key}`,
    label: `${bucket}/${row.key}`,
    icon: folder ? "folder" : "file",
    detail: folder ? undefined : formatSize(row.sizeBytes),
  };
}
