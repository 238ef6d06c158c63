import { expect, test } from "vitest";

import type { IdentityView } from "$lib/api/types";

import {
  accountOf,
  factsOf,
  fillBucket,
  joined,
  namesBucket,
  nameRefusal,
  policyNameRefusal,
  trustFor,
} from "./words";

const ADA: IdentityView = {
  name: "ada",
  kind: "user",
  arn: "arn:aws:iam::000000000000:user/ada",
  created: 1,
  description: "",
  policies: ["read-photos"],
  keys: 2,
  lastUsed: 100_000,
  owner: false,
  buckets: 1,
};

test("a user is told by policies, keys, use and buckets", () => {
  expect(factsOf(ADA, 160_000)).toEqual([
    "policy read-photos",
    "2 keys",
    "last used 1 min ago",
    "owns 1 bucket",
  ]);
  const idle = { ...ADA, policies: [], keys: 0, lastUsed: null, buckets: 0 };
  expect(factsOf(idle, 0)).toEqual(["no policy: may do nothing by itself", "no keys"]);
  expect(factsOf({ ...idle, kind: "role" }, 0)).toEqual(["no policy: may do nothing by itself"]);
  expect(factsOf({ ...idle, owner: true, keys: 1 }, 0)).toEqual([
    "no policy binds it",
    "1 key",
    "never used",
  ]);
});

test.each([
  ["", "Type a name."],
  ["a b", "A name has only letters, digits and + = , . @ _ -."],
  ["a".repeat(65), "A name has at most 64 characters."],
  ["ci@build-1", null],
])("of the name %j is said %j", (name, said) => {
  expect(nameRefusal(name)).toBe(said);
});

test("a policy's name is refused where it is taken", () => {
  expect(policyNameRefusal("read", ["read"])).toBe("There is a policy of this name.");
  expect(policyNameRefusal("a".repeat(100), [])).toBeNull();
  expect(policyNameRefusal("a".repeat(129), [])).toBe("A name has at most 128 characters.");
});

test("a template is filled with a bucket wherever it names one", () => {
  const template = '["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*", "arn:aws:s3:::*"]';
  expect(fillBucket(template, "dev")).toBe(
    '["arn:aws:s3:::dev", "arn:aws:s3:::dev/*", "arn:aws:s3:::*"]',
  );
  expect(namesBucket(template)).toBe(true);
  expect(namesBucket('{"Resource": "*"}')).toBe(false);
});

test("a role may be taken by a user, or by whom the account allows it", () => {
  expect(accountOf(ADA.arn)).toBe("arn:aws:iam::000000000000:root");
  expect(trustFor(ADA.arn)).toContain('"AWS": "arn:aws:iam::000000000000:user/ada"');
});

test("what stands in the way is joined as one says it", () => {
  expect(joined(["2 access keys"])).toBe("2 access keys");
  expect(joined(["2 access keys", "1 policy", "1 bucket"])).toBe(
    "2 access keys, 1 policy and 1 bucket",
  );
});
