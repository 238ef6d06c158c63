/** Keys that a person types: 32 bytes, in base64 or in hexadecimal digits. */

/** Says why a typed key is refused, or null. */
export function customerKeyRefusal(typed: string): string | null {
  const key = typed.trim();
  if (key === "") return "Type the key.";
  if (/^[0-9a-fA-F]{64}$/.test(key) || /^[A-Za-z0-9+/]{43}=$/.test(key)) return null;
  return "A key has 32 bytes: 44 characters of base64, or 64 hexadecimal digits.";
}
