/** The fake's answers about people, links and the port. */
import { ApiError } from "./errors";
import type { FakeEndpoint, FakeKeys } from "./fake-developer";
import { diagnose } from "./fake-doctor";
import { checkIdentityPolicy, FakeIdentities } from "./fake-identities";
import { FakeLinks, FakeNetwork } from "./fake-links";
import { FakeRequests } from "./fake-requests";
import type { World } from "./fake-world";
import type { IdentityApi, LinkApi, NetworkApi, PeopleApi, PortApi } from "./people";

export interface PeopleParts {
  identities: FakeIdentities;
  links: FakeLinks;
  network: FakeNetwork;
  requests: FakeRequests;
}

/** Makes the parts: `?links=none`, `?requests=none` begin empty, `?network=on|blocked`. */
export function peopleParts(
  world: World,
  endpoint: FakeEndpoint,
  keys: FakeKeys,
  query: URLSearchParams,
  seeded: boolean,
): PeopleParts {
  const network = new FakeNetwork(world, query.get("network"));
  return {
    identities: new FakeIdentities(world, keys, seeded),
    links: new FakeLinks(world, endpoint, network, seeded && query.get("links") !== "none"),
    network,
    requests: new FakeRequests(world, seeded && query.get("requests") !== "none"),
  };
}

interface Needed extends PeopleParts, World {
  endpoint: FakeEndpoint;
}

export function peopleApi(parts: Needed): PeopleApi {
  return { ...identityApi(parts), ...linkApi(parts), ...networkApi(parts), ...portApi(parts) };
}

function identityApi({ identities }: Needed): IdentityApi {
  return {
    listIdentities: async () => identities.list(),
    identity: async ({ name }) => identities.details(name),
    createUser: async ({ name }) => identities.create(name, "user"),
    createRole: async ({ name, ...rest }) => {
      assertJson(rest.trust);
      identities.create(name, "role", rest);
    },
    deleteIdentity: async ({ name }) => identities.remove(name),
    checkIdentityPolicy: async ({ policy }) => checkIdentityPolicy(policy),
    putIdentityPolicy: async (a) => identities.putPolicy(a.identity, a.name, a.document),
    deleteIdentityPolicy: async ({ identity, name }) => identities.deletePolicy(identity, name),
    putTrustPolicy: async ({ role, document }) => {
      assertJson(document);
      identities.putTrust(role, document);
    },
    revokeSessions: async ({ identity }) => identities.revokeSessions(identity),
    policyTemplates: async () => identities.templates(),
  };
}

function assertJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new ApiError("malformed_policy", "this is not valid JSON", "", "Mend the policy.");
  }
}

function linkApi(parts: Needed): LinkApi {
  const { links } = parts;
  return {
    makeLink: async (request) => links.make(request),
    listLinks: async () => links.list(),
    revokeLink: async ({ id }) => links.revoke(id),
    forgetLink: async ({ id }) => links.forget(id),
    linkLog: async ({ id }) => links.log(id),
    diagnoseLink: async ({ text }) => diagnose(text, links, parts),
  };
}

function networkApi({ network }: Needed): NetworkApi {
  return {
    shareOnNetwork: async ({ minutes }) => network.begin(minutes),
    networkShare: async () => network.current(),
    stopNetworkShare: async () => network.stop(),
  };
}

function portApi({ endpoint, requests }: Needed): PortApi {
  return {
    setTls: async ({ enabled }) => endpoint.setTls(enabled),
    newCertificate: async () => endpoint.renewCertificate(),
    inspectRequests: async ({ before, limit }) => requests.page(before, limit),
    clearRequests: async () => requests.clear(),
  };
}
