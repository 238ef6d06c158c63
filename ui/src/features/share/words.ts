/** The choices of a link, in words. */
import type { LinkKind } from "$lib/api/types";
import type { IconName } from "$lib/icons";

import type { Audience } from "./draft.svelte";

interface Card<T extends string> {
  value: T;
  icon: IconName;
  title: string;
  text: string;
}

export const AUDIENCES: readonly Card<Audience>[] = [
  {
    value: "computer",
    icon: "monitor",
    title: "This computer",
    text: "Programs and people on this computer.",
  },
  {
    value: "network",
    icon: "endpoint",
    title: "My network",
    text: "People on my network: opened for a while, with TLS.",
  },
  {
    value: "anyone",
    icon: "share",
    title: "Anyone",
    text: "Needs an online store that is connected.",
  },
];

export const KINDS: readonly Card<LinkKind>[] = [
  {
    value: "get",
    icon: "download",
    title: "Download",
    text: "Read this object. Nobody can change it.",
  },
  {
    value: "post",
    icon: "folderUp",
    title: "Upload files",
    text: "A page for many files below a folder, with limits.",
  },
  {
    value: "put",
    icon: "upload",
    title: "Upload one file",
    text: "Send one file under a name that you choose.",
  },
];
