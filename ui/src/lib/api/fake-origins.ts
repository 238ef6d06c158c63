/** The fake's answers about pages of other origins, policies of buckets, and decisions. */
import type { BucketAccessApi, CorsApi } from "./access";
import { FakeAccess, type People } from "./fake-access";
import type { Buckets } from "./fake-buckets";
import { FakeCors } from "./fake-cors";
import { writeRules } from "./fake-cors-rules";
import type { FakeEndpoint } from "./fake-developer";
import type { BucketSettingsOf } from "./fake-settings";
import type { World } from "./fake-world";

export interface AccessParts {
  cors: FakeCors;
  access: FakeAccess;
}

export function accessParts(
  world: World,
  buckets: Buckets,
  settings: BucketSettingsOf,
  people: People,
): AccessParts {
  return {
    cors: new FakeCors(world, buckets),
    access: new FakeAccess(world, buckets, settings, people),
  };
}

interface Needed extends AccessParts {
  endpoint: FakeEndpoint;
}

export function accessApi(parts: Needed): CorsApi & BucketAccessApi {
  return { ...corsApi(parts), ...bucketAccessApi(parts) };
}

function corsApi({ cors, endpoint }: Needed): CorsApi {
  return {
    bucketCors: async ({ bucket }) => cors.read(bucket),
    checkCors: async ({ json }) => cors.check(json),
    putBucketCors: async ({ bucket, json }) => cors.put(bucket, json),
    corsJson: async ({ rules }) => writeRules(rules),
    corsLab: async (question) => cors.lab(question, endpoint.url),
    corsRefusals: async () => cors.refusals(),
    allowRefused: async ({ bucket, ...asked }) => cors.allow(bucket, asked),
  };
}

function bucketAccessApi({ access }: Needed): BucketAccessApi {
  return {
    bucketAccess: async ({ bucket }) => access.read(bucket),
    checkBucketPolicy: async ({ bucket, policy }) => access.check(bucket, policy),
    putBucketPolicy: async ({ bucket, policy }) => access.putPolicy(bucket, policy),
    putPublicAccess: async ({ bucket, block }) => access.putBlock(bucket, block),
    effectiveAccess: async ({ bucket, key }) => access.effective(bucket, key),
    simulate: async (request) => access.simulate(request),
    simulateActions: async () => access.actions(),
  };
}
