/** How keys are spoken of: their names, states, versions and periods. */
import type { KeyDetails, KeyState, KeyVersionView, KeyView } from "$lib/api/types";
import { formatDay } from "$lib/format/date";
import { formatNumberOf } from "$lib/format/size";
import type { IconName } from "$lib/icons";

interface Words {
  word: string;
  icon: IconName;
  tone: "success" | "warning" | "danger" | "neutral" | "info";
}

const STATE: Record<KeyState, Words> = {
  enabled: { word: "Enabled", icon: "success", tone: "success" },
  disabled: { word: "Disabled", icon: "deny", tone: "warning" },
  pendingDeletion: { word: "To be deleted", icon: "hourglass", tone: "danger" },
  pendingImport: { word: "Waits for its material", icon: "download", tone: "info" },
};

const DAMAGED: Words = { word: "Damaged", icon: "failed", tone: "danger" };

/** The state of a key in a word, a picture and a colour. */
export function stateOf(key: KeyView): Words {
  return key.damaged ? DAMAGED : STATE[key.state];
}

/** What a key is called: by its first alias, or else by its id. */
export function nameOf(key: KeyView): string {
  return key.aliases[0] ?? key.id;
}

const VERSION_ORIGIN: Record<string, string> = {
  CREATED: "Created with the key",
  AUTOMATIC: "Rotated by itself",
  ON_DEMAND: "Rotated on demand",
  IMPORTED: "Imported",
};

/** How a version came to be. */
export function cameOf({ origin }: KeyVersionView): string {
  return VERSION_ORIGIN[origin] ?? origin;
}

const SPEC: Record<string, string> = {
  SYMMETRIC_DEFAULT: "Symmetric, AES-256-GCM",
  HMAC_224: "HMAC with SHA-224",
  HMAC_256: "HMAC with SHA-256",
  HMAC_384: "HMAC with SHA-384",
  HMAC_512: "HMAC with SHA-512",
};

/** What a key is made for. */
export function specOf({ spec }: KeyView): string {
  return SPEC[spec] ?? spec;
}

/** Whether a key can get new versions by the clock. */
export function rotates({ spec, origin, managed, damaged }: KeyView): boolean {
  return spec === "SYMMETRIC_DEFAULT" && origin === "AWS_KMS" && !managed && !damaged;
}

/** Where the material comes from. */
export function originOf({ origin }: KeyView): string {
  return origin === "EXTERNAL" ? "Imported material" : "Made by Stave";
}

/** What stands below a key's name in the list. */
export function factsOf(key: KeyView, details: KeyDetails | undefined): string[] {
  const facts = [formatNumberOf(key.version, "version")];
  if (key.deletion !== null) facts.push(`deleted on ${formatDay(key.deletion)}`);
  else if (key.rotation && key.state === "enabled")
    facts.push(`next rotation ${formatDay(key.rotation.next)}`);
  else if (rotates(key) && !key.rotation) facts.push("not rotated");
  return details ? [...facts, ...guardsOf(details)] : facts;
}

/** What a key guards, in short. */
function guardsOf({ defaultOf, buckets }: KeyDetails): string[] {
  const sealed = sealedOf(buckets);
  return [
    ...(defaultOf.length > 0 ? [`default of ${listOf(defaultOf)}`] : []),
    sealed > 0 ? `guards ${formatNumberOf(sealed, "object version")}` : "guards nothing",
  ];
}

/** How many versions of objects are sealed under a key. */
export function sealedOf(buckets: KeyDetails["buckets"]): number {
  return buckets.reduce((sum, { versions }) => sum + versions, 0);
}

/** Writes "a", "a and b", "a, b and 3 others". */
export function listOf(names: readonly string[]): string {
  const [first = "", second = "", ...rest] = names;
  if (names.length < 2) return first;
  if (names.length === 2) return `${first} and ${second}`;
  return `${first}, ${second} and ${formatNumberOf(rest.length, "other")}`;
}

const PERIODS = [90, 180, 365, 730];

const PERIOD_WORD: Record<number, string> = {
  90: "Every 90 days",
  180: "Every 180 days",
  365: "Every year",
  730: "Every two years",
};

/** The periods to choose from; one that was set elsewhere is among them. */
export function periods(current: number | null): { value: string; label: string }[] {
  const known = current === null || PERIODS.includes(current) ? PERIODS : [...PERIODS, current];
  const days = [...known].sort((a, b) => a - b);
  return [
    { value: "0", label: "Never by itself" },
    ...days.map((day) => ({
      value: String(day),
      label: PERIOD_WORD[day] ?? `Every ${String(day)} days`,
    })),
  ];
}

/** Says why an alias is refused, or null. */
export function aliasRefusal(name: string): string | null {
  if (name === "") return "Type a name.";
  if (name.startsWith("aws/")) return "Names that begin with aws/ are reserved.";
  if (!/^[A-Za-z0-9/_-]+$/.test(name)) return "A name has only letters, digits and / _ -.";
  return name.length > 250 ? "A name has at most 250 characters." : null;
}

/** Takes the name as it is typed, with "alias/" before it or without. */
export function aliasOf(typed: string): string {
  return `alias/${typed.trim().replace(/^alias\//, "")}`;
}
