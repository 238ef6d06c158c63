/** The api over Tauri's channel; the only file of the screen that knows of it. */
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import { toApiError } from "./errors";
import type { Api, ApiEvents } from "./index";

/** Makes `vault_status` of `vaultStatus`: commands have the names of Rust functions. */
export function commandName(method: string): string {
  return method.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

async function call(method: string, args: Record<string, unknown> = {}): Promise<unknown> {
  try {
    return await invoke(commandName(method), args);
  } catch (thrown) {
    throw toApiError(thrown);
  }
}

function subscribe<E extends keyof ApiEvents>(
  event: E,
  handler: (payload: ApiEvents[E]) => void,
): () => void {
  const subscription = listen<ApiEvents[E]>(event, (message) => handler(message.payload));
  return () => void subscription.then((unlisten) => unlisten());
}

/** Every method of the contract is one command of the same name, so none is written out. */
export function createTauriApi(): Api {
  const target = { listen: subscribe } as unknown as Api;
  return new Proxy(target, {
    get(methods, name) {
      if (typeof name !== "string" || name === "then") return undefined;
      if (name === "listen") return methods.listen;
      return (args?: Record<string, unknown>) => call(name, args);
    },
  });
}
