import { beforeEach, describe, expect, test } from "vitest";

import { Scroller } from "./scroller.svelte";
import type { Extent } from "./virtual";

let extent: Extent;
let element: HTMLElement;
let scroller: Scroller;

beforeEach(() => {
  extent = { rows: 1_000_000, rowHeight: 28, height: 560 };
  element = document.createElement("div");
  scroller = new Scroller(() => extent);
  scroller.attach(element);
});

const wheel = (deltaY: number, deltaMode = 0) =>
  new WheelEvent("wheel", { deltaY, deltaMode, cancelable: true });

describe("in a list of a million", () => {
  test("the scroll bar stands for all rows", () => {
    element.scrollTop = 4_000_000 - 280;
    scroller.scrolled();
    expect(scroller.rows.first).toBeGreaterThan(499_900);
    expect(scroller.rows.end).toBeLessThan(500_100);
  });

  test("a notch of the wheel passes as many rows as in a short list", () => {
    const event = wheel(56);
    scroller.wheel(event);
    expect(event.defaultPrevented).toBe(true);
    expect(scroller.top).toBe(56);
  });

  test("our own scrolling does not move the list again", () => {
    scroller.moveTo(12_345);
    scroller.scrolled();
    expect(scroller.top).toBe(12_345);
  });

  test("the rows in sight lie where the eye is", () => {
    scroller.moveTo(14_000_000);
    expect(scroller.offset(500_000)).toBeCloseTo(element.scrollTop, 6);
    expect(scroller.offset(500_001) - scroller.offset(500_000)).toBe(28);
  });

  test("every row can be brought into sight", () => {
    for (const index of [0, 1, 499_999, 999_999]) {
      scroller.show(index);
      const { first, end } = scroller.rows;
      expect(first).toBeLessThanOrEqual(index);
      expect(end).toBeGreaterThan(index);
    }
  });
});

test("in a short list the wheel is left to the engine", () => {
  extent = { rows: 100, rowHeight: 28, height: 560 };
  const event = wheel(56);
  scroller.wheel(event);
  expect(event.defaultPrevented).toBe(false);
});

test("a list that became shorter ends where its rows end", () => {
  scroller.moveTo(20_000_000);
  extent = { rows: 10, rowHeight: 28, height: 560 };
  expect(scroller.rows).toEqual({ first: 0, end: 10 });
});
