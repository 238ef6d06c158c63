/** What is said of the endpoint: a word for its light, and why its port is another one. */
import type { EndpointStatus } from "$lib/api/types";

export interface EndpointWords {
  light: "success" | "neutral" | "danger";
  title: string;
  /** A remark on the port, or nothing. */
  note: string;
}

/** Describes the state of the endpoint. */
export function describeEndpoint(status: EndpointStatus): EndpointWords {
  switch (status.state) {
    case "on":
      return { light: "success", title: "Listening", note: movedNote(status) };
    case "off":
      return {
        light: "neutral",
        title: "Off",
        note: "Nothing listens. S3 clients cannot connect.",
      };
    case "locked":
      return {
        light: "neutral",
        title: "Waiting for the vault",
        note: "It answers 503 Service Unavailable until the vault is unlocked; programs may try again.",
      };
    case "failed":
      return {
        light: "danger",
        title: status.message || "It could not start.",
        note: takenNote(status),
      };
  }
}

/** The port to offer when the wanted one is taken: the next. */
export function nextPort(status: EndpointStatus): number {
  return Math.min(65_535, Math.max(status.port, status.preferredPort) + 1);
}

function movedNote(status: EndpointStatus): string {
  if (status.port === status.preferredPort) return "";
  const by = status.portTakenBy === null ? "was taken" : `is used by ${status.portTakenBy}`;
  const wanted = String(status.preferredPort);
  return `Port ${wanted} ${by}, so it uses ${String(status.port)}.`;
}

function takenNote({ portTakenBy, preferredPort }: EndpointStatus): string {
  return portTakenBy === null ? "" : `Port ${String(preferredPort)} is used by ${portTakenBy}.`;
}

/** Writes a fingerprint as certificates show it: pairs with colons between them. */
export function fingerprint(hex: string): string {
  return (hex.toUpperCase().match(/../g) ?? []).join(":");
}
