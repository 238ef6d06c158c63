import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { dropAfter } from "./moments";

const drop = vi.hoisted(() => vi.fn());
vi.mock("./query.svelte", () => ({ drop }));

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  drop.mockClear();
});
afterEach(() => void vi.useRealTimers());

test("an answer is dropped when the first moment to come has passed", () => {
  dropAfter([990_000, 1_060_000, 1_030_000], "links");
  vi.advanceTimersByTime(30_000);
  expect(drop).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(drop).toHaveBeenCalledExactlyOnceWith("links");
});

test("what has passed already, or is taken back, drops nothing", () => {
  dropAfter([990_000], "links");
  dropAfter([1_030_000], "links")();
  vi.advanceTimersByTime(100_000);
  expect(drop).not.toHaveBeenCalled();
});
