/**
 * Answers of the app, kept until a change event names them. The app owns the truth: a screen
 * never edits an answer, it drops it and asks again.
 */
import { untrack as untracked } from "svelte";

import { toApiError, type ApiError } from "$lib/api/errors";

/** The name of an answer, from the general to the particular: ["versions", bucket, key]. */
export type QueryKey = readonly string[];

/** What a screen sees of an answer. The old one stays in sight while a new one is fetched. */
export interface Query<T> {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly loading: boolean;
  reload(): void;
}

class Answer {
  data = $state.raw<unknown>();
  error = $state.raw<ApiError | undefined>();
  loading = $state(false);
  /** Rises when the answer is dropped; those who watch it ask again. */
  dropped = $state(0);
  /** The value of `dropped` for which the newest request was made. */
  asked = -1;
  watchers = 0;

  constructor(readonly key: QueryKey) {}

  async fetch(load: () => Promise<unknown>): Promise<void> {
    const round = this.dropped;
    if (this.asked === round) return;
    this.asked = round;
    this.loading = true;
    const settle = (apply: () => void) => {
      // An answer that was dropped meanwhile is already being asked for again.
      if (this.asked !== round) return;
      apply();
      this.loading = false;
    };
    try {
      const data = await load();
      settle(() => {
        this.data = data;
        this.error = undefined;
      });
    } catch (thrown) {
      settle(() => (this.error = toApiError(thrown)));
    }
  }
}

const answers = new Map<string, Answer>();

const nameOf = (key: QueryKey): string => JSON.stringify(key);

const answerTo = (key: QueryKey): Answer => answerNamed(nameOf(key));

function answerNamed(name: string): Answer {
  const known = answers.get(name);
  if (known) return known;
  const answer = new Answer(JSON.parse(name) as QueryKey);
  answers.set(name, answer);
  return answer;
}

/**
 * Watches an answer from within a component. A key of null asks nothing, for the screen that
 * has nothing chosen yet.
 */
export function query<T>(key: () => QueryKey | null, load: () => Promise<T>): Query<T> {
  let answer = $state.raw<Answer | undefined>();
  // Compared as text: a key that is made anew and says the same must not drop the answer.
  const name = $derived.by(() => {
    const names = key();
    return names && nameOf(names);
  });
  $effect.pre(() => {
    const wanted = name;
    const watched = wanted === null ? undefined : untracked(() => answerNamed(wanted));
    answer = watched;
    return watched && watch(watched);
  });
  $effect(() => {
    const watched = answer;
    if (watched && watched.dropped >= 0) untracked(() => void watched.fetch(load));
  });
  return {
    get data() {
      return answer?.data as T | undefined;
    },
    get error() {
      return answer?.error;
    },
    get loading() {
      return answer?.loading ?? false;
    },
    reload: () => {
      if (answer) answer.dropped += 1;
    },
  };
}

/** Calls `handler` each time the answers of that name are dropped, for what is kept elsewhere. */
export function whenDropped(key: () => QueryKey, handler: () => void): void {
  $effect(() => {
    const names = key();
    const watched = untracked(() => answerTo(names));
    const before = untracked(() => watched.dropped);
    const unwatch = watch(watched);
    const end = $effect.root(() => {
      $effect(() => {
        if (watched.dropped > before) untracked(handler);
      });
    });
    return () => {
      end();
      unwatch();
    };
  });
}

/** Keeps an answer for as long as somebody watches it. */
function watch(answer: Answer): () => void {
  answer.watchers += 1;
  return () => {
    answer.watchers -= 1;
    if (answer.watchers === 0) answers.delete(nameOf(answer.key));
  };
}

/** Drops every answer whose key begins with `names`. */
export function drop(...names: string[]): void {
  for (const answer of answers.values()) {
    if (names.every((name, index) => answer.key[index] === name)) answer.dropped += 1;
  }
}
