/** Listens to what the app says by itself, and drops the answers that it makes stale. */
import { api } from "$lib/api";
import type { Change } from "$lib/api/types";

import { drop } from "./query.svelte";

/** A transfer of thousands of files changes thousands of objects; screens follow at this pace. */
const SETTLE_MS = 200;

/** Names the answers that a change makes stale. */
export function staleBy(change: Change): string[][] {
  const bucket = change.bucket ?? undefined;
  switch (change.kind) {
    case "bucket":
      return [
        ["buckets"],
        bucket ? ["objects", bucket] : ["objects"],
        bucket ? ["bucketSettings", bucket] : ["bucketSettings"],
        bucket ? ["bucketEncryption", bucket] : ["bucketEncryption"],
        bucket ? ["bucketCors", bucket] : ["bucketCors"],
        bucket ? ["bucketAccess", bucket] : ["bucketAccess"],
        bucket ? ["effectiveAccess", bucket] : ["effectiveAccess"],
      ];
    case "object":
      return [
        ["buckets"],
        bucket ? ["objects", bucket] : ["objects"],
        bucket ? ["effectiveAccess", bucket] : ["effectiveAccess"],
      ];
    case "uploads":
      return [bucket ? ["uploads", bucket] : ["uploads"]];
    case "accessKeys":
      return [["accessKeys"], ["snippets"], ["identities"], ["identity"]];
    case "identities":
      return [["identities"], ["identity"], ["accessKeys"], ["effectiveAccess"]];
    case "links":
      return [["links"], ["linkLog"]];
    case "keys":
      // What is sealed under a key is read, or refused, by the key's state.
      return [["kmsKeys"], ["kmsKey"], ["objects"], ["bucketEncryption"], ["customerKeys"]];
    case "audit":
      return [["audit"]];
    case "everything":
      return [[]];
  }
}

/** Begins to listen; the returned function ends it. */
export function startSession(): () => void {
  const waiting = new Map<string, string[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const settle = () => {
    timer = undefined;
    const stale = [...waiting.values()];
    waiting.clear();
    for (const names of stale) drop(...names);
  };
  const note = (names: string[]) => {
    waiting.set(JSON.stringify(names), names);
    timer ??= setTimeout(settle, SETTLE_MS);
  };
  const unlisten = [
    api.listen("change", (change) => staleBy(change).forEach(note)),
    api.listen("transfers", () => drop("transfers")),
    api.listen("endpoint", () => {
      drop("endpoint");
      drop("snippets");
      drop("bucketSettings");
      drop("networkShare");
      drop("links");
    }),
    api.listen("links", () => ["links", "linkLog", "networkShare"].forEach((name) => note([name]))),
    api.listen("request", () => drop("requests")),
    api.listen("cors-refused", () => note(["corsRefusals"])),
    api.listen("vault", () => drop("vault")),
  ];
  return () => {
    clearTimeout(timer);
    for (const end of unlisten) end();
  };
}
