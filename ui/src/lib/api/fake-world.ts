/** What every part of the fake shares: the clock, the emitter, refusals, and failures to order. */
import { ApiError } from "./errors";
import { SEED_NOW } from "./fake-seed";
import type { ApiEvents } from "./types";

/** Fails as the engine does for something that is not there. */
export function missing(what: string, name: string): ApiError {
  return new ApiError(
    "not_found",
    `There is no ${what} named “${name}”.`,
    "It may have been deleted or renamed meanwhile.",
    "Reload",
  );
}

type Handler = (payload: unknown) => void;

/** Passes events on, in the order of subscription. */
export class Emitter {
  private readonly handlers = new Map<keyof ApiEvents, Set<Handler>>();

  on<K extends keyof ApiEvents>(event: K, handler: (payload: ApiEvents[K]) => void): () => void {
    const known = this.handlers.get(event) ?? new Set<Handler>();
    this.handlers.set(event, known);
    const entry: Handler = (payload) => {
      handler(payload as ApiEvents[K]);
    };
    known.add(entry);
    return () => known.delete(entry);
  }

  emit<K extends keyof ApiEvents>(event: K, payload: ApiEvents[K]): void {
    for (const handler of [...(this.handlers.get(event) ?? [])]) handler(payload);
  }
}

/** A clock that stands still until it is advanced, or runs with the computer's. */
export class FakeClock {
  private elapsedMs = 0;
  private readonly listeners = new Set<(stepMs: number) => void>();

  constructor(
    private readonly startMs: number,
    readonly manual: boolean,
  ) {}

  static fromQuery(query: URLSearchParams): FakeClock {
    const manual = query.get("clock") === "manual";
    return new FakeClock(manual ? SEED_NOW : Date.now(), manual);
  }

  now(): number {
    return this.startMs + this.elapsedMs;
  }

  onAdvance(listener: (stepMs: number) => void): void {
    this.listeners.add(listener);
  }

  /** Moves time on, in steps small enough that progress looks like progress. */
  advance(ms: number, stepMs = 250): void {
    for (let left = ms; left > 0; left -= stepMs) {
      const step = Math.min(stepMs, left);
      this.elapsedMs += step;
      for (const listener of this.listeners) listener(step);
    }
  }
}

/** Which commands fail, hang or answer late: for the failed and loading faces of each screen. */
export class Faults {
  private readonly failing: Set<string>;
  private readonly hanging: Set<string>;
  latencyMs: number;

  constructor(query: URLSearchParams) {
    this.failing = new Set((query.get("fail") ?? "").split(",").filter(Boolean));
    this.hanging = new Set((query.get("hang") ?? "").split(",").filter(Boolean));
    this.latencyMs = Number(query.get("latency") ?? 0);
  }

  fail(command: string): void {
    this.failing.add(command);
  }

  heal(): void {
    this.failing.clear();
    this.hanging.clear();
  }

  /** Resolves when the command may answer, and rejects when it was told to fail. */
  async pass(command: string): Promise<void> {
    if (this.hanging.has(command)) await new Promise<void>(() => undefined);
    if (this.latencyMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    }
    if (this.failing.has(command)) {
      throw new ApiError(
        "disk_unreadable",
        "The vault's disk did not answer.",
        `input/output error while running ${command}`,
        "Check that the disk is connected, then try again.",
      );
    }
  }
}

/** What the parts of the fake are built on. */
export interface World {
  clock: FakeClock;
  events: Emitter;
  faults: Faults;
}
