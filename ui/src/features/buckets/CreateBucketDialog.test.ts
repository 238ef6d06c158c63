import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { useApi, type Api } from "$lib/api";
import { createFakeApi } from "$lib/api/fake";

import CreateBucketDialog from "./CreateBucketDialog.svelte";

const onclose = vi.fn();
const oncreated = vi.fn();
let api: Api;

beforeEach(() => {
  vi.resetAllMocks();
  api = useApi(createFakeApi(new URLSearchParams("clock=manual")));
  render(CreateBucketDialog, { props: { onclose, oncreated } });
});

afterEach(cleanup);

const type = (value: string) =>
  fireEvent.input(screen.getByLabelText("Name"), { target: { value } });
const submit = () =>
  fireEvent.submit(screen.getByLabelText("Name").closest("form") as HTMLFormElement);

test("a name that is refused says why while it is typed", async () => {
  await type("Bad_name");
  await waitFor(() =>
    expect(screen.getByLabelText("Name").getAttribute("aria-invalid")).toBe("true"),
  );
  expect(screen.getByRole("button", { name: "Create bucket" })).toHaveProperty("disabled", true);
});

test("a bucket keeps versions unless one says no", async () => {
  const create = vi.spyOn(api, "createBucket");
  await type("holiday");
  await submit();
  await waitFor(() => expect(oncreated).toHaveBeenCalledWith("holiday"));
  expect(create).toHaveBeenCalledWith({ name: "holiday", versioned: true });
  expect(onclose).toHaveBeenCalledOnce();
});

test("a name that is taken is not created", async () => {
  const create = vi.spyOn(api, "createBucket");
  await type("photos");
  await submit();
  await waitFor(() =>
    expect(screen.getByLabelText("Name").getAttribute("aria-invalid")).toBe("true"),
  );
  expect(create).not.toHaveBeenCalled();
});
