/** Keeps the scroll bar and the position in the list in step. The position is the truth. */
import {
  isScaled,
  pageRows,
  rowsAt,
  scrollOfTop,
  spacerHeight,
  topMax,
  topOfScroll,
  topToShow,
  type Extent,
} from "./virtual";

const LINE = 1; // WheelEvent.DOM_DELTA_LINE
const PAGE = 2; // WheelEvent.DOM_DELTA_PAGE

/** Lines that a notch of a wheel which counts in lines passes for each line. */
const LINE_ROWS = 1;

export class Scroller {
  /** The position in the list, in pixels of the full list. */
  top = $state(0);
  #scrollTop = $state(0);
  #element: HTMLElement | undefined;
  /** The scroll position that we set ourselves, whose event must not move the list again. */
  #set = -1;

  constructor(private readonly extent: () => Extent) {}

  get spacer(): number {
    return spacerHeight(this.extent());
  }

  get rows(): { first: number; end: number } {
    return rowsAt(Math.min(this.top, topMax(this.extent())), this.extent());
  }

  get page(): number {
    return pageRows(this.extent());
  }

  /** Where a row lies within the spacer. */
  offset(index: number): number {
    const natural = index * this.extent().rowHeight;
    return isScaled(this.extent()) ? natural - this.top + this.#scrollTop : natural;
  }

  attach(element: HTMLElement): void {
    this.#element = element;
  }

  scrolled(): void {
    if (!this.#element) return;
    const at = this.#element.scrollTop;
    if (Math.abs(at - this.#set) < 1) return;
    this.#set = -1;
    this.#scrollTop = at;
    this.top = topOfScroll(at, this.extent());
  }

  /** In a list that is scaled a notch of the wheel would pass many rows, so we move ourselves. */
  wheel(event: WheelEvent): void {
    const { rowHeight, height } = this.extent();
    if (!isScaled(this.extent()) || event.ctrlKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit = { [LINE]: LINE_ROWS * rowHeight, [PAGE]: height }[event.deltaMode] ?? 1;
    this.moveTo(this.top + event.deltaY * unit);
  }

  moveTo(top: number): void {
    const extent = this.extent();
    this.top = Math.max(0, Math.min(top, topMax(extent)));
    if (!this.#element) return;
    this.#element.scrollTop = scrollOfTop(this.top, extent);
    this.#set = this.#element.scrollTop;
    this.#scrollTop = this.#set;
  }

  show(index: number): void {
    const top = topToShow(Math.max(0, index), this.top, this.extent());
    if (top !== this.top) this.moveTo(top);
  }
}
