import { expect, test } from "vitest";

import { faultOf, isFiltered, NO_FILTER, queryOf, subjectOf, verdictOf } from "./filter";

const NOW = Date.UTC(2026, 10, 22, 12);
const DAY = 86_400_000;

test("an empty filter asks for everything", () => {
  expect(isFiltered(NO_FILTER)).toBe(false);
  expect(queryOf(NO_FILTER, NOW, 50)).toEqual({
    from: null,
    to: null,
    eventName: null,
    user: null,
    resource: null,
    denied: null,
    before: null,
    limit: 50,
  });
});

test("what is typed is asked for without the spaces around it", () => {
  const filter = { ...NO_FILTER, user: " mara ", event: "Decrypt", deniedOnly: true };
  expect(isFiltered(filter)).toBe(true);
  expect(queryOf(filter, NOW, 50)).toMatchObject({
    user: "mara",
    eventName: "Decrypt",
    resource: null,
    denied: true,
  });
});

test("a span ends now, and days are whole", () => {
  expect(queryOf({ ...NO_FILTER, span: "week" }, NOW, 1)).toMatchObject({
    from: NOW - 7 * DAY,
    to: null,
  });
  const days = { ...NO_FILTER, span: "days", from: "2026-11-20", to: "2026-11-20" } as const;
  const { from, to } = queryOf(days, NOW, 1);
  expect(new Date(from ?? 0).getDate()).toBe(20);
  expect((to ?? 0) - (from ?? 0)).toBe(DAY - 1);
  expect(queryOf({ ...days, from: "", to: "" }, NOW, 1)).toMatchObject({ from: null, to: null });
});

test("a record is about its object, or else about the key", () => {
  const record = { sequence: 1, at: NOW, eventName: "Decrypt", user: "a", source: "b" };
  const rest = { keyArn: null, keyVersion: null, denied: false, error: null, json: "" };
  expect(subjectOf({ ...record, ...rest, key: "k", object: "photos/a" })).toBe("photos/a");
  expect(subjectOf({ ...record, ...rest, key: "k", object: null })).toBe("k");
});

test("faults are named by their place", () => {
  expect(faultOf({ kind: "changed", from: 41, to: 41 })).toBe("Record 41 is not what was written.");
  expect(faultOf({ kind: "missing", from: 97, to: 99 })).toBe("Records 97 to 99 are missing.");
});

test("a verdict says how many were checked", () => {
  expect(verdictOf({ checked: 180, from: 0, to: 1, faults: [] })).toBe(
    "Verified: 180 records, none changed, none missing",
  );
  const faults = [{ kind: "changed", from: 4, to: 4 }] as const;
  expect(verdictOf({ checked: 180, from: 0, to: 1, faults: [...faults] })).toBe(
    "1 fault in 180 records",
  );
});
