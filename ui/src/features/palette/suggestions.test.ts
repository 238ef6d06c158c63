import { expect, test } from "vitest";

import type { BucketView } from "$lib/api/types";

import { Suggestions } from "./suggestions.svelte";

const BUCKET: BucketView = {
  name: "photos",
  created: 0,
  versioning: "off",
  objects: 0,
  sizeBytes: 0,
  versions: 0,
  allVersionsSizeBytes: 0,
};

test("choices say which text they are for, while the next text is looked up", async () => {
  const suggestions = new Suggestions(() => [BUCKET]);
  await suggestions.search("pho");
  expect([suggestions.answered, suggestions.choices.map((choice) => choice.id)]).toEqual([
    "pho",
    ["photos/"],
  ]);
  const looked = suggestions.search("photos/cover.png");
  expect(suggestions.answered).toBe("pho");
  suggestions.close();
  await looked;
  expect(suggestions.answered).toBe("pho");
});
