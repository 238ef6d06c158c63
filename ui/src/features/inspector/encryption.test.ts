import { expect, test } from "vitest";

import type { EncryptionView } from "$lib/api/types";

import { asksForKey, isOfKey, keyNameOf, keyStateOf, kindOf, toldByName } from "./encryption";

const sealed: EncryptionView = {
  kind: "SSE-KMS",
  key: "3f1b2c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
  keyAlias: "alias/photos",
  keyArn: null,
  keyState: "disabled",
  keyVersion: 2,
  bucketKey: true,
  context: {},
};

test("a key is called by its alias, or else by its id", () => {
  expect(keyNameOf(sealed)).toBe("alias/photos");
  expect(keyNameOf({ ...sealed, keyAlias: null })).toBe("3f1b2c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d");
});

test("the kind and the key's state are told in words", () => {
  expect(kindOf(sealed)).toBe("SSE-KMS, under a key of the key service");
  expect(keyStateOf(sealed)?.word).toBe("Disabled");
  expect(keyStateOf({ ...sealed, keyState: null })).toBeUndefined();
});

test("a refusal leads to the key, or asks for one", () => {
  expect(isOfKey("key_disabled")).toBe(true);
  expect(isOfKey("disk_unreadable")).toBe(false);
  expect(asksForKey("customer_key_required")).toBe(true);
  expect(asksForKey("key_disabled")).toBe(false);
});

test("a refusal is told by the key's name, with its own words as the reason", () => {
  const error = { code: "key_disabled", message: "arn:k is disabled", why: "", hint: "Enable it." };
  expect(toldByName(error, sealed)).toEqual({
    code: "key_disabled",
    message: "The key alias/photos is disabled.",
    why: "arn:k is disabled",
    hint: "Enable it.",
  });
  expect(toldByName(error, undefined)).toBe(error);
});
