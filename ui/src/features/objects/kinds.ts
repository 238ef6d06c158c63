import type { IconName } from "$lib/icons";
import type { RowView } from "$lib/api/types";

const BY_TYPE: readonly (readonly [RegExp, IconName])[] = [
  [/^image\//, "fileImage"],
  [/^video\//, "fileVideo"],
  [/^audio\//, "fileAudio"],
  [/zip|tar|compress|7z|rar/, "fileArchive"],
  [/json|xml|javascript|typescript|html|css|yaml|toml|x-sh|x-python|x-rust/, "fileCode"],
  [/^text\/|pdf|msword|document/, "fileText"],
];

/** The picture of a row, by what it is. */
export function iconOf(row: Pick<RowView, "kind" | "contentType">): IconName {
  if (row.kind === "folder") return "folder";
  if (row.kind === "deleted") return "fileDeleted";
  return BY_TYPE.find(([type]) => type.test(row.contentType))?.[1] ?? "file";
}

/** The class in the words of the storage it names; the usual one goes without saying. */
export function classOf(row: Pick<RowView, "kind" | "storageClass">): string {
  if (row.kind !== "object") return "";
  return row.storageClass === "" || row.storageClass === "STANDARD" ? "Standard" : row.storageClass;
}
