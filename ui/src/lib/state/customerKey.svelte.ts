/** The choice of a customer's key in a dialog: by the name that the keychain knows, or typed. */
import { api } from "$lib/api";
import type { CustomerKeyRef } from "$lib/api/types";
import { customerKeyRefusal } from "$lib/customerKey";

import { query } from "./query.svelte";

export class CustomerKeyChoice {
  /** Undefined until somebody chose; then the first that is kept is meant. */
  #name = $state<string>();
  typed = $state("");
  tried = $state(false);
  readonly #kept = query(
    () => ["customerKeys"],
    () => api.listCustomerKeys(),
  );

  get names(): string[] {
    return (this.#kept.data ?? []).map(({ name }) => name);
  }

  get name(): string {
    return this.#name ?? this.names[0] ?? "";
  }

  set name(name: string) {
    this.#name = name;
  }

  get error(): string | null {
    return this.tried && this.name === "" ? customerKeyRefusal(this.typed) : null;
  }

  /** Takes the key as it was chosen, or null where it cannot be one. */
  take(): CustomerKeyRef | null {
    this.tried = true;
    if (this.name !== "") return { name: this.name };
    return customerKeyRefusal(this.typed) === null ? { value: this.typed.trim() } : null;
  }
}
