/** The question of the simulator as it is typed. */
import type { HeaderView, IdentityView } from "$lib/api/types";

/** Stands for somebody who does not say who they are; no identity has such a name. */
export const ANYONE = "";

/** Whom one can ask about: everyone first, then each identity with its kind. */
export function whoOptions(
  identities: readonly Pick<IdentityView, "name" | "kind">[],
): { value: string; label: string }[] {
  const named = identities.map(({ name, kind }) => ({ value: name, label: `${kind} ${name}` }));
  return [{ value: ANYONE, label: "Everyone, unsigned" }, ...named];
}

/** Reads lines of the form name=value. */
export function contextOf(lines: readonly string[]): HeaderView[] {
  return lines.flatMap((line) => {
    const at = line.indexOf("=");
    return at > 0 ? [{ name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() }] : [];
  });
}

/** Names the first line that says nothing, if there is one. */
export function refusedLine(lines: readonly string[]): string | null {
  const wrong = lines.find((line) => line.indexOf("=") < 1);
  return wrong === undefined ? null : `“${wrong}” has no name and value with = between them.`;
}
