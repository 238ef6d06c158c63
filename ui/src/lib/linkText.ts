/** What is said of a link where it is handed on: in words, in a mail, as a picture. */
import { formatDateExactly } from "$lib/format/date";
import { formatNumberOf } from "$lib/format/size";

export interface Handed {
  title: string;
  kind: "get" | "put" | "post";
  url: string;
  curl: string;
  expires: number;
  maxUses: number | null;
  audience: "computer" | "network";
  form: { html: string } | null;
}

/** Writes the mail that hands a link on; it says what to do, and until when. */
export function mailText(link: Handed): string {
  const uses = link.maxUses === null ? "" : `, ${formatNumberOf(link.maxUses, "time")} at most`;
  const lines = [
    link.title,
    "",
    ...deed(link),
    "",
    `It works until ${formatDateExactly(link.expires)}${uses}.`,
  ];
  if (link.audience === "network") {
    lines.push(
      "You need to be on the same network. Your browser warns once, as the certificate is its own.",
    );
  }
  return lines.join("\n");
}

function deed({ kind, url, curl, form }: Handed): string[] {
  if (kind === "get") return ["Open or download it here:", url];
  if (kind === "put") return ["Send the file with this command:", curl];
  const page = form?.html ?? "";
  return ["Save the lines below as upload.html, open that file, and choose yours.", "", page];
}

/** Shows a drawing as a picture: so it cannot run anything, whatever it says. */
export function pictureOf(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}
