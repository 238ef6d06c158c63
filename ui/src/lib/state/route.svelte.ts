/** Where the window is, with a way back and forth. The address of the page says it too. */

export type Route =
  | { view: "home" }
  | { view: "bucket"; bucket: string; prefix: string }
  | { view: "bucketSettings"; bucket: string; section?: SettingsSection }
  | { view: "transfers" }
  | { view: "keys" }
  | { view: "key"; key: string }
  | { view: "audit"; resource?: string }
  | { view: "identities" }
  | { view: "identity"; identity: string }
  | { view: "links"; tab?: LinksTab }
  | { view: "requests" }
  | { view: "developer" }
  | { view: "settings" };

/** The parts of a bucket's settings that a jump can name. */
export const SETTINGS_SECTIONS = [
  "encryption",
  "tags",
  "cors",
  "access",
  "ownership",
  "logging",
  "website",
  "uploads",
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

/** The faces of the page of links. */
export const LINKS_TABS = ["list", "doctor"] as const;
export type LinksTab = (typeof LINKS_TABS)[number];

/** Ways back beyond this are forgotten. */
const HISTORY_MAX = 200;

/** Places that have nothing below them. */
const PLAIN = ["transfers", "developer", "requests", "settings"] as const;

const encodePath = (text: string): string => text.split("/").map(encodeURIComponent).join("/");

/** Writes a route as the part of an address behind the "#". */
export function toHash(route: Route): string {
  switch (route.view) {
    case "home":
      return "#/";
    case "bucket":
      return `#/b/${encodePath(route.bucket)}/${encodePath(route.prefix)}`;
    case "bucketSettings":
      return `#/bucket-settings/${encodePath([route.bucket, route.section ?? []].flat().join("/"))}`;
    case "key":
      return `#/keys/${encodeURIComponent(route.key)}`;
    case "audit":
      return route.resource ? `#/audit/${encodeURIComponent(route.resource)}` : "#/audit";
    case "identity":
      return `#/identities/${encodeURIComponent(route.identity)}`;
    case "links":
      return route.tab ? `#/links/${route.tab}` : "#/links";
    default:
      return `#/${route.view}`;
  }
}

/** Reads a route; an address that means nothing is home. */
export function fromHash(hash: string): Route {
  const [place = "", name = "", ...rest] = hash.replace(/^#?\//, "").split("/").map(decode);
  const plain = PLAIN.find((known) => known === place);
  if (plain) return { view: plain };
  if (place === "keys") return name ? { view: "key", key: name } : { view: "keys" };
  if (place === "audit") return { view: "audit", ...(name ? { resource: name } : {}) };
  if (place === "identities") {
    return name ? { view: "identity", identity: name } : { view: "identities" };
  }
  if (place === "links") {
    const tab = LINKS_TABS.find((known) => known === name);
    return { view: "links", ...(tab ? { tab } : {}) };
  }
  if (place === "b" && name) return { view: "bucket", bucket: name, prefix: rest.join("/") };
  if (place === "bucket-settings" && name) {
    const section = SETTINGS_SECTIONS.find((known) => known === rest[0]);
    return { view: "bucketSettings", bucket: name, ...(section ? { section } : {}) };
  }
  return { view: "home" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

class Router {
  #past = $state.raw<readonly Route[]>([]);
  #future = $state.raw<readonly Route[]>([]);
  current = $state.raw<Route>({ view: "home" });
  /** The object that a jump named, for the list to put its focus on; each jump is a new one. */
  target = $state.raw<{ key: string } | null>(null);

  get canGoBack(): boolean {
    return this.#past.length > 0;
  }

  get canGoForward(): boolean {
    return this.#future.length > 0;
  }

  /** The bucket of the current place, if it has one. */
  get bucket(): string | null {
    return "bucket" in this.current ? this.current.bucket : null;
  }

  /** Reads the address at the start, and whenever somebody else changes it. */
  start(): void {
    this.current = fromHash(location.hash);
    addEventListener("hashchange", () => {
      if (location.hash !== toHash(this.current)) this.go(fromHash(location.hash));
    });
  }

  go(route: Route, target: string | null = null): void {
    this.target = asTarget(target);
    if (toHash(route) === toHash(this.current)) return;
    this.#past = [...this.#past, this.current].slice(-HISTORY_MAX);
    this.#future = [];
    this.#show(route);
  }

  openBucket(bucket: string, prefix = "", target: string | null = null): void {
    this.go({ view: "bucket", bucket, prefix }, target);
  }

  back(): void {
    const previous = this.#past.at(-1);
    if (!previous) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.current, ...this.#future];
    this.target = asTarget(childTowards(previous, this.current));
    this.#show(previous);
  }

  forward(): void {
    const [next, ...rest] = this.#future;
    if (!next) return;
    this.#future = rest;
    this.#past = [...this.#past, this.current];
    this.target = null;
    this.#show(next);
  }

  /** Goes to the folder above, with the focus on the one that was left. */
  up(): void {
    const parent = parentOf(this.current);
    if (parent) this.go(parent, childTowards(parent, this.current));
  }

  get canGoUp(): boolean {
    return parentOf(this.current) !== null;
  }

  /** Leaves a place that is gone, and forgets the ways to it. */
  forgetBucket(bucket: string): void {
    const other = (route: Route) => !("bucket" in route) || route.bucket !== bucket;
    this.#past = this.#past.filter(other);
    this.#future = this.#future.filter(other);
    if (!other(this.current)) this.#show({ view: "home" });
  }

  #show(route: Route): void {
    this.current = route;
    try {
      history.replaceState(null, "", toHash(route));
    } catch {
      // Engines refuse the address after a hundred changes in half a minute; the place is right.
    }
  }
}

/** The place above, or null at the top. */
export function parentOf(route: Route): Route | null {
  if (route.view === "bucketSettings") return { view: "bucket", bucket: route.bucket, prefix: "" };
  if (route.view === "key") return { view: "keys" };
  if (route.view === "identity") return { view: "identities" };
  if (route.view !== "bucket") return null;
  if (route.prefix === "") return { view: "home" };
  return { ...route, prefix: parentPrefix(route.prefix) };
}

/** "a/b/" is in "a/"; so is the key "a/b". */
export function parentPrefix(path: string): string {
  return path.slice(0, path.lastIndexOf("/", path.length - 2) + 1);
}

const asTarget = (key: string | null) => (key === null ? null : { key });

/** The folder of `above` that leads to `below`, so that going back finds the eye where it was. */
function childTowards(above: Route, below: Route): string | null {
  if (above.view !== "bucket" || below.view !== "bucket") return null;
  if (above.bucket !== below.bucket || !below.prefix.startsWith(above.prefix)) return null;
  const rest = below.prefix.slice(above.prefix.length);
  const slash = rest.indexOf("/");
  return slash < 0 ? null : above.prefix + rest.slice(0, slash + 1);
}

export const router = new Router();
