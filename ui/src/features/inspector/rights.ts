import type { EffectiveRight } from "$lib/api/types";

/** What may be done with an object, in the order in which it is shown. */
export function rightsOf({
  read,
  write,
  remove,
}: Pick<EffectiveRight, "read" | "write" | "remove">) {
  return [
    { word: "Read", may: read },
    { word: "Write", may: write },
    { word: "Remove", may: remove },
  ];
}
