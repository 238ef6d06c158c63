import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";

import CorsSection from "./CorsSection.svelte";

let api: Api;

async function show(name: string): Promise<void> {
  render(CorsSection, { props: { name } });
  await screen.findByText("CORS lab");
}

const type = (label: string, value: string) =>
  fireEvent.input(screen.getAllByLabelText(label)[0] as HTMLElement, { target: { value } });
const click = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

beforeEach(() => {
  api = useApi(createFakeApi(new URLSearchParams("clock=manual")));
});

afterEach(cleanup);

test("a rule that is filled in as a form is set as JSON, and its difference shown before", async () => {
  await show("dev");
  await screen.findByText(/^No rules: pages of other origins are kept out/);
  await click("Add a rule");
  await type("Origins", "https://a.example\nhttps://b.example");
  await screen.findByText('"https://b.example"');
  await click("Apply the rules");
  await waitFor(async () => {
    const { rules } = await api.bucketCors({ bucket: "dev" });
    expect(rules).toEqual([
      {
        id: "",
        origins: ["https://a.example", "https://b.example"],
        methods: ["GET"],
        headers: [],
        exposed: [],
        maxAge: null,
      },
    ]);
  });
});

test("a rule without an origin cannot be applied, and the problem names the rule", async () => {
  await show("photos");
  await type("Origins", "");
  await screen.findByText("Rule 1:");
  await screen.findByText("A rule names an origin.");
  expect(screen.getByRole("button", { name: "Apply the rules" })).toHaveProperty("disabled", true);
  await click("Discard changes");
  expect(screen.queryByText("Rule 1:")).toBeNull();
});

test("the lab asks the draft, and says so", async () => {
  await show("photos");
  await type("Origin of the page", "http://localhost:5174");
  await click("Test");
  await screen.findByText("Kept out");
  await type("Origins", "http://localhost:5174");
  await screen.findByText("Let in");
  expect(screen.getByText("Asks your draft. Nothing is applied.")).toBeTruthy();
  expect(screen.getByText("Matches")).toBeTruthy();
});

test("a refusal of another bucket is not told here, and one of this bucket is", async () => {
  await api.listBuckets();
  window.__fake?.refuse("website", "http://localhost:8000", "GET", "a");
  window.__fake?.refuse("photos", "http://localhost:5174", "PUT", "b");
  window.__fake?.refuse("photos", "http://localhost:5174", "PUT", "c");
  await show("photos");
  await screen.findByText("Refused a moment ago");
  expect(screen.getAllByRole("button", { name: "Allow this origin…" })).toHaveLength(1);
  expect(screen.getByText(/2 times\./)).toBeTruthy();
});

test("rules that cannot be read are asked for again", async () => {
  window.__fake?.fail("bucket_cors");
  render(CorsSection, { props: { name: "photos" } });
  await screen.findByText("The vault's disk did not answer.");
  window.__fake?.heal();
  await click("Try again");
  await screen.findByText("CORS lab");
});
