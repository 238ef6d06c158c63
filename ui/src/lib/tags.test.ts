import { expect, test } from "vitest";

import { keyRefusal, refusals, sameTags, valueRefusal } from "./tags";

test("a key has a length and an alphabet", () => {
  expect(keyRefusal("k".repeat(128), [])).toBeNull();
  expect(keyRefusal("Straße 1", [])).toBeNull();
  expect(keyRefusal("", [])).toBe("A tag needs a key.");
  expect(keyRefusal("k".repeat(129), [])).toBe("A key has at most 128 characters.");
  expect(keyRefusal("AWS:x", [])).toBe("Keys that begin with aws: are reserved.");
  expect(keyRefusal("a&b", [])).toBe("“&” is not allowed here.");
  expect(keyRefusal("a\u0000", [])).toBe("U+0000 is not allowed here.");
});

test("a value may be empty, and is not as long as it likes", () => {
  expect(valueRefusal("")).toBeNull();
  expect(valueRefusal("+-=._:/@ é")).toBeNull();
  expect(valueRefusal("v".repeat(257))).toBe("A value has at most 256 characters.");
  expect(valueRefusal("<")).toBe("“<” is not allowed here.");
});

test("of two tags with one key the second is refused", () => {
  const tags = [
    { key: "a", value: "1" },
    { key: "a", value: "2" },
  ];
  expect(refusals(tags).map(({ key }) => key)).toEqual([null, "Another tag has this key already."]);
});

test("the order of tags does not matter", () => {
  const [a, b] = [
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ];
  expect(sameTags([a, b], [b, a])).toBe(true);
  expect(sameTags([a, b], [a])).toBe(false);
  expect(sameTags([a], [{ key: "a", value: "2" }])).toBe(false);
});
