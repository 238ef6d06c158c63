/** The fake's recovery sheet, in the shape of the app's. */

/** Writes the sheet as a page. */
export function sheetOf(words: readonly string[], folder: string): string {
  const items = words.map((word) => `<li>${word}</li>`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Recovery sheet</title></head><body>
<h1>Stave recovery sheet</h1>
<p>Vault 7f3a19c2, in ${folder}. Printed on 2026-11-22.</p>
<ol>${items}</ol>
<img alt="The words as a QR code" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'%3E%3Crect width='1' height='1'/%3E%3Crect x='1' y='1' width='1' height='1'/%3E%3C/svg%3E">
<h2>What to do</h2>
<p>Open Stave on any computer, choose “Use the recovery words”, and type the words in this order.</p>
<p>Keep this page where you keep what must not be lost. Whoever reads it can open the vault.</p>
</body></html>`;
}
