/** What the fake shows of an object: its text, a picture drawn for its key, or its first bytes. */
import type { FakeVersion } from "./fake-buckets";
import { hash32 } from "./fake-seed";
import type { PreviewView } from "./types";

const HEX_BYTES = 256;

/** Renders the preview of one version. */
export function previewOf(key: string, version: FakeVersion): PreviewView {
  const nothing: PreviewView = {
    kind: "none",
    url: "",
    text: null,
    hex: null,
    truncated: false,
    sizeBytes: version.sizeBytes,
  };
  if (version.sizeBytes === 0) return nothing;
  if (version.body !== null) return { ...nothing, kind: "text", text: version.body };
  if (version.contentType.startsWith("image/")) {
    return { ...nothing, kind: "image", url: picture(`${key}/${version.versionId}`) };
  }
  const truncated = version.sizeBytes > HEX_BYTES;
  return { ...nothing, kind: "hex", hex: hexOf(key, version.sizeBytes), truncated };
}

/** Draws hills under a sky, in colours taken from the key. */
function picture(text: string): string {
  const hue = hash32(text) % 360;
  const far = String((hue + 40) % 360);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200">` +
    `<rect width="320" height="200" fill="hsl(${String(hue)} 60% 78%)"/>` +
    `<circle cx="${String(60 + (hue % 200))}" cy="56" r="26" fill="hsl(48 90% 88%)"/>` +
    `<path d="M0 150L80 90l60 40 70-60 110 80v50H0z" fill="hsl(${far} 34% 46%)"/>` +
    `<path d="M0 176l90-36 80 26 70-30 80 30v34H0z" fill="hsl(${far} 38% 30%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Writes the first bytes as a dump of 16 a line: offset, bytes, characters. */
function hexOf(key: string, sizeBytes: number): string {
  const lines: string[] = [];
  const end = Math.min(sizeBytes, HEX_BYTES);
  for (let start = 0; start < end; start += 16) {
    const bytes = Array.from({ length: Math.min(16, end - start) }, (_, i) => {
      return hash32(`${key}/${String(start + i)}`) & 0xff;
    });
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const shown = bytes.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "."));
    lines.push(`${start.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${shown.join("")}`);
  }
  return lines.join("\n");
}
