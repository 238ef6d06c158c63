import type { IconName } from "$lib/icons";
import type { Versioning } from "$lib/api/types";

interface Words {
  word: string;
  icon: IconName;
  tone: "success" | "warning" | "neutral";
}

/** How a bucket keeps versions, in a word, a picture and a colour. */
export const VERSIONING: Record<Versioning, Words> = {
  enabled: { word: "Versioned", icon: "history", tone: "success" },
  suspended: { word: "Versioning suspended", icon: "warning", tone: "warning" },
  off: { word: "Not versioned", icon: "warning", tone: "neutral" },
};
