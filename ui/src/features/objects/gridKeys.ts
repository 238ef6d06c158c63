/** What the keys of the grid do to the focus. */

interface Grid {
  active: number;
  known: number;
  /** Rows that Page Down passes. */
  page: number;
}

/** The row that a key moves to; undefined if the key does not move. The heading is -1. */
export function targetOf(key: string, grid: Grid): number | undefined {
  const last = grid.known - 1;
  switch (key) {
    case "ArrowDown":
      return Math.min(grid.active + 1, last);
    case "ArrowUp":
      return grid.active - 1;
    case "PageDown":
      return Math.min(Math.max(grid.active, 0) + grid.page, last);
    case "PageUp":
      return Math.max(grid.active - grid.page, 0);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

/** Whether a press is a letter of a name, and no command. */
export function isLetter(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">) {
  return event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
}
