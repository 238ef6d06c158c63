import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Toast } from "$lib/state/toasts.svelte";

import Toasts from "./Toasts.svelte";

const ondismiss = vi.fn();
const undo = vi.fn();

function show(toast: Partial<Toast>): void {
  const whole: Toast = {
    id: 1,
    kind: "success",
    text: "Done",
    detail: "",
    action: undefined,
    ...toast,
  };
  render(Toasts, { props: { toasts: [whole], ondismiss } });
}

beforeEach(() => {
  vi.resetAllMocks();
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("a message goes by itself", () => {
  show({});
  vi.advanceTimersByTime(5_900);
  expect(ondismiss).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(ondismiss).toHaveBeenCalledWith(1);
});

test("an undo is offered for ten seconds", async () => {
  show({ action: { label: "Undo", run: undo } });
  vi.advanceTimersByTime(9_900);
  expect(ondismiss).not.toHaveBeenCalled();
  await fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(undo).toHaveBeenCalledOnce();
});

test("a message stays while it has the focus", async () => {
  show({ action: { label: "Undo", run: undo } });
  screen.getByRole("button", { name: "Undo" }).focus();
  vi.advanceTimersByTime(60_000);
  expect(ondismiss).not.toHaveBeenCalled();
});

test("a failure waits until somebody has read it, and is said at once", () => {
  show({ kind: "danger", text: "It failed" });
  vi.advanceTimersByTime(600_000);
  expect(ondismiss).not.toHaveBeenCalled();
  expect(screen.getByRole("alert").textContent).toContain("It failed");
});
