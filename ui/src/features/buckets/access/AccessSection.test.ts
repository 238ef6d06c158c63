import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";

import AccessSection from "./AccessSection.svelte";

let api: Api;

async function show(name: string): Promise<void> {
  render(AccessSection, { props: { name, onownership: vi.fn() } });
  await screen.findByText("Bucket policy");
}

const policyOf = (name: string) => screen.getByLabelText(`Policy of ${name}, as JSON`);
const click = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

beforeEach(() => {
  api = useApi(createFakeApi(new URLSearchParams("clock=manual")));
});

afterEach(cleanup);

test("all four switches go together, or one by one", async () => {
  await show("dev");
  const all = screen.getByLabelText("Block all public access");
  expect(all).toHaveProperty("checked", true);
  await fireEvent.click(screen.getByLabelText("Ignore public access control lists"));
  expect(all).toHaveProperty("checked", false);
  await click("Let more in");
  await waitFor(async () => {
    const { publicAccess } = await api.bucketAccess({ bucket: "dev" });
    expect(publicAccess).toEqual({
      ...{ blockAcls: true, ignoreAcls: false, blockPolicy: true, restrictBuckets: true },
      set: true,
    });
  });
});

test("what keeps a public policy's public out is not turned off without the bucket's name", async () => {
  const all = { blockAcls: true, ignoreAcls: true, blockPolicy: true, restrictBuckets: true };
  await api.putPublicAccess({ bucket: "website", block: all });
  const put = vi.spyOn(api, "putPublicAccess");
  await show("website");
  await fireEvent.click(screen.getByLabelText("Block all public access"));
  await click("Let more in");
  await screen.findByText("Make website public?");
  expect(put).not.toHaveBeenCalled();
});

test("problems of a policy are told by line, and it is not applied", async () => {
  await show("photos");
  await fireEvent.input(policyOf("photos"), {
    target: {
      value:
        '{\n  "Statement": [{ "Effect": "Allow", "Principal": "*",\n    "Action": "s4:Get", "Resource": "arn:aws:s3:::photos/*" }]\n}',
    },
  });
  await screen.findByText("Line 3:");
  expect(screen.getByText("“s4:Get” is no action of S3.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Apply the policy" })).toHaveProperty("disabled", true);
});

test("a public policy says that it will be refused while public policies are", async () => {
  await show("dev");
  await click("Begin with");
  await fireEvent.click(screen.getByRole("menuitem", { name: /Everyone may read/ }));
  await screen.findByText("This policy is public, and will be refused.");
});

test("the simulator asks for everyone or for one, and its answer is of that question alone", async () => {
  await show("photos");
  await screen.findByRole("option", { name: "role night-backup" });
  await click("Ask");
  await screen.findByText("Denied, since nothing allows it");
  await fireEvent.change(screen.getByLabelText("Who"), { target: { value: "ci" } });
  expect(screen.queryByText("Denied, since nothing allows it")).toBeNull();
  await click("Ask");
  await screen.findByText("Allowed");
  expect(screen.getByText(/statement CiReads:$/)).toBeTruthy();
});
