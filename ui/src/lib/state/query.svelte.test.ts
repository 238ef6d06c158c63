import { flushSync } from "svelte";
import { expect, test, vi } from "vitest";

import { drop, query, whenDropped, type Query } from "./query.svelte";

/** Runs `setup` as a component would, and returns what it made with a way to end it. */
function within<T>(setup: () => T): { made: T; end: () => void } {
  let made: T | undefined;
  const end = $effect.root(() => {
    made = setup();
  });
  flushSync();
  if (made === undefined) throw new Error("The setup made nothing.");
  return { made, end };
}

const settled = (answer: Query<unknown>) => vi.waitFor(() => expect(answer.loading).toBe(false));

test("an answer is fetched once for all who watch it", async () => {
  const load = vi.fn(async () => "answer");
  const { made, end } = within(() => [
    query(() => ["shared"], load),
    query(() => ["shared"], load),
  ]);
  await vi.waitFor(() => expect(made.map((answer) => answer.data)).toEqual(["answer", "answer"]));
  expect(load).toHaveBeenCalledTimes(1);
  end();
});

test("a change drops the answers whose names begin with it, and no others", async () => {
  const buckets = vi.fn(async () => 1);
  const photos = vi.fn(async () => 2);
  const { made, end } = within(() => [
    query(() => ["buckets"], buckets),
    query(() => ["objects", "photos", "details", "a"], photos),
  ]);
  await vi.waitFor(() => expect(made[1]?.data).toBe(2));
  drop("objects", "photos");
  flushSync();
  await vi.waitFor(() => expect(photos).toHaveBeenCalledTimes(2));
  drop("objects", "other");
  flushSync();
  expect(photos).toHaveBeenCalledTimes(2);
  expect(buckets).toHaveBeenCalledTimes(1);
  end();
});

test("the old answer stays in sight while the new one is fetched", async () => {
  let give: (value: string) => void = () => undefined;
  const load = vi.fn<() => Promise<string>>().mockResolvedValueOnce("old");
  load.mockImplementationOnce(() => new Promise((resolve) => (give = resolve)));
  const { made, end } = within(() => query(() => ["slow"], load));
  await vi.waitFor(() => expect(made.data).toBe("old"));
  made.reload();
  flushSync();
  expect(made.loading).toBe(true);
  expect(made.data).toBe("old");
  give("new");
  await vi.waitFor(() => expect(made.data).toBe("new"));
  end();
});

test("an answer that was dropped while it was on its way does not count", async () => {
  const answers: ((value: string) => void)[] = [];
  const load = () => new Promise<string>((resolve) => answers.push(resolve));
  const { made, end } = within(() => query(() => ["race"], load));
  drop("race");
  flushSync();
  answers[1]?.("second");
  answers[0]?.("first");
  await vi.waitFor(() => expect(made.data).toBe("second"));
  await settled(made);
  expect(made.data).toBe("second");
  end();
});

test("a failure keeps the last answer and says why", async () => {
  const load = vi.fn<() => Promise<string>>().mockResolvedValueOnce("good");
  load.mockRejectedValueOnce({ code: "io", message: "The disk did not answer." });
  const { made, end } = within(() => query(() => ["fails"], load));
  await vi.waitFor(() => expect(made.data).toBe("good"));
  drop("fails");
  flushSync();
  await vi.waitFor(() => expect(made.error?.message).toBe("The disk did not answer."));
  expect(made.data).toBe("good");
  end();
});

test("what is kept elsewhere is told of each drop", () => {
  const told = vi.fn();
  const { end } = within(() => {
    whenDropped(() => ["objects", "photos", "listing"], told);
    return true;
  });
  expect(told).not.toHaveBeenCalled();
  drop("objects", "photos");
  flushSync();
  drop();
  flushSync();
  expect(told).toHaveBeenCalledTimes(2);
  end();
  drop("objects");
  flushSync();
  expect(told).toHaveBeenCalledTimes(2);
});

test("a key that is made anew and says the same keeps the answer", async () => {
  const load = vi.fn(async () => "answer");
  let row = $state.raw({ key: "a" });
  const { made, end } = within(() => query(() => ["row", row.key], load));
  await vi.waitFor(() => expect(made.data).toBe("answer"));
  row = { key: "a" };
  flushSync();
  expect(made.data).toBe("answer");
  expect(load).toHaveBeenCalledTimes(1);
  row = { key: "b" };
  flushSync();
  await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2));
  end();
});
