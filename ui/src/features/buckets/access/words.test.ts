import { expect, test } from "vitest";

import { contextOf, refusedLine, whoOptions } from "./question";
import {
  allAt,
  allOn,
  beginnings,
  blockCommand,
  letsPublicIn,
  linesOfStatement,
  policyCommand,
  sameBlock,
} from "./words";

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "A",
      "Effect": "Allow",
      "Action": "s3:GetObject"
    },
    {
      "Sid": "B",
      "Effect": "Deny",
      "Action": ["s3:PutObject"]
    }
  ]
}`;

const PUBLIC = { valid: true, problems: [], locksOut: false, allows: [], isPublic: true };

test("all four are on only together", () => {
  expect(allOn(allAt(true))).toBe(true);
  expect(allOn({ ...allAt(true), ignoreAcls: false })).toBe(false);
  expect(sameBlock(allAt(false), { ...allAt(false), blockPolicy: true })).toBe(false);
});

test("a public policy lets everyone in unless the public is kept out", () => {
  expect(letsPublicIn(PUBLIC, allAt(false))).toBe(true);
  expect(letsPublicIn(PUBLIC, { ...allAt(false), restrictBuckets: true })).toBe(false);
  expect(letsPublicIn({ ...PUBLIC, isPublic: false }, allAt(false))).toBe(false);
  expect(letsPublicIn(undefined, allAt(false))).toBe(false);
});

test("the statement that decided is found in the policy, however it is written", () => {
  const find = (statement: string, sid: string | null, policy = POLICY) =>
    linesOfStatement(policy, { statement, sid });
  const decided = '{"Action": "s3:PutObject", "Effect": "Deny", "Sid": "B"}';
  expect(find(decided, "B")).toEqual({ from: 9, to: 13 });
  expect(find('{"Action": "s3:*", "Sid": "A"}', "A")).toEqual({ from: 4, to: 8 });
  expect(find('{"Sid": "C"}', "C")).toBeNull();
  expect(find("{}", null)).toBeNull();
  expect(find(decided, "B", "{")).toBeNull();
  expect(find("", null)).toBeNull();
});

test("what to begin with is about the bucket itself", () => {
  const [reads] = beginnings("arn:aws:s3:::photos");
  expect(reads?.policy).toContain('"arn:aws:s3:::photos/*"');
});

test("commands write each switch, and delete a policy that is empty", () => {
  expect(blockCommand("photos", { ...allAt(true), ignoreAcls: false }, "http://h:1")).toBe(
    "aws s3api put-public-access-block --bucket photos --public-access-block-configuration " +
      "BlockPublicAcls=true,IgnorePublicAcls=false,BlockPublicPolicy=true,RestrictPublicBuckets=true" +
      " --endpoint-url http://h:1",
  );
  expect(policyCommand("photos", "", "http://h:1")).toBe(
    "aws s3api delete-bucket-policy --bucket photos --endpoint-url http://h:1",
  );
  expect(policyCommand("photos", '{\n "Sid": "it\'s"}', "http://h:1")).toBe(
    `aws s3api put-bucket-policy --bucket photos --policy '{"Sid":"it'\\''s"}' --endpoint-url http://h:1`,
  );
});

test("everyone can be asked about, and each identity by its kind", () => {
  expect(whoOptions([{ name: "ci", kind: "role" }])).toEqual([
    { value: "", label: "Everyone, unsigned" },
    { value: "ci", label: "role ci" },
  ]);
});

test("circumstances are names and values, and a line without one is told", () => {
  expect(contextOf(["aws:Referer = http://a/?b=c", "x"])).toEqual([
    { name: "aws:Referer", value: "http://a/?b=c" },
  ]);
  expect(refusedLine(["a=b"])).toBeNull();
  expect(refusedLine(["a=b", "x"])).toBe("“x” has no name and value with = between them.");
});
