import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { expect, test, vi } from "vitest";

import { commandName, createTauriApi } from "./tauri";

vi.mock("@tauri-apps/api/core", () => ({ invoke: vi.fn() }));
vi.mock("@tauri-apps/api/event", () => ({ listen: vi.fn() }));

test.each([
  ["vaultStatus", "vault_status"],
  ["setAccessKeyActive", "set_access_key_active"],
  ["snippets", "snippets"],
])("%s is the command %s", (method, command) => {
  expect(commandName(method)).toBe(command);
});

test("a call passes its arguments on", async () => {
  vi.mocked(invoke).mockResolvedValue(undefined);
  await createTauriApi().createBucket({ name: "photos", versioned: true });
  expect(invoke).toHaveBeenCalledWith("create_bucket", { name: "photos", versioned: true });
});

test("a refusal becomes an error of three lines", async () => {
  vi.mocked(invoke).mockRejectedValue({ code: "x", message: "m", why: "w", hint: "h" });
  await expect(createTauriApi().listBuckets()).rejects.toMatchObject({ code: "x", hint: "h" });
});

test("the api is no promise", async () => {
  const api = createTauriApi();
  expect(await Promise.resolve(api)).toBe(api);
});

test("a subscription that is ended before it began still ends", async () => {
  const unlisten = vi.fn();
  vi.mocked(listen).mockResolvedValue(unlisten);
  createTauriApi().listen("vault", () => undefined)();
  await vi.waitFor(() => expect(unlisten).toHaveBeenCalledOnce());
});
