import type { BucketView } from "$lib/api/types";
import type { Command } from "$lib/state/commands.svelte";
import { lockVault } from "$lib/state/places";
import { router, type Route } from "$lib/state/route.svelte";
import { settings } from "$lib/state/settings.svelte";
import { undos } from "$lib/state/undo.svelte";

/** The layers that a command puts over the frame. */
export type Layer = "palette" | "goto" | "shortcuts" | "newBucket";

export interface FrameControls {
  buckets: readonly BucketView[];
  show: (layer: Layer) => void;
  editPath: () => void;
  toggleSidebar: () => void;
}

/** What can be done wherever one is. */
export function frameCommands(frame: FrameControls): Command[] {
  return [...layers(frame), ...ways(), ...appearance(frame), ...places(frame.buckets)];
}

function layers(frame: FrameControls): Command[] {
  const show = (layer: Layer) => () => frame.show(layer);
  return [
    { id: "palette", title: "Run a command", icon: "search", run: show("palette") },
    { id: "goto", title: "Go to a bucket, folder or key", icon: "enter", run: show("goto") },
    { id: "newBucket", title: "New bucket…", icon: "plus", run: show("newBucket") },
    { id: "shortcuts", title: "Show all keys", icon: "keyboard", run: show("shortcuts") },
    { id: "path", title: "Type a path", icon: "edit", run: frame.editPath },
    {
      id: "undo",
      title: undos.newest ? `Undo: ${undos.newest.title}` : "Undo",
      icon: "undo",
      unavailable: undos.newest ? undefined : "Nothing to undo",
      run: () => undos.take(undos.newest),
    },
    { id: "lock", title: "Lock the vault", icon: "lock", run: () => void lockVault() },
  ];
}

function ways(): Command[] {
  const nowhere = (possible: boolean) => (possible ? undefined : "There is nowhere to go");
  const { canGoBack, canGoForward, canGoUp } = router;
  return [
    {
      id: "back",
      title: "Back",
      icon: "back",
      unavailable: nowhere(canGoBack),
      run: () => router.back(),
    },
    {
      id: "forward",
      title: "Forward",
      icon: "forward",
      unavailable: nowhere(canGoForward),
      run: () => router.forward(),
    },
    {
      id: "up",
      title: "One folder up",
      icon: "up",
      unavailable: nowhere(canGoUp),
      run: () => router.up(),
    },
  ];
}

function appearance(frame: FrameControls): Command[] {
  const theme = (value: string) => () => settings.set("theme", value);
  return [
    { id: "sidebar", title: "Show or hide the sidebar", icon: "sidebar", run: frame.toggleSidebar },
    { id: "themeLight", title: "Theme: light", icon: "sun", run: theme("light") },
    { id: "themeDark", title: "Theme: dark", icon: "moon", run: theme("dark") },
    { id: "themeSystem", title: "Theme: as the system", icon: "monitor", run: theme("system") },
  ];
}

/** The places of the sidebar, from the top; the first nine have a key. */
function places(buckets: readonly BucketView[]): Command[] {
  const go = (route: Route) => () => router.go(route);
  const others: Command[] = [
    {
      id: "transfers",
      title: "Go to transfers",
      icon: "transfers",
      run: go({ view: "transfers" }),
    },
    { id: "links", title: "Go to links", icon: "link", run: go({ view: "links" }) },
    {
      id: "identities",
      title: "Go to identities",
      icon: "people",
      run: go({ view: "identities" }),
    },
    { id: "keys", title: "Go to keys", icon: "key", run: go({ view: "keys" }) },
    { id: "audit", title: "Go to the audit", icon: "audit", run: go({ view: "audit" }) },
    { id: "requests", title: "Go to requests", icon: "requests", run: go({ view: "requests" }) },
    { id: "developer", title: "Go to developer", icon: "code", run: go({ view: "developer" }) },
    { id: "settings", title: "Go to settings", icon: "settings", run: go({ view: "settings" }) },
    { id: "home", title: "Go to all buckets", icon: "bucket", run: go({ view: "home" }) },
  ];
  const doctor: Command = {
    id: "linkDoctor",
    title: "Link Doctor: why does a link not work?",
    icon: "doctor",
    run: go({ view: "links", tab: "doctor" }),
  };
  const numbered = buckets.map(({ name }, index): Command => ({
    id: `place${index + 1}`,
    title: `Go to ${name}`,
    icon: "bucket",
    run: go({ view: "bucket", bucket: name, prefix: "" }),
  }));
  const settingsOf = buckets.map(({ name }): Command => ({
    id: `settings:${name}`,
    title: `Settings of ${name}`,
    icon: "settings",
    run: go({ view: "bucketSettings", bucket: name }),
  }));
  const rest = others.slice(0, -1).map((command, index) => ({
    ...command,
    id: `place${buckets.length + index + 1}`,
  }));
  const below = rest.filter((_, index) => buckets.length + index < 9);
  return [...others, doctor, ...numbered, ...below, ...settingsOf];
}
