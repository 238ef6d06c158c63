/** Names of objects and folders as a person types them. */

/** The longest key that S3 takes, in bytes of UTF-8. */
const KEY_MAX_BYTES = 1024;

/** Says why a name cannot stand in a folder, or null. */
export function whyNotName(name: string, prefix: string): string | null {
  if (name === "") return "A name has at least one character.";
  if (name.includes("/")) return "A slash would make folders. Use Move for that.";
  const bytes = new TextEncoder().encode(prefix + name).length;
  if (bytes > KEY_MAX_BYTES) return `With its path the name has ${bytes} bytes; 1024 are allowed.`;
  return null;
}

/** How much of a name is selected for renaming: all but its extension. */
export function stemLength(name: string): number {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? dot : name.length;
}

/** A folder's name without the slash at its end. */
export function plainName(name: string): string {
  return name.endsWith("/") ? name.slice(0, -1) : name;
}

/** The last name of a key or a prefix: "a/b.txt" gives "b.txt", "a/b/" gives "b". */
export function lastName(key: string): string {
  const plain = plainName(key);
  return plain.slice(plain.lastIndexOf("/") + 1);
}

/** A typed folder as a prefix: no slash at its beginning, one at its end. */
export function asPrefix(folder: string): string {
  const path = folder.trim().replace(/^\/+/, "");
  return path === "" || path.endsWith("/") ? path : `${path}/`;
}
