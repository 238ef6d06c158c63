import type { IconName } from "$lib/icons";

/** A line of a menu. */
export interface MenuItem {
  label: string;
  icon: IconName;
  shortcut?: string | undefined;
  /** Marks what cannot be taken back lightly. */
  danger?: boolean;
  /** Why it cannot be chosen now; absent where it can. */
  unavailable?: string | undefined;
  run: () => void;
}

/** Groups of lines, with a rule between them. */
export type MenuGroups = readonly (readonly MenuItem[])[];

/** Where a menu opens: at a point of the window, or below an element. */
export type MenuAnchor = { x: number; y: number } | HTMLElement;

interface Size {
  width: number;
  height: number;
}

const MARGIN = 8;

/** Finds a place for a menu beside its anchor that lies within the window. */
export function placeMenu(anchor: MenuAnchor, menu: Size, room: Size): { x: number; y: number } {
  const box = anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : null;
  const wanted = box ? { x: box.left, y: box.bottom + 4 } : (anchor as { x: number; y: number });
  const above = (box ? box.top - 4 : wanted.y) - menu.height;
  const fits = wanted.y + menu.height <= room.height - MARGIN;
  const y = fits ? wanted.y : Math.max(MARGIN, above);
  const x = Math.max(MARGIN, Math.min(wanted.x, room.width - menu.width - MARGIN));
  return { x, y };
}
