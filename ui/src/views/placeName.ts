import type { Route } from "$lib/state/route.svelte";

const NAMES: Record<Route["view"], string> = {
  home: "Buckets",
  bucket: "Objects",
  bucketSettings: "Bucket settings",
  transfers: "Transfers",
  keys: "Keys",
  key: "Key",
  audit: "Audit",
  identities: "Identities",
  identity: "Identity",
  links: "Links",
  requests: "Requests",
  developer: "Developer",
  settings: "Settings",
};

/** What a place is called. */
export function placeName(route: Route): string {
  return NAMES[route.view];
}

/** What stands in the window's title: the place first, as lists of windows cut off the end. */
export function windowTitle(route: Route): string {
  const place = "bucket" in route ? route.bucket : placeName(route);
  const folder = route.view === "bucket" ? route.prefix : "";
  return `${place}${folder ? `/${folder}` : ""} – Stave`;
}
