import { expect, test } from "vitest";

import { draftOf, sameSite, siteOf } from "./website";

test("a site is read as it was written", () => {
  const pages = { kind: "pages", indexSuffix: "home.html", errorKey: null, rules: 0 } as const;
  const elsewhere = { kind: "redirectAll", host: "example.org", protocol: "https" } as const;
  for (const site of [null, pages, elsewhere]) expect(siteOf(draftOf(site))).toEqual(site);
});

test("a field that the kind does not have makes no difference", () => {
  const off = draftOf(null);
  expect(sameSite(off, { ...off, host: "example.org" })).toBe(true);
  expect(sameSite(off, { ...off, kind: "pages" })).toBe(false);
});
