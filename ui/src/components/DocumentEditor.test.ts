import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";

import DocumentEditor from "./DocumentEditor.svelte";

const calls = { onchange: vi.fn(), onapply: vi.fn(), ondiscard: vi.fn() };
const usual = { label: "Policy", verb: "Apply", busy: false, error: undefined, ...calls };

function show(kept: string, draft: string, valid: boolean | undefined, message = ""): void {
  const problems = message === "" ? [] : [{ line: 2, message }];
  const check = valid === undefined ? undefined : { valid, problems };
  render(DocumentEditor, { props: { ...usual, kept, draft, check } });
}

afterEach(() => {
  cleanup();
  vi.resetAllMocks();
});

test("nothing is offered until something was changed, and a last line break is no change", () => {
  show("{}\n", "{}", true);
  expect(screen.queryByRole("button", { name: "Apply" })).toBeNull();
  expect(screen.queryByText("What changes")).toBeNull();
});

test("a change is shown before it is applied", async () => {
  show("a", "b", true);
  expect(screen.getByText("What changes")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Apply" }));
  expect(calls.onapply).toHaveBeenCalledOnce();
});

test("what is not valid is marked by its line, and not applied", () => {
  show("a", "b\nc", false, "this is wrong");
  expect(screen.getByText("Line 2:")).toBeTruthy();
  expect(screen.getByLabelText("Policy").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByRole("button", { name: "Apply" })).toHaveProperty("disabled", true);
});

test("a remark on what is valid hinders nobody", () => {
  show("a", "b\nc", true, "this is odd");
  expect(screen.getByText("This is odd.")).toBeTruthy();
  expect(screen.getByLabelText("Policy").getAttribute("aria-invalid")).toBeNull();
  expect(screen.getByRole("button", { name: "Apply" })).toHaveProperty("disabled", false);
});

test("the keys of the page send the form", async () => {
  show("a", "b", true);
  const text = screen.getByLabelText("Policy");
  await fireEvent.keyDown(text, { key: "s", ctrlKey: true });
  expect(calls.onapply).toHaveBeenCalledOnce();
});
