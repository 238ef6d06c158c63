/** Reasons come as clauses; on the screen they are sentences. */
export function sentence(clause: string): string {
  if (clause === "") return "";
  const text = clause.charAt(0).toUpperCase() + clause.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
