/** CORS rules on their way: the same draft as a form and as JSON, which the app alone turns into one another. */
import { api, toApiError } from "$lib/api";
import type { CorsCheck, CorsRuleView, CorsView } from "$lib/api/types";
import type { Face } from "$components/DocumentEditor.svelte";
import { Checking } from "$lib/state/checking.svelte";

const NOTHING: CorsCheck = { valid: true, problems: [], rules: [] };

export class CorsDraft {
  face = $state<Face>("form");
  readonly checking: Checking<CorsCheck>;
  readonly #kept: () => CorsView | undefined;
  #text = $state<string | null>(null);
  /** The rules as the form has them; nothing once the text was typed. */
  #rules = $state.raw<CorsRuleView[] | null>(null);
  #round = 0;

  /** Called while a component is set up. */
  constructor(kept: () => CorsView | undefined) {
    this.#kept = kept;
    this.checking = new Checking(
      () => this.text,
      async (json) => (json === "" ? NOTHING : api.checkCors({ json })),
    );
  }

  get kept(): string {
    return this.#kept()?.json ?? "";
  }

  get text(): string {
    return this.#text ?? this.kept;
  }

  get changed(): boolean {
    return this.text.trimEnd() !== this.kept.trimEnd();
  }

  /** The rules to show in the form; nothing where the text cannot be read as rules. */
  get rules(): CorsRuleView[] | undefined {
    if (this.#rules) return this.#rules;
    if (this.#text === null) return this.#kept()?.rules;
    const { last } = this.checking;
    return last && (last.valid || last.rules.length > 0) ? last.rules : undefined;
  }

  type(text: string): void {
    this.#round += 1;
    this.#text = text;
    this.#rules = null;
  }

  /** Takes over what the form says; its text follows. */
  async fill(rules: CorsRuleView[]): Promise<void> {
    const round = ++this.#round;
    this.#rules = rules;
    try {
      const text = rules.length === 0 ? "" : await api.corsJson({ rules });
      if (round === this.#round) this.#text = text;
    } catch (thrown) {
      this.checking.failure = toApiError(thrown);
    }
  }

  show(face: Face): void {
    this.face = face;
  }

  discard(): void {
    this.#round += 1;
    this.#text = null;
    this.#rules = null;
  }
}
