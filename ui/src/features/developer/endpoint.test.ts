import { expect, test } from "vitest";

import type { EndpointStatus } from "$lib/api/types";

import { describeEndpoint, nextPort } from "./endpoint";

const ON: EndpointStatus = {
  state: "on",
  url: "http://127.0.0.1:9000",
  port: 9_000,
  preferredPort: 9_000,
  portTakenBy: null,
  message: "",
  hint: "",
  region: "us-east-1",
  tls: null,
};

test("an endpoint on its own port needs no remark", () => {
  expect(describeEndpoint(ON)).toEqual({ light: "success", title: "Listening", note: "" });
});

test("an endpoint on another port names who has its own", () => {
  const moved = { ...ON, port: 9_010, portTakenBy: "minio (pid 812)" };
  expect(describeEndpoint(moved).note).toBe(
    "Port 9000 is used by minio (pid 812), so it uses 9010.",
  );
  expect(describeEndpoint({ ...moved, portTakenBy: null }).note).toBe(
    "Port 9000 was taken, so it uses 9010.",
  );
});

test("an endpoint that failed says why, and the next port is offered", () => {
  const failed = { ...ON, state: "failed", port: 0, message: "Port 9000 is taken." } as const;
  expect(describeEndpoint(failed)).toMatchObject({ light: "danger", title: "Port 9000 is taken." });
  expect(nextPort(failed)).toBe(9_001);
});
