/** The faces of an object in the inspector. */
export const TABS = [
  { id: "details", label: "Details" },
  { id: "preview", label: "Preview" },
  { id: "versions", label: "Versions" },
  { id: "access", label: "Access" },
] as const;

export type InspectorTab = (typeof TABS)[number]["id"];
