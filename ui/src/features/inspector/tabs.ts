/** The faces of an object in the inspector. */
export const TABS = [
  { id: "details", label: "Details" },
  { id: "preview", label: "Preview" },
  { id: "versions", label: "Versions" },
] as const;

export type InspectorTab = (typeof TABS)[number]["id"];
