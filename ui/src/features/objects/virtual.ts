/**
 * Which rows of a long list are in the page, and where. The list has one height per row. Engines
 * cap the height of an element, so beyond `SPACER_MAX` the scroll bar stands for the rows
 * proportionally, and the position in the list ("top", in pixels of the full list) is the truth.
 */

/** The tallest spacer in pixels; every engine that the app meets takes twice as much. */
export const SPACER_MAX = 8_000_000;

/** No more rows than these are in the page, unless more of them are in sight. */
export const ROWS_MAX = 60;

/** Rows kept ready on each side of what is in sight. */
const MARGIN_ROWS = 12;

export interface Extent {
  rows: number;
  rowHeight: number;
  /** Pixels in which rows are in sight. */
  height: number;
}

/** The height of the element that makes the scroll bar. */
export function spacerHeight(extent: Extent): number {
  return Math.min(extent.rows * extent.rowHeight, SPACER_MAX);
}

/** The position at which the last row touches the lower edge. */
export function topMax(extent: Extent): number {
  return Math.max(0, extent.rows * extent.rowHeight - extent.height);
}

function scrollMax(extent: Extent): number {
  return Math.max(0, spacerHeight(extent) - extent.height);
}

/** Whether the scroll bar stands for more pixels than it has. */
export function isScaled(extent: Extent): boolean {
  return extent.rows * extent.rowHeight > SPACER_MAX;
}

/** The position in the list that a scroll position means. */
export function topOfScroll(scrollTop: number, extent: Extent): number {
  if (!isScaled(extent)) return clamp(scrollTop, topMax(extent));
  return clamp((scrollTop / scrollMax(extent)) * topMax(extent), topMax(extent));
}

/** The scroll position that shows a position in the list. */
export function scrollOfTop(top: number, extent: Extent): number {
  if (!isScaled(extent)) return clamp(top, topMax(extent));
  return (clamp(top, topMax(extent)) / topMax(extent)) * scrollMax(extent);
}

/** The rows to keep in the page, from `first` up to but not including `end`. */
export function rowsAt(top: number, extent: Extent): { first: number; end: number } {
  const seenFirst = Math.floor(top / extent.rowHeight);
  const seenEnd = Math.ceil((top + extent.height) / extent.rowHeight);
  const spare = Math.floor((ROWS_MAX - (seenEnd - seenFirst)) / 2);
  const margin = Math.max(0, Math.min(MARGIN_ROWS, spare));
  const first = Math.max(0, Math.min(seenFirst - margin, extent.rows));
  return { first, end: Math.max(first, Math.min(extent.rows, seenEnd + margin)) };
}

/** The nearest position at which a row is wholly in sight. */
export function topToShow(index: number, top: number, extent: Extent): number {
  const above = index * extent.rowHeight;
  const below = above + extent.rowHeight - extent.height;
  return clamp(Math.min(above, Math.max(top, below)), topMax(extent));
}

/** How many rows a press of Page Down passes. */
export function pageRows(extent: Extent): number {
  return Math.max(1, Math.floor(extent.height / extent.rowHeight) - 1);
}

const clamp = (value: number, max: number): number => Math.max(0, Math.min(value, max));
