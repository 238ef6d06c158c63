/** What a person came for; it decides what stands ready at the end of the first run. */
import type { IconName } from "$lib/icons";
import type { Purpose } from "$lib/api/types";

export interface PurposeCard {
  purpose: Purpose;
  icon: IconName;
  title: string;
  text: string;
  outcome: string;
}

/** In the order of their keys, 1 to 3. */
export const PURPOSES: readonly PurposeCard[] = [
  {
    purpose: "build",
    icon: "terminal",
    title: "Build with S3",
    text: "An S3 endpoint on this computer for your code and your tools.",
    outcome: "Makes a bucket named dev and an access key.",
  },
  {
    purpose: "keep",
    icon: "shield",
    title: "Keep & share files",
    text: "A sealed home for files: every version kept, links to hand out.",
    outcome: "Begins empty; you name the first bucket.",
  },
  {
    purpose: "manage",
    icon: "endpoint",
    title: "Manage remote storage",
    text: "Connections to other S3 storage are not part of this version yet.",
    outcome: "The vault made now is where they will be kept.",
  },
];
