/** The fake's recovery sheet, in the shape of the app's. */

/** Writes the sheet as a page. */
export function sheetOf(words: readonly string[], folder: string): string {
  const items = words.map((word) => `<li>${word}</li>`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Recovery sheet</title></head><body>
<h1>Stave recovery sheet</h1>
<dl><dt>Vault</dt><dd>7f3a19c2</dd><dt>Folder</dt><dd>${folder}</dd><dt>Printed on</dt><dd>2026-11-22</dd></dl>
<ol>${items}</ol>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><rect width="1" height="1"/><rect x="1" y="1" width="1" height="1"/></svg>
<h2>What to do</h2>
<p>Open Stave on any computer, choose “Use the recovery words”, and type the words in this order.</p>
<p>Keep this page where you keep what must not be lost. Whoever reads it can open the vault.</p>
</body></html>`;
}
