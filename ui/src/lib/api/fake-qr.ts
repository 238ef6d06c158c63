import { draw } from "./fake-seed";

/** Draws a square that looks like a QR code; the real one is drawn by the app. */
export function codeSquare(text: string): string {
  const size = 41;
  const bits = draw(text, size * size, "01");
  const finder = (x: number, y: number) => {
    const inside = (a: number, b: number) => {
      const distance = Math.max(Math.abs(x - a), Math.abs(y - b));
      return distance === 3 || distance <= 1;
    };
    return inside(3, 3) || inside(size - 4, 3) || inside(3, size - 4);
  };
  const clear = (x: number, y: number) =>
    (x < 8 && y < 8) || (x >= size - 8 && y < 8) || (x < 8 && y >= size - 8);
  let path = "";
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const dark = clear(x, y) ? finder(x, y) : bits.charAt(y * size + x) === "1";
      if (dark) path += `M${String(x + 4)} ${String(y + 4)}h1v1h-1z`;
    }
  }
  const side = String(size + 8);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<rect width="${side}" height="${side}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`
  );
}
