/** A refusal in three lines: what happened, why we think so, what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: string,
    message: string,
    readonly why: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

interface Refusal {
  code?: unknown;
  message?: unknown;
  why?: unknown;
  hint?: unknown;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Turns whatever a call threw into the three lines, so that no screen shows "[object Object]". */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof Error) return new ApiError("internal", thrown.message, "", "");
  if (typeof thrown === "string") return new ApiError("internal", thrown, "", "");
  const refusal: Refusal = typeof thrown === "object" && thrown !== null ? thrown : {};
  const message = text(refusal.message) || "Something went wrong, and no reason was given.";
  const code = text(refusal.code) || "internal";
  return new ApiError(code, message, text(refusal.why), text(refusal.hint));
}
