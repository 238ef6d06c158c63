import { expect, test } from "vitest";

import type { CorsRefusal, CorsRuleView } from "$lib/api/types";

import {
  corsCommand,
  emptyRule,
  headerNames,
  linesOfRule,
  moved,
  placeIn,
  PRESETS,
  refusalsOf,
  secondsOf,
  titleOf,
  withMethod,
  withRule,
} from "./rules";

const rule = (id: string): CorsRuleView => ({ ...emptyRule(), id });
const ids = (rules: CorsRuleView[]) => rules.map(({ id }) => id);

const JSON_OF_TWO = `{
  "CORSRules": [
    {
      "AllowedOrigins": ["*"]
    },
    {
      "AllowedOrigins": ["a*b*c"]
    }
  ]
}`;

test("rules change places, and the ends hold", () => {
  const rules = [rule("a"), rule("b"), rule("c")];
  expect(ids(moved(rules, 0, 1))).toEqual(["b", "a", "c"]);
  expect(ids(moved(rules, 2, -1))).toEqual(["a", "c", "b"]);
  expect(ids(moved(rules, 0, -1))).toEqual(["a", "b", "c"]);
  expect(ids(moved(rules, 2, 1))).toEqual(["a", "b", "c"]);
});

test("a preset that is there already is set anew, not twice", () => {
  expect(ids(withRule([rule("vite"), rule("b")], rule("vite")))).toEqual(["vite", "b"]);
  expect(ids(withRule([rule("")], rule("")))).toEqual(["", ""]);
});

test("the preset of a dev server has both names of this computer", () => {
  expect(PRESETS[0]?.rule.origins).toEqual(["http://localhost:5173", "http://127.0.0.1:5173"]);
  expect(PRESETS[2]?.rule).toMatchObject({ origins: ["*"], methods: ["GET", "HEAD"] });
});

test("methods keep their order", () => {
  expect(withMethod(["GET", "PUT"], "HEAD", true)).toEqual(["GET", "HEAD", "PUT"]);
  expect(withMethod(["GET", "PUT"], "GET", false)).toEqual(["PUT"]);
});

test("a rule is called by its place and its name", () => {
  expect(titleOf(rule(""), 1)).toBe("Rule 2");
  expect(titleOf(rule("vite"), 0)).toBe("Rule 1, vite");
});

test("a line is told by its rule, and a rule by its lines", () => {
  expect(placeIn(JSON_OF_TWO)(7)).toBe("Rule 2");
  expect(placeIn(JSON_OF_TWO)(1)).toBe("The rules");
  expect(linesOfRule(JSON_OF_TWO, 1)).toEqual({ from: 6, to: 8 });
  expect(linesOfRule(JSON_OF_TWO, null)).toBeNull();
});

test("rules are one line on the terminal, and no rules delete them", () => {
  expect(corsCommand("photos", '{\n  "CORSRules": []\n}', "http://127.0.0.1:9000")).toBe(
    `aws s3api put-bucket-cors --bucket photos --cors-configuration '{"CORSRules":[]}' --endpoint-url http://127.0.0.1:9000`,
  );
  expect(corsCommand("photos", "", "http://127.0.0.1:9000")).toBe(
    "aws s3api delete-bucket-cors --bucket photos --endpoint-url http://127.0.0.1:9000",
  );
});

test("the same ask is one refusal, told at its newest, in its own bucket", () => {
  const refusal = (at: number, bucket: string, method: string): CorsRefusal => ({
    ...{ at, bucket, method, origin: "http://a", headers: [], key: "k", sentence: "" },
  });
  const found = refusalsOf(
    [refusal(3, "photos", "PUT"), refusal(2, "dev", "PUT"), refusal(1, "photos", "PUT")],
    "photos",
  );
  expect(found.map(({ newest, times }) => [newest.at, times])).toEqual([[3, 2]]);
});

test("names of headers are read however they are set apart", () => {
  expect(headerNames(" content-type,x-amz-acl\n  range ")).toEqual([
    "content-type",
    "x-amz-acl",
    "range",
  ]);
  expect(headerNames("content-type: image/png, range")).toEqual([
    "content-type: image/png",
    "range",
  ]);
  expect(headerNames("")).toEqual([]);
});

test("seconds are whole, and may be left out", () => {
  expect(secondsOf(" 3000 ")).toBe(3000);
  expect(secondsOf("")).toBeNull();
  expect(secondsOf("1.5")).toBeUndefined();
  expect(secondsOf("soon")).toBeUndefined();
});
