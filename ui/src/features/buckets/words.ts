import type { IconName } from "$lib/icons";
import type { Ownership, Versioning } from "$lib/api/types";

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

/** Who owns what others write: the choice, and what it means. */
export const OWNERSHIP: readonly { value: Ownership; label: string; note: string }[] = [
  {
    value: "bucket_owner_enforced",
    label: "The bucket's owner; lists are off",
    note: "As Amazon S3 recommends: everything here belongs to the bucket's owner, and access control lists do not count.",
  },
  {
    value: "bucket_owner_preferred",
    label: "The bucket's owner, if the writer agrees",
    note: "What is written with bucket-owner-full-control belongs to the bucket's owner. Access control lists count.",
  },
  {
    value: "object_writer",
    label: "Who writes it",
    note: "Each object belongs to whoever wrote it. Access control lists count.",
  },
];
