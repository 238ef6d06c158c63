import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";

import type { Simulation } from "$lib/api/types";

import SimulationVerdict from "./SimulationVerdict.svelte";

const NOTHING: Simulation = {
  ...{ allowed: false, decision: "implicitDeny", sentence: "nothing allows it", by: null },
  steps: [{ source: "bucket policy of photos", verdict: "silent", detail: "no statement" }],
};

const show = (part: Partial<Simulation>) =>
  render(SimulationVerdict, { props: { simulation: { ...NOTHING, ...part } } });

afterEach(cleanup);

test("what nothing allows is denied, and each step says what it found", () => {
  show({});
  expect(screen.getByText("Denied, since nothing allows it")).toBeTruthy();
  expect(screen.getByRole("listitem").textContent).toContain("says nothing: No statement.");
});

test("what is kept from counting is named, without a statement to show", () => {
  show({ by: { source: "public access block", sid: null, statement: "" } });
  expect(screen.getByText("Denied by the public access block")).toBeTruthy();
  expect(screen.queryByRole("group", { name: "statement" })).toBeNull();
});

test("a statement that denies is shown with its name", () => {
  const by = { source: "policy a of ada", sid: "Never", statement: '{"Sid": "Never"}' };
  show({ decision: "explicitDeny", by });
  expect(screen.getByText("Denied by a statement")).toBeTruthy();
  expect(screen.getByText("Decided by the policy a of ada, statement Never:")).toBeTruthy();
  expect(screen.getByRole("group", { name: "statement" }).textContent).toBe('{"Sid": "Never"}');
});
