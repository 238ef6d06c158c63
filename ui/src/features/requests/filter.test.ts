import { expect, test } from "vitest";

import { createFakeApi } from "$lib/api/fake";

import { answerOf, fits, isFiltered, NO_FILTER, signatureOf } from "./filter";

const api = createFakeApi(new URLSearchParams("clock=manual"));
const records = await api.inspectRequests({ before: null, limit: 100 });
const found = (filter: Partial<typeof NO_FILTER>) =>
  records.filter((record) => fits(record, { ...NO_FILTER, ...filter })).map(({ id }) => id);

test("without a filter every request is shown, the newest first", () => {
  expect(found({})).toEqual([7, 6, 5, 4, 3, 2, 1]);
  expect(isFiltered(NO_FILTER)).toBe(false);
});

test("requests are found by what they came to", () => {
  expect(found({ status: "ok" })).toEqual([7, 3, 2, 1]);
  expect(found({ status: "refused" })).toEqual([6, 5, 4]);
  expect(found({ status: "server" })).toEqual([]);
});

test("requests are found by their method and by words", () => {
  expect(found({ method: "OPTIONS" })).toEqual([5]);
  expect(found({ text: "SignatureDoesNotMatch curl" })).toEqual([6]);
  expect(found({ text: "build/app ci" })).toEqual([4]);
});

test("a refusal names its code beside its status", () => {
  const [denied] = records.filter(({ id }) => id === 4);
  if (!denied) throw new Error("the fourth request is missing");
  expect(answerOf(denied)).toMatchObject({ text: "403 AccessDenied", tone: "warning" });
  expect(signatureOf(denied)).toBe("In the headers, chunk by chunk");
});
