import { describe, expect, test } from "vitest";

import { createFakeApi, type FakeControls } from "./fake";
import { MILLION, PASSPHRASE, RECOVERY_CHECK, RECOVERY_WORDS } from "./fake-seed";
import type { Api } from "./index";

function fake(query = ""): { api: Api; controls: FakeControls } {
  const api = createFakeApi(new URLSearchParams(`clock=manual&${query}`));
  const controls = window.__fake;
  if (controls === undefined) throw new Error("the fake did not put its controls on the window");
  return { api, controls };
}

const LISTING = {
  prefix: "",
  filter: "",
  sort: "name",
  descending: false,
  showDeleted: false,
} as const;

async function names(api: Api, bucket: string, prefix = "", showDeleted = false) {
  const { cursor } = await api.openListing({ ...LISTING, bucket, prefix, showDeleted });
  const { rows } = await api.listingRows({ cursor, start: 0, len: 200 });
  return rows.map((row) => row.name);
}

describe("a million keys", () => {
  test("are served from any place without being kept", async () => {
    const { api } = fake();
    const { cursor, known } = await api.openListing({ ...LISTING, bucket: "telemetry" });
    expect(known).toBe(MILLION);
    const middle = await api.listingRows({ cursor, start: 500_000, len: 1 });
    expect(middle.rows[0]?.name).toBe("event-0500000.json");
    const end = await api.listingRows({ cursor, start: 999_999, len: 200 });
    expect(end.rows.map((row) => row.name)).toEqual(["event-0999999.json"]);
  });

  test("close up over a key that was deleted", async () => {
    const { api } = fake();
    await api.deleteObjects({ bucket: "telemetry", keys: ["event-0000001.json"], prefixes: [] });
    expect((await names(api, "telemetry")).slice(0, 2)).toEqual([
      "event-0000000.json",
      "event-0000002.json",
    ]);
  });

  test("are found by the beginning of a name", async () => {
    const { api } = fake();
    const { cursor } = await api.openListing({ ...LISTING, bucket: "telemetry" });
    expect(await api.listingFind({ cursor, text: "event-07" })).toBe(700_000);
    expect(await api.listingFind({ cursor, text: "nothing" })).toBeNull();
  });
});

describe("objects", () => {
  test("lie in folders, folders first", async () => {
    const { api } = fake();
    expect(await names(api, "photos")).toEqual([
      "2025/",
      "2026/",
      "cover.png",
      "notes.txt",
      "palette.json",
    ]);
    expect(await names(api, "photos", "2026/")).toEqual(["july/", "june/"]);
  });

  test("show deleted ones only when asked", async () => {
    const { api } = fake();
    expect(await names(api, "photos", "", true)).toContain("old-cover.png");
  });

  test("come back when a deletion in a versioned bucket is undone", async () => {
    const { api } = fake();
    const { undo, deleted } = await api.deleteObjects({
      bucket: "photos",
      keys: ["cover.png"],
      prefixes: ["2026/"],
    });
    expect(deleted).toBe(51);
    expect(await names(api, "photos")).toEqual(["2025/", "notes.txt", "palette.json"]);
    expect(await api.undoDelete({ undo: undo ?? -1 })).toEqual({ restored: 51 });
    expect(await names(api, "photos", "2026/june/")).toHaveLength(48);
  });

  test("are gone for good in a bucket without versions", async () => {
    const { api } = fake();
    const key = "db/2026-11-21.sql.gz";
    const { undo } = await api.deleteObjects({ bucket: "backups", keys: [key], prefixes: [] });
    expect(undo).toBeNull();
    await expect(api.objectVersions({ bucket: "backups", key })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("get an old version back as a new one", async () => {
    const { api } = fake();
    const ref = { bucket: "photos", key: "cover.png" };
    const oldest = (await api.objectVersions(ref)).at(-1);
    await api.restoreVersion({ ...ref, versionId: oldest?.versionId ?? "" });
    const versions = await api.objectVersions(ref);
    expect(versions).toHaveLength(4);
    expect(versions[0]).toMatchObject({ isLatest: true, sizeBytes: 598_001 });
  });

  test("lose a version only to someone who typed the name", async () => {
    const { api } = fake();
    const ref = { bucket: "photos", key: "cover.png" };
    const versionId = (await api.objectVersions(ref)).at(-1)?.versionId ?? "";
    const wrong = api.deleteVersion({ ...ref, versionId, typedName: "cover" });
    await expect(wrong).rejects.toMatchObject({ code: "name_differs" });
    await api.deleteVersion({ ...ref, versionId, typedName: "cover.png" });
    expect(await api.objectVersions(ref)).toHaveLength(2);
  });
});

describe("transfers", () => {
  test("move with the clock and end in the bucket", async () => {
    const { api, controls } = fake();
    const changed: string[] = [];
    api.listen("change", ({ key }) => changed.push(key ?? ""));
    controls.drop("drop", 10, 10, ["a.txt", "b.txt"]);
    await api.uploadDropped({ bucket: "dev", prefix: "in/" });
    expect((await api.listTransfers())[0]).toMatchObject({ state: "waiting", totalItems: 2 });
    controls.advance(500);
    expect((await api.listTransfers())[0]).toMatchObject({ state: "done", doneItems: 2 });
    expect(changed).toEqual(["in/a.txt", "in/b.txt"]);
    expect(await names(api, "dev", "in/")).toEqual(["a.txt", "b.txt"]);
  });

  test("can be cancelled, retried and cleared", async () => {
    const { api } = fake("transfers=some");
    const states = async () => (await api.listTransfers()).map(({ state }) => state);
    expect(await states()).toEqual(["active", "active", "waiting", "failed", "done"]);
    await api.cancelTransfer({ id: 1 });
    await api.retryTransfer({ id: 4 });
    expect(await states()).toEqual(["cancelled", "active", "waiting", "waiting", "done"]);
    await api.clearTransfers();
    expect(await states()).toEqual(["active", "waiting", "waiting"]);
  });
});

describe("the vault", () => {
  test("opens for its passphrase alone", async () => {
    const { api } = fake("vault=locked");
    const wrong = api.vaultUnlock({ passphrase: "guess", recoveryWords: null });
    await expect(wrong).rejects.toMatchObject({ code: "wrong_passphrase" });
    const opened = await api.vaultUnlock({ passphrase: PASSPHRASE, recoveryWords: null });
    expect(opened.state).toBe("open");
  });

  test("begins with two of its words typed back", async () => {
    const { api } = fake("vault=absent");
    const request = { holder: "keychain", passphrase: null, purpose: "build" } as const;
    const { recoveryWords, check } = await api.vaultCreate(request);
    expect(recoveryWords).toHaveLength(24);
    const wrong = api.vaultConfirmRecovery({ words: ["ember", "kitten"] });
    await expect(wrong).rejects.toMatchObject({ code: "words_differ" });
    expect((await api.vaultStatus()).state).toBe("absent");
    await api.vaultConfirmRecovery({ words: check.map((i) => recoveryWords[i] ?? "") });
    expect((await api.vaultStatus()).state).toBe("open");
    expect((await api.listBuckets()).map(({ name }) => name)).toEqual(["dev"]);
    expect(RECOVERY_CHECK.map((i) => RECOVERY_WORDS[i])).toEqual(["ember", "ribbon"]);
  });
});

test("a command fails to order and heals again", async () => {
  const { api, controls } = fake("fail=list_buckets");
  await expect(api.listBuckets()).rejects.toMatchObject({ code: "disk_unreadable" });
  controls.heal();
  expect(await api.listBuckets()).toHaveLength(6);
});
