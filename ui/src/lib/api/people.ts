/** The part of the api that is about who may come in, what was given out, and what was asked. */
import type {
  Diagnosis,
  EndpointStatus,
  IdentityDetails,
  IdentityView,
  LinkOpening,
  LinkRequest,
  LinkView,
  NetworkShare,
  PolicyCheck,
  PolicyTemplate,
  RequestRecord,
} from "./types";

export interface IdentityApi {
  listIdentities(): Promise<IdentityView[]>;
  identity(args: { name: string }): Promise<IdentityDetails>;
  createUser(args: { name: string }): Promise<void>;
  createRole(args: {
    name: string;
    description: string;
    trust: string;
    sessionSeconds: number;
  }): Promise<void>;
  /** Refused while it has keys, policies or buckets. */
  deleteIdentity(args: { name: string }): Promise<void>;
  checkIdentityPolicy(args: { policy: string }): Promise<PolicyCheck>;
  putIdentityPolicy(args: { identity: string; name: string; document: string }): Promise<void>;
  deleteIdentityPolicy(args: { identity: string; name: string }): Promise<void>;
  putTrustPolicy(args: { role: string; document: string }): Promise<void>;
  /** Ends every session that was given before this moment. */
  revokeSessions(args: { identity: string }): Promise<void>;
  policyTemplates(): Promise<PolicyTemplate[]>;
}

export interface LinkApi {
  makeLink(args: LinkRequest): Promise<LinkView>;
  listLinks(): Promise<LinkView[]>;
  revokeLink(args: { id: string }): Promise<void>;
  /** Takes a link that has ended off the list, and its log with it. */
  forgetLink(args: { id: string }): Promise<void>;
  linkLog(args: { id: string }): Promise<LinkOpening[]>;
  diagnoseLink(args: { text: string }): Promise<Diagnosis>;
}

/** Links on the network: only ever begun by a person, and never without an end. */
export interface NetworkApi {
  shareOnNetwork(args: { minutes: number }): Promise<NetworkShare>;
  networkShare(): Promise<NetworkShare | null>;
  stopNetworkShare(): Promise<void>;
}

export interface PortApi {
  setTls(args: { enabled: boolean }): Promise<EndpointStatus>;
  newCertificate(): Promise<EndpointStatus>;
  /** The newest, or those before one that is known. */
  inspectRequests(args: { before: number | null; limit: number }): Promise<RequestRecord[]>;
  clearRequests(): Promise<void>;
}

export type PeopleApi = IdentityApi & LinkApi & NetworkApi & PortApi;
