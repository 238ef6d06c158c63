/** Ports as people type them. */

const PORT_MIN = 1_024;
const PORT_MAX = 65_535;

export type Port = { port: number; problem: null } | { port: null; problem: string };

/** Reads a port, or says why it is none. */
export function parsePort(text: string): Port {
  const digits = text.trim();
  if (!/^\d{1,5}$/.test(digits)) return { port: null, problem: "A port is a number." };
  const port = Number(digits);
  if (port < PORT_MIN) {
    return { port: null, problem: "Ports below 1024 belong to the system." };
  }
  if (port > PORT_MAX) return { port: null, problem: "Ports end at 65535." };
  return { port, problem: null };
}
