import type { Access, ObjectView } from "$lib/api/types";
import { formatDateExactly } from "$lib/format/date";
import { formatBytesExactly, formatSize } from "$lib/format/size";

export interface Fact {
  name: string;
  value: string;
  /** A key, a digest or an id: written in the fixed font, with a button that copies it. */
  exact: boolean;
}

export interface FactGroup {
  title: string;
  facts: Fact[];
}

/** Who may read an object by its own list, in words. */
export const ACCESS: Record<Access, string> = {
  private: "Private",
  shared: "Shared with single users",
  signed_read: "Read by everyone who signs in",
  public_read: "Public read",
};

const fact = (name: string, value: string | null, exact = false): Fact[] =>
  value === null || value === "" ? [] : [{ name, value, exact }];

/** Puts what is known of an object in order; what it does not have is left out. */
export function factsOf(object: ObjectView): FactGroup[] {
  const groups = [
    { title: "Object", facts: aboutObject(object) },
    { title: "Content", facts: aboutContent(object) },
    { title: "Integrity", facts: aboutIntegrity(object) },
    { title: "Metadata", facts: aboutMetadata(object) },
  ];
  return groups.filter((group) => group.facts.length > 0);
}

function aboutObject(object: ObjectView): Fact[] {
  const { sizeBytes } = object;
  const size = sizeBytes < 1000 ? "" : ` (${formatBytesExactly(sizeBytes)})`;
  return [
    ...fact("Key", object.key, true),
    ...fact("Size", `${formatSize(sizeBytes)}${size}`),
    ...fact("Modified", formatDateExactly(object.modified)),
    ...fact("Owner", object.owner),
    ...fact("Access", ACCESS[object.access]),
    ...fact("Version", object.versionId, true),
    ...fact("Storage class", object.storageClass),
    ...fact("S3 URI", object.s3Uri, true),
    ...fact("Address", object.url, true),
  ];
}

function aboutContent(object: ObjectView): Fact[] {
  return [
    ...fact("Type", object.contentType),
    ...fact("Cache-Control", object.cacheControl),
    ...fact("Disposition", object.contentDisposition),
    ...fact("Encoding", object.contentEncoding),
    ...fact("Language", object.contentLanguage),
    ...fact("Expires", object.expires),
  ];
}

function aboutIntegrity(object: ObjectView): Fact[] {
  const { checksum } = object;
  return [
    ...fact("ETag", object.etag, true),
    ...(checksum
      ? fact(`${checksum.algorithm} (${checksum.kind})`, checksum.value, true)
      : fact("Checksum", "None beyond the ETag")),
  ];
}

function aboutMetadata(object: ObjectView): Fact[] {
  return Object.entries(object.userMetadata).flatMap(([name, value]) => fact(name, value, true));
}
