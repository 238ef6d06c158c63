/** The choice of how a bucket seals what is written into it. */
import type { BucketEncryption, KeyView } from "$lib/api/types";

/** The choices of the list that are no key's id. */
export const OWN = "s3";
export const MANAGED = "kms";

/** Writes an encryption as a choice of the list. */
export function choiceOf(encryption: BucketEncryption, keys: readonly KeyView[]): string {
  if (encryption.algorithm === "AES256") return OWN;
  if (encryption.key === null) return MANAGED;
  const named = find(encryption.key, keys);
  if (!named) return encryption.key;
  return named.managed ? MANAGED : named.id;
}

/** Finds a key by whatever a program may have named it by: its id, an alias, or the ARN of either. */
function find(name: string, keys: readonly KeyView[]): KeyView | undefined {
  const own = ({ id, arn, aliases }: KeyView) =>
    name === id || name === arn || aliases.some((it) => name === it || name.endsWith(`:${it}`));
  return keys.find(own);
}

/** Reads a choice of the list. */
export function encryptionOf(choice: string, bucketKey: boolean): BucketEncryption {
  if (choice === OWN) return { algorithm: "AES256", key: null, bucketKey: false };
  return { algorithm: "aws:kms", key: choice === MANAGED ? null : choice, bucketKey };
}

/** Lists what new objects can be sealed under; the present key is among them whatever its state. */
export function choices(
  keys: readonly KeyView[],
  current: string,
): { value: string; label: string }[] {
  const usable = ({ spec, state, damaged, managed, id }: KeyView) =>
    !managed &&
    (id === current || (spec === "SYMMETRIC_DEFAULT" && state === "enabled" && !damaged));
  const known = keys.filter(usable);
  const lost = ![OWN, MANAGED, ...known.map(({ id }) => id)].includes(current);
  return [
    { value: OWN, label: "The vault's own key (SSE-S3)" },
    { value: MANAGED, label: "The managed key, alias/aws/s3 (SSE-KMS)" },
    ...known.map((key) => ({ value: key.id, label: `${key.aliases[0] ?? key.id} (SSE-KMS)` })),
    ...(lost ? [{ value: current, label: `${current} (not found)` }] : []),
  ];
}

/** Says why nothing can be written under a key; null where it can. */
export function troubleOf(choice: string, keys: readonly KeyView[]): string | null {
  if (choice === OWN || choice === MANAGED) return null;
  const key = keys.find(({ id }) => id === choice);
  if (!key) return "This key does not exist any more.";
  if (key.damaged) return "This key was changed outside of Stave.";
  switch (key.state) {
    case "enabled":
      return null;
    case "disabled":
      return "This key is disabled.";
    case "pendingDeletion":
      return "This key is to be deleted.";
    case "pendingImport":
      return "This key waits for its material.";
  }
}
