/** Reasons come as clauses; on the screen they are sentences. */
export function sentence(clause: string): string {
  if (clause === "") return "";
  // A name such as an ARN keeps its letters.
  const named = /^[a-z0-9]+:\S/.test(clause);
  const text = named ? clause : clause.charAt(0).toUpperCase() + clause.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
