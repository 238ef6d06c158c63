import { describe, expect, test } from "vitest";

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

const FEW: Extent = { rows: 100, rowHeight: 28, height: 560 };
const MILLION: Extent = { rows: 1_000_000, rowHeight: 28, height: 560 };

describe("a list that fits the scroll bar", () => {
  test("scrolls pixel by pixel", () => {
    expect(isScaled(FEW)).toBe(false);
    expect(spacerHeight(FEW)).toBe(2800);
    expect(topOfScroll(300, FEW)).toBe(300);
    expect(scrollOfTop(300, FEW)).toBe(300);
  });

  test("does not scroll past its end", () => {
    expect(topOfScroll(99_999, FEW)).toBe(2240);
    expect(topOfScroll(-20, FEW)).toBe(0);
  });

  test("has no position but the first when it is shorter than the window", () => {
    const short: Extent = { rows: 3, rowHeight: 28, height: 560 };
    expect(topMax(short)).toBe(0);
    expect(rowsAt(0, short)).toEqual({ first: 0, end: 3 });
  });

  test("that is empty has no rows", () => {
    expect(rowsAt(0, { rows: 0, rowHeight: 28, height: 560 })).toEqual({ first: 0, end: 0 });
  });
});

describe("a list of a million", () => {
  test("is scaled onto a spacer that every engine takes", () => {
    expect(isScaled(MILLION)).toBe(true);
    expect(spacerHeight(MILLION)).toBe(8_000_000);
  });

  test("begins at the upper end of the scroll bar and ends at the lower", () => {
    expect(topOfScroll(0, MILLION)).toBe(0);
    expect(topOfScroll(8_000_000 - 560, MILLION)).toBe(27_999_440);
    expect(rowsAt(27_999_440, MILLION).end).toBe(1_000_000);
  });

  test("finds every position back", () => {
    for (const top of [0, 1, 12_345, 14_000_000, 27_999_440]) {
      expect(topOfScroll(scrollOfTop(top, MILLION), MILLION)).toBeCloseTo(top, 3);
    }
  });
});

describe("the rows in the page", () => {
  test("are those in sight and some on both sides", () => {
    expect(rowsAt(28 * 50, FEW)).toEqual({ first: 38, end: 82 });
  });

  test("are never more than sixty in a window of common height", () => {
    for (const height of [200, 600, 1000, 1600]) {
      for (const top of [0, 13, 14_000_001, 27_000_000]) {
        const { first, end } = rowsAt(top, { ...MILLION, height });
        expect(end - first).toBeLessThanOrEqual(60);
      }
    }
  });

  test("cover a very tall window all the same", () => {
    expect(rowsAt(0, { ...MILLION, height: 2800 })).toEqual({ first: 0, end: 100 });
  });
});

describe("showing a row", () => {
  test("moves nothing when it is in sight", () => {
    expect(topToShow(15, 280, FEW)).toBe(280);
  });

  test("moves as little as needed", () => {
    expect(topToShow(5, 280, FEW)).toBe(140);
    expect(topToShow(40, 280, FEW)).toBe(588);
  });

  test("stops at the end of the list", () => {
    expect(topToShow(99, 0, FEW)).toBe(2240);
  });
});

test("a page keeps one row of the page before", () => {
  expect(pageRows(FEW)).toBe(19);
  expect(pageRows({ rows: 5, rowHeight: 34, height: 20 })).toBe(1);
});
