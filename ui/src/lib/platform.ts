/** Whether this is a Mac, where the command key takes the place of Ctrl. */
export const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? "");
