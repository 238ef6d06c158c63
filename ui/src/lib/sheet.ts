/**
 * The recovery sheet comes as a page. Nothing of it is put into this window as it is: its headings,
 * paragraphs, lists and pictures are read, and shown as text.
 */

export type SheetBlock =
  | { kind: "title" | "heading" | "text"; text: string }
  | { kind: "words"; words: string[] }
  | { kind: "facts"; facts: { name: string; value: string }[] }
  | { kind: "picture"; source: string; text: string };

/** Reads a page into what can be shown; everything else in it is left out. */
export function blocksOf(html: string): SheetBlock[] {
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.body.querySelectorAll("h1, h2, h3, p, ol, ul, dl, img, svg")].flatMap(blockOf);
}

function blockOf(element: Element): SheetBlock[] {
  const text = textOf(element);
  switch (element.localName) {
    case "h1":
      return [{ kind: "title", text }];
    case "h2":
    case "h3":
      return [{ kind: "heading", text }];
    case "ol":
    case "ul":
      return [{ kind: "words", words: [...element.children].map(textOf) }];
    case "dl":
      return [{ kind: "facts", facts: factsOf(element) }];
    case "svg":
      return [drawingOf(element)];
    case "img":
      return pictureOf(element);
    default:
      return text === "" || element.closest("li") ? [] : [{ kind: "text", text }];
  }
}

/** Only a picture that came along; nothing is fetched for a page. */
function pictureOf(image: Element): SheetBlock[] {
  const source = image.getAttribute("src") ?? "";
  const text = image.getAttribute("alt") ?? "";
  return /^data:image\//.test(source) ? [{ kind: "picture", source, text }] : [];
}

/** A drawing becomes a picture, in which nothing can run. */
function drawingOf(drawing: Element): SheetBlock {
  const source = new XMLSerializer().serializeToString(drawing);
  return {
    kind: "picture",
    source: `data:image/svg+xml,${encodeURIComponent(source)}`,
    text: "The words as a code",
  };
}

function factsOf(list: Element): { name: string; value: string }[] {
  const values = [...list.querySelectorAll("dd")].map(textOf);
  const names = [...list.querySelectorAll("dt")].map(textOf);
  return names.map((name, index) => ({ name, value: values[index] ?? "" }));
}

function textOf(element: Element): string {
  return element.textContent.replace(/\s+/g, " ").trim();
}
