/** A link as it is being put together: for whom, what they may do, and its bounds. */
import type { LinkAudience, LinkKind, LinkRequest } from "$lib/api/types";

import { SPANS } from "./expiry";
import { parseSize } from "./size";

export type Audience = LinkAudience | "anyone";

/** What the link is about: an object, one version of it, or a folder. */
export interface Place {
  bucket: string;
  key: string;
  versionId: string | null;
}

export type Field = "expires" | "uses" | "key" | "type" | "atMost" | "atLeast";

/** More uses than this mean "any number". */
const USES_MAX = 1_000_000;

const isFolder = (key: string): boolean => key === "" || key.endsWith("/");
const nameOf = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

export class LinkDraft {
  readonly kinds: readonly LinkKind[];
  audience = $state<Audience>("computer");
  kind = $state<LinkKind>("get");
  expiresSeconds = $state<number | null>(SPANS[1]?.seconds ?? null);
  uses = $state("");
  title = $state("");
  /** Where one upload goes. */
  key = $state("");
  /** Below what the uploads of a form go. */
  prefix = $state("");
  type = $state("");
  atMost = $state("");
  atLeast = $state("");

  constructor(readonly place: Place) {
    const { key, versionId } = place;
    const folder = isFolder(key);
    if (versionId !== null) this.kinds = ["get"];
    else this.kinds = folder ? ["post", "put"] : ["get", "put", "post"];
    this.kind = this.kinds[0] ?? "get";
    this.key = key;
    this.prefix = key.slice(0, key.lastIndexOf("/") + 1);
  }

  /** What the link is called if nobody says. */
  get usualTitle(): string {
    if (this.kind === "get") return nameOf(this.place.key);
    if (this.kind === "put") return `Upload of ${nameOf(this.key) || "a file"}`;
    return `Uploads to ${this.place.bucket}/${this.prefix}`;
  }

  /** What is wrong, by the field that it is wrong in. */
  get problems(): Partial<Record<Field, string>> {
    return {
      ...(this.expiresSeconds === null ? { expires: "Choose an end." } : {}),
      ...this.#ofUses(),
      ...(this.kind === "put" ? this.#ofKey() : {}),
      ...(this.kind === "get" ? {} : this.#ofType()),
      ...(this.kind === "get" ? {} : this.#ofSizes()),
    };
  }

  /** The link to ask for; nothing while something is wrong. */
  get request(): LinkRequest | undefined {
    const { kind, audience, expiresSeconds, place } = this;
    if (audience === "anyone" || expiresSeconds === null) return undefined;
    if (Object.keys(this.problems).length > 0) return undefined;
    const upload = kind !== "get";
    const form = kind === "post";
    return {
      bucket: place.bucket,
      key: kind === "put" ? this.key : form ? "" : place.key,
      versionId: upload ? null : place.versionId,
      kind,
      expiresSeconds,
      maxUses: this.uses.trim() === "" ? null : Number(this.uses),
      title: this.title.trim() || this.usualTitle,
      audience,
      contentType: (upload && this.type.trim()) || null,
      maxBytes: upload ? (parseSize(this.atMost) ?? null) : null,
      minBytes: form ? (parseSize(this.atLeast) ?? null) : null,
      keyPrefix: form ? this.prefix : null,
    };
  }

  #ofUses(): Partial<Record<Field, string>> {
    const uses = this.uses.trim();
    if (uses === "") return {};
    const count = /^\d+$/.test(uses) ? Number(uses) : 0;
    return count >= 1 && count <= USES_MAX ? {} : { uses: "Type a number from 1, or nothing." };
  }

  #ofKey(): Partial<Record<Field, string>> {
    return isFolder(this.key) ? { key: "Type the name that the file gets." } : {};
  }

  #ofType(): Partial<Record<Field, string>> {
    const type = this.type.trim();
    const whole = /^[\w.+-]+\/[\w.+-]+$/.test(type);
    const begin = this.kind === "post" && /^[\w.+-]+\/$/.test(type);
    if (type === "" || whole || begin) return {};
    return { type: this.kind === "post" ? "As image/ or image/png." : "As image/png." };
  }

  #ofSizes(): Partial<Record<Field, string>> {
    const most = parseSize(this.atMost);
    const least = parseSize(this.atLeast);
    const wrong = "Type a size, as 10 MB.";
    if (most === undefined) return { atMost: wrong };
    if (this.kind === "put") return {};
    if (least === undefined) return { atLeast: wrong };
    const crossed = most !== null && least !== null && least > most;
    return crossed ? { atLeast: "More than the most." } : {};
  }
}
