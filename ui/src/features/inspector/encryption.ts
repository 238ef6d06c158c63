/** How an object's encryption is spoken of. */
import type { EncryptionView } from "$lib/api/types";
import type { IconName } from "$lib/icons";

const KIND: Record<string, string> = {
  "SSE-S3": "SSE-S3, under the vault's own key",
  "SSE-KMS": "SSE-KMS, under a key of the key service",
  "SSE-C": "SSE-C, under a key that you bring",
};

/** How the object is sealed. */
export function kindOf({ kind }: EncryptionView): string {
  return KIND[kind] ?? kind;
}

/** What the key is called: by its alias, or else by its id. */
export function keyNameOf({ keyAlias, key }: EncryptionView): string {
  return keyAlias ?? key ?? "";
}

interface StateWords {
  word: string;
  icon: IconName;
  tone: "success" | "warning" | "danger" | "info";
}

const STATE: Record<string, StateWords> = {
  enabled: { word: "Enabled", icon: "success", tone: "success" },
  disabled: { word: "Disabled", icon: "deny", tone: "warning" },
  pendingDeletion: { word: "To be deleted", icon: "hourglass", tone: "danger" },
  pendingImport: { word: "Waits for its material", icon: "download", tone: "info" },
};

/** The state of the key, where it is known. */
export function keyStateOf({ keyState }: EncryptionView): StateWords | undefined {
  return keyState === null ? undefined : STATE[keyState];
}

const TROUBLE: Record<string, string> = {
  key_disabled: "is disabled",
  key_pending_deletion: "is to be deleted",
  key_pending_import: "waits for its material",
  key_denied: "does not let you",
  key_damaged: "was changed outside of Stave",
};

interface Refusal {
  code: string;
  message: string;
  why: string;
  hint: string;
}

/** Whether a refusal is the key's, so that its page is the way out. */
export function isOfKey(code: string): boolean {
  return code in TROUBLE;
}

/** Tells a refusal by the name that people have for the key; what was said itself is the reason. */
export function toldByName(error: Refusal, encryption: EncryptionView | undefined): Refusal {
  const trouble = TROUBLE[error.code];
  const name = encryption ? keyNameOf(encryption) : "";
  if (trouble === undefined || name === "") return error;
  return { ...error, message: `The key ${name} ${trouble}.`, why: error.message };
}

/** Whether a refusal asks for a key that only the person has. */
export function asksForKey(code: string): boolean {
  return code === "customer_key_required" || code === "customer_key_wrong";
}
