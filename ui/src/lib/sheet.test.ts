import { expect, test } from "vitest";

import { blocksOf } from "./sheet";

test("a page is read into its headings, paragraphs, words and pictures", () => {
  const html = `<!doctype html><html><head><title>x</title><style>p { color: red }</style></head><body>
    <h1>Stave recovery  sheet</h1><p>Vault 7f3a.</p><ol><li>anchor</li><li>basket</li></ol>
    <img alt="QR" src="data:image/svg+xml,x"><h2>What to do</h2><p>Type them.</p></body></html>`;
  expect(blocksOf(html)).toEqual([
    { kind: "title", text: "Stave recovery sheet" },
    { kind: "text", text: "Vault 7f3a." },
    { kind: "words", words: ["anchor", "basket"] },
    { kind: "picture", source: "data:image/svg+xml,x", text: "QR" },
    { kind: "heading", text: "What to do" },
    { kind: "text", text: "Type them." },
  ]);
});

test("names with values and drawings come along", () => {
  const html = `<dl><dt>Vault</dt><dd>7f3a</dd><dt>Printed on</dt><dd>2026-11-22</dd></dl>
    <svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`;
  const [facts, picture] = blocksOf(html);
  expect(facts).toEqual({
    kind: "facts",
    facts: [
      { name: "Vault", value: "7f3a" },
      { name: "Printed on", value: "2026-11-22" },
    ],
  });
  expect(picture).toMatchObject({ kind: "picture", text: "The words as a code" });
  const source = picture?.kind === "picture" ? decodeURIComponent(picture.source) : "";
  expect(source).toMatch(/^data:image\/svg\+xml,<svg [^]*<path d="M0 0"/);
});

test("what could run or be fetched is left out", () => {
  const html = `<script>alert(1)</script><img src="https://example.org/a.png"><iframe src="x"></iframe>
    <p onclick="alert(1)">&lt;b&gt;only text&lt;/b&gt;</p>`;
  expect(blocksOf(html)).toEqual([{ kind: "text", text: "<b>only text</b>" }]);
});
