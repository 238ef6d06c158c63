/** Which requests are shown, and how one is spoken of. */
import type { RequestRecord } from "$lib/api/types";
import type { IconName } from "$lib/icons";

export type StatusClass = "any" | "ok" | "refused" | "client" | "server";

export interface RequestFilter {
  status: StatusClass;
  method: string;
  text: string;
}

export const NO_FILTER: RequestFilter = { status: "any", method: "", text: "" };

export const STATUSES: readonly { value: StatusClass; label: string }[] = [
  { value: "any", label: "Any status" },
  { value: "ok", label: "Answered (2xx, 3xx)" },
  { value: "refused", label: "Refused (401, 403)" },
  { value: "client", label: "All 4xx" },
  { value: "server", label: "All 5xx" },
];

export const METHODS: readonly { value: string; label: string }[] = [
  { value: "", label: "Any method" },
  ...["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"].map((it) => ({ value: it, label: it })),
];

export const isFiltered = ({ status, method, text }: RequestFilter): boolean =>
  status !== "any" || method !== "" || text.trim() !== "";

/** Says whether a request is one of those that are looked for. */
export function fits(record: RequestRecord, filter: RequestFilter): boolean {
  if (filter.method !== "" && record.method !== filter.method) return false;
  if (!ofClass(record.status, filter.status)) return false;
  const words = filter.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const said = [
    record.target,
    record.host,
    record.code,
    record.user,
    record.accessKey,
    record.operation,
    record.userAgent,
    String(record.status),
  ];
  const text = said.join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function ofClass(status: number, wanted: StatusClass): boolean {
  switch (wanted) {
    case "any":
      return true;
    case "ok":
      return status < 400;
    case "refused":
      return status === 401 || status === 403;
    case "client":
      return status >= 400 && status < 500;
    case "server":
      return status >= 500;
  }
}

interface Words {
  icon: IconName;
  tone: "success" | "danger" | "warning" | "neutral";
  text: string;
}

/** The answer of a request in a word, a picture and a colour. */
export function answerOf({ status, code }: RequestRecord): Words {
  const text = code === null ? String(status) : `${String(status)} ${code}`;
  if (status >= 500) return { icon: "failed", tone: "danger", text };
  if (status >= 400) return { icon: "deny", tone: "warning", text };
  return { icon: "check", tone: "success", text };
}

const SIGNATURE = {
  header: "In the headers",
  query: "In the link",
  form: "In the form",
  chunked: "In the headers, chunk by chunk",
};

/** Where the signature of a request stood. */
export function signatureOf({ signature }: RequestRecord): string {
  return signature === null ? "None: not signed" : SIGNATURE[signature];
}
