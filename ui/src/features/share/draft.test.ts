import { expect, test } from "vitest";

import { LinkDraft } from "./draft.svelte";

const PLACE = { bucket: "photos", key: "2026/june/a.jpg", versionId: null };

test("an object can be read, replaced, or stand for its folder", () => {
  expect(new LinkDraft(PLACE).kinds).toEqual(["get", "put", "post"]);
  expect(new LinkDraft({ ...PLACE, versionId: "v1" }).kinds).toEqual(["get"]);
  expect(new LinkDraft({ ...PLACE, key: "2026/" }).kinds).toEqual(["post", "put"]);
  expect(new LinkDraft({ ...PLACE, key: "" }).kind).toBe("post");
});

test("a download asks for nothing but its bounds", () => {
  const draft = new LinkDraft(PLACE);
  draft.uses = "20";
  draft.type = "this is of an upload";
  expect(draft.request).toEqual({
    bucket: "photos",
    key: "2026/june/a.jpg",
    versionId: null,
    kind: "get",
    expiresSeconds: 3_600,
    maxUses: 20,
    title: "a.jpg",
    audience: "computer",
    contentType: null,
    maxBytes: null,
    minBytes: null,
    keyPrefix: null,
  });
});

test("a form goes below a prefix, with limits of type and size", () => {
  const draft = new LinkDraft({ ...PLACE, key: "inbox/" });
  draft.audience = "network";
  draft.type = "image/";
  draft.atMost = "10 MB";
  draft.atLeast = "1 kB";
  expect(draft.request).toMatchObject({
    kind: "post",
    key: "",
    keyPrefix: "inbox/",
    contentType: "image/",
    maxBytes: 10_000_000,
    minBytes: 1_000,
    title: "Uploads to photos/inbox/",
    audience: "network",
  });
});

test("one upload needs a name, and its type is exact", () => {
  const draft = new LinkDraft({ ...PLACE, key: "inbox/" });
  draft.kind = "put";
  expect(draft.problems).toEqual({ key: "Type the name that the file gets." });
  draft.key = "inbox/report.pdf";
  draft.type = "application/";
  expect(draft.problems).toEqual({ type: "As image/png." });
  draft.type = "application/pdf";
  draft.atMost = "5 MB";
  draft.atLeast = "what a form would ask";
  expect(draft.request).toMatchObject({
    key: "inbox/report.pdf",
    contentType: "application/pdf",
    maxBytes: 5_000_000,
    minBytes: null,
  });
});

test.each(["0", "-1", "many", "1.5", "10000000"])("%j uses are refused", (uses) => {
  const draft = new LinkDraft(PLACE);
  draft.uses = uses;
  expect(draft.problems).toHaveProperty("uses");
  expect(draft.request).toBeUndefined();
});

test("limits that no file can meet are refused", () => {
  const draft = new LinkDraft({ ...PLACE, key: "inbox/" });
  draft.atMost = "1 MB";
  draft.atLeast = "2 MB";
  expect(draft.problems).toEqual({ atLeast: "More than the most." });
  draft.atMost = "huge";
  expect(draft.problems).toEqual({ atMost: "Type a size, as 10 MB." });
});

test("for anyone there is no link", () => {
  const draft = new LinkDraft(PLACE);
  draft.audience = "anyone";
  expect(draft.request).toBeUndefined();
});
