/** What can be done with the rows of a folder: one list for the toolbar, the menu and the keys. */
import { api, toApiError } from "$lib/api";
import type { RowView, SelectionSummary, Versioning } from "$lib/api/types";
import { copyText } from "$lib/clipboard";
import { formatNumberOf } from "$lib/format/size";
import type { Command } from "$lib/state/commands.svelte";
import { toastFailure, toastSuccess } from "$lib/state/toasts.svelte";

import type { Browser } from "./browser.svelte";
import { deleteAndReport, guardFor, REVIEW_ABOVE, type Guard } from "./deletion";
import { cut, moveAll, rename } from "./moving.svelte";
import { splitRows } from "./selection.svelte";

/** A question that stands between a command and its deed. */
export type Question =
  | { kind: "delete"; guard: Guard; summary: SelectionSummary; samples: string[] }
  | { kind: "newFolder" }
  | { kind: "uploadSealed" }
  | { kind: "move"; rows: RowView[] };

/** What the view does for the list. */
export interface Outside {
  versioning: () => Versioning;
  open: (row: RowView) => void;
  share: (row: RowView) => void;
  showVersions: () => void;
  toggleInspector: () => void;
}

const SAMPLES = 5;
const NOTHING = "Choose something in the list first";
const NO_OBJECT = "Choose one object first";

export class Actions {
  question = $state.raw<Question | null>(null);
  /** What is being done at the moment, in words; empty if nothing is. */
  working = $state("");

  constructor(
    readonly browser: Browser,
    private readonly outside: Outside,
  ) {}

  /** The commands of the list, as they stand with the present selection. */
  get commands(): Command[] {
    return [...this.#ofFolder(), ...this.#ofRows(), ...this.#ofOne(), ...this.#ofFocus()];
  }

  #ofFolder(): Command[] {
    const { bucket, prefix } = this.browser;
    const upload = (folders: boolean) => () =>
      void attempt(() => api.pickAndUpload({ bucket, prefix, folders }));
    const empty = cut.rows.length === 0 ? "Nothing was cut" : undefined;
    return [
      { id: "upload", title: "Upload files…", icon: "upload", run: upload(false) },
      { id: "uploadFolder", title: "Upload a folder…", icon: "folderUp", run: upload(true) },
      {
        id: "uploadSealed",
        title: "Upload with a key of yours…",
        icon: "key",
        run: this.#ask("uploadSealed"),
      },
      { id: "newFolder", title: "New folder…", icon: "folderPlus", run: this.#ask("newFolder") },
      { id: "paste", title: "Move here", icon: "paste", unavailable: empty, run: this.paste },
      { id: "selectAll", title: "Select all", icon: "check", run: this.selectAll },
      { id: "refresh", title: "Read the list again", icon: "refresh", run: this.refresh },
    ];
  }

  #ofRows(): Command[] {
    const live = this.browser.rows.filter((row) => row.kind !== "deleted");
    const none = this.browser.selection.all || live.length > 0 ? undefined : NOTHING;
    const byName = this.browser.selection.all ? "Not for all at once; choose rows" : none;
    return [
      {
        id: "download",
        title: "Download…",
        icon: "download",
        unavailable: none,
        run: this.download,
      },
      { id: "cut", title: "Cut", icon: "cut", unavailable: byName, run: this.cut },
      { id: "moveTo", title: "Move to…", icon: "forward", unavailable: byName, run: this.askMove },
      { id: "copy", title: "Copy S3 URI", icon: "copy", unavailable: byName, run: this.copyUris },
      { id: "delete", title: "Delete", icon: "trash", unavailable: none, run: this.delete },
      ...this.#ofDeleted(),
    ];
  }

  #ofDeleted(): Command[] {
    const deleted = this.browser.rows.filter((row) => row.kind === "deleted");
    if (deleted.length === 0) return [];
    return [
      {
        id: "undelete",
        title: "Undelete",
        icon: "restore",
        run: () => void this.undelete(deleted),
      },
    ];
  }

  #ofOne(): Command[] {
    const row = this.browser.rows.length === 1 ? this.browser.rows[0] : undefined;
    const noRow = row && row.kind !== "deleted" ? undefined : NOTHING;
    const share = () => row && this.outside.share(row);
    const open = () => this.open();
    return [
      {
        id: "open",
        title: "Open",
        icon: "enter",
        unavailable: row ? undefined : NOTHING,
        run: open,
      },
      { id: "rename", title: "Rename", icon: "edit", unavailable: noRow, run: this.startRenaming },
      { id: "share", title: "Share…", icon: "share", unavailable: noRow, run: share },
      {
        id: "versions",
        title: "Versions",
        icon: "history",
        unavailable: row && row.kind !== "folder" ? undefined : NO_OBJECT,
        run: this.outside.showVersions,
      },
    ];
  }

  #ofFocus(): Command[] {
    const step = (by: number) => () => this.browser.moveTo(this.browser.active + by, "only");
    const { toggleInspector } = this.outside;
    return [
      { id: "preview", title: "Show in the inspector", icon: "eye", run: toggleInspector },
      { id: "previous", title: "Previous object", icon: "up", run: step(-1) },
      { id: "next", title: "Next object", icon: "down", run: step(1) },
    ];
  }

  #ask = (kind: "newFolder" | "uploadSealed") => () => (this.question = { kind });

  readonly refresh = (): void => this.browser.refresh();

  readonly selectAll = (): void => this.browser.selection.selectAll();

  readonly startRenaming = (): void => this.browser.startRenaming();

  readonly askMove = (): void => {
    const rows = this.browser.rows.filter((row) => row.kind !== "deleted");
    this.question = { kind: "move", rows };
  };

  open(): void {
    const row = this.browser.activeRow;
    if (row) this.outside.open(row);
  }

  /** Gives the row whose name was typed that name. */
  async rename(row: RowView, name: string): Promise<void> {
    const { bucket, prefix } = this.browser;
    const renamed = await rename({ bucket, prefix }, row, name);
    if (!renamed || row.kind === "folder") return;
    await this.browser.reorder();
    await this.browser.focusKey(prefix + name);
  }

  readonly cut = (): void => {
    const rows = this.browser.rows.filter((row) => row.kind !== "deleted");
    cut.take(this.browser.bucket, rows);
    toastSuccess(`${formatNumberOf(rows.length, "item")} cut. Move them in another folder.`);
  };

  readonly paste = (): void => {
    const { from, rows } = cut;
    if (from === null) return;
    cut.clear();
    const { bucket, prefix } = this.browser;
    void moveAll(from, rows, { bucket, prefix });
  };

  readonly copyUris = (): void => {
    const { bucket, rows } = this.browser;
    const uris = rows.map((row) => `s3://${bucket}/${row.key}`);
    void attempt(async () => {
      await copyText(uris.join("\n"));
      toastSuccess(uris.length === 1 ? "S3 URI copied" : `${uris.length} S3 URIs copied`);
    });
  };

  readonly download = (): void => {
    void attempt(async () => {
      const { keys, prefixes } = await this.#named();
      await api.pickAndDownload({ bucket: this.browser.bucket, keys, prefixes, versionId: null });
    });
  };

  /** Deletes at once where an undo takes it back, and asks where not. */
  readonly delete = (): void => {
    void attempt(async () => {
      const few = !this.browser.selection.all && this.browser.rows.length <= REVIEW_ABOVE;
      const objectsOnly = this.browser.rows.every((row) => row.kind === "object");
      const versioning = this.outside.versioning();
      if (versioning === "enabled" && few && objectsOnly) return this.deleteChosen();
      const summary = await this.#summary();
      const guard = guardFor(versioning, summary.objects);
      if (guard === "none") return this.deleteChosen();
      this.question = { kind: "delete", guard, summary, samples: await this.#samples() };
    });
  };

  readonly deleteChosen = async (): Promise<void> => {
    this.working = "Deleting…";
    try {
      const { keys, prefixes } = await this.#named();
      this.browser.selection.clear();
      await deleteAndReport(this.browser.bucket, keys, prefixes);
    } finally {
      this.working = "";
    }
  };

  async undelete(rows: readonly RowView[]): Promise<void> {
    const { bucket } = this.browser;
    await attempt(async () => {
      for (const row of rows) await api.undeleteObject({ bucket, key: row.key });
      toastSuccess(`${formatNumberOf(rows.length, "object")} brought back`);
    });
  }

  async #summary(): Promise<SelectionSummary> {
    const { listing, selection, rows } = this.browser;
    if (listing.cursor === undefined) return { objects: 0, sizeBytes: 0 };
    const asked = selection.all
      ? selection.asPredicate()
      : { ...splitRows(rows), allSelected: false, exceptKeys: [] };
    return api.selectSummary({ cursor: listing.cursor, ...asked });
  }

  async #samples(): Promise<string[]> {
    const { listing, selection, rows } = this.browser;
    if (!selection.all) return rows.slice(0, SAMPLES).map((row) => row.key);
    const some = await listing.collect(0, SAMPLES + selection.exceptKeys.length);
    return some
      .filter((row) => selection.has(row))
      .slice(0, SAMPLES)
      .map((row) => row.key);
  }

  /** The selection by name. All of a folder is its prefix; only exceptions need every name. */
  async #named(): Promise<{ keys: string[]; prefixes: string[] }> {
    const { listing, selection, rows, prefix, filter } = this.browser;
    if (!selection.all) return splitRows(rows);
    const whole = selection.exceptKeys.length === 0 && filter === "" && prefix !== "";
    if (whole) return { keys: [], prefixes: [prefix] };
    const all = await listing.collect(0, listing.known);
    return splitRows(all.filter((row) => selection.has(row)));
  }
}

async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (thrown) {
    toastFailure(toApiError(thrown));
  }
}
