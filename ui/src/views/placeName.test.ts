import { expect, test } from "vitest";

import { windowTitle } from "./placeName";

test("the window's title begins with the place", () => {
  expect(windowTitle({ view: "home" })).toBe("Buckets – Stave");
  expect(windowTitle({ view: "bucket", bucket: "photos", prefix: "" })).toBe("photos – Stave");
  expect(windowTitle({ view: "bucket", bucket: "photos", prefix: "2026/" })).toBe(
    "photos/2026/ – Stave",
  );
});
