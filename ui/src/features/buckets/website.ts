import type { Website } from "$lib/api/types";

/** A web site as its form has it: what is not shown is remembered while one looks around. */
export interface SiteDraft {
  kind: "off" | Website["kind"];
  index: string;
  error: string;
  host: string;
  protocol: "" | "http" | "https";
}

const USUAL: SiteDraft = { kind: "off", index: "index.html", error: "", host: "", protocol: "" };

/** Fills the form. */
export function draftOf(website: Website | null): SiteDraft {
  if (website === null) return USUAL;
  const { kind } = website;
  if (website.kind === "pages") {
    return { ...USUAL, kind, index: website.indexSuffix, error: website.errorKey ?? "" };
  }
  const { host, protocol } = website;
  return {
    ...USUAL,
    kind,
    host,
    protocol: protocol === "http" || protocol === "https" ? protocol : "",
  };
}

/** Reads the form; an empty field is nothing set. */
export function siteOf(draft: SiteDraft): Website | null {
  switch (draft.kind) {
    case "off":
      return null;
    case "pages":
      return { kind: "pages", indexSuffix: draft.index, errorKey: draft.error || null, rules: 0 };
    case "redirectAll":
      return { kind: "redirectAll", host: draft.host, protocol: draft.protocol || null };
  }
}

/** Says whether two forms mean the same site. */
export function sameSite(one: SiteDraft, other: SiteDraft): boolean {
  return JSON.stringify(siteOf(one)) === JSON.stringify(siteOf(other));
}
