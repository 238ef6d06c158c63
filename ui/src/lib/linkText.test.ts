import { expect, test } from "vitest";

import { mailText, pictureOf, type Handed } from "./linkText";

const LINK: Handed = {
  title: "June",
  kind: "get",
  url: "https://192.168.1.20:9443/photos/a.jpg?X-Amz-Signature=0",
  curl: "curl -f -T 'a.jpg' 'https://192.168.1.20:9443/photos/a.jpg'",
  expires: Date.UTC(2026, 10, 22, 12),
  maxUses: 1,
  audience: "network",
  form: null,
};

test("a mail of a download says where, until when, how often, and from where it works", () => {
  const lines = mailText(LINK).split("\n");
  expect(lines.slice(0, 4)).toEqual(["June", "", "Open or download it here:", LINK.url]);
  expect(lines[5]).toMatch(/^It works until Sunday, 22 November 2026 at .*, 1 time at most\.$/);
  expect(lines[6]).toMatch(/^You need to be on the same network\./);
});

test("a mail of an upload brings the command or the page", () => {
  expect(mailText({ ...LINK, kind: "put" })).toContain(`command:\n${LINK.curl}\n`);
  const form = { html: "<form></form>" };
  const page = mailText({ ...LINK, kind: "post", form, maxUses: null, audience: "computer" });
  expect(page).toContain("upload.html");
  expect(page).toContain(form.html);
  expect(page).not.toContain("same network");
  expect(page).not.toContain("at most");
});

test("a drawing is a picture, so that nothing in it runs", () => {
  expect(pictureOf('<svg onload="x">')).toBe(
    "data:image/svg+xml;charset=utf-8,%3Csvg%20onload%3D%22x%22%3E",
  );
});
