/**
 * The words about people, links and the port: who may come in, what was given out, and what was asked.
 * Times are milliseconds since 1970, sizes are bytes.
 */
import type { AccessKeyView as StoredKey } from "./bindings/AccessKeyView";
import type { Change as StoredChange } from "./bindings/Change";
import type { EndpointStatus as Listening } from "./bindings/EndpointStatus";

export type Change = Omit<StoredChange, "kind"> & {
  kind: StoredChange["kind"] | "identities" | "links";
};

/** The last time that a key signed something. */
export interface KeyUse {
  at: number;
  service: string;
  region: string;
}

export interface AccessKeyView extends StoredKey {
  lastUsed: KeyUse | null;
}

export interface TlsView {
  enabled: boolean;
  certificateSha256: string;
  expires: number;
  /** Where the certificate lies as a file, for programs that are to trust it. */
  path: string;
}

export interface EndpointStatus extends Listening {
  tls: TlsView | null;
}

export type IdentityKind = "user" | "role";

export interface IdentityView {
  name: string;
  kind: IdentityKind;
  arn: string;
  created: number;
  description: string;
  /** The names of its policies. */
  policies: string[];
  keys: number;
  lastUsed: number | null;
  /** Whether it is the vault's owner, whom no policy binds. */
  owner: boolean;
  buckets: number;
}

export interface InlinePolicy {
  name: string;
  document: string;
}

export interface SessionView {
  id: string;
  name: string;
  issued: number;
  expires: number;
}

export interface IdentityDetails extends Omit<IdentityView, "policies" | "keys"> {
  policies: InlinePolicy[];
  /** Who may take the role; users have none. */
  trust: string | null;
  sessionSeconds: number | null;
  keys: AccessKeyView[];
  sessions: SessionView[];
}

export interface PolicyTemplate {
  name: string;
  title: string;
  document: string;
}

export type LinkKind = "get" | "put" | "post";
export type LinkState = "live" | "expired" | "revoked" | "usedUp";
export type LinkAudience = "computer" | "network";

export interface NameValue {
  name: string;
  value: string;
}

/** An upload form: where it is sent, what is in it, and the page that holds it. */
export interface LinkForm {
  url: string;
  fields: NameValue[];
  html: string;
}

export interface LinkRequest {
  bucket: string;
  key: string;
  versionId: string | null;
  kind: LinkKind;
  /** From 1 second to 7 days. */
  expiresSeconds: number;
  maxUses: number | null;
  title: string;
  audience: LinkAudience;
  /** Of one upload: exactly this type. Of a form: what types begin with. */
  contentType: string | null;
  maxBytes: number | null;
  minBytes: number | null;
  keyPrefix: string | null;
}

export interface LinkView {
  id: string;
  title: string;
  kind: LinkKind;
  bucket: string;
  key: string;
  versionId: string | null;
  created: number;
  expires: number;
  maxUses: number | null;
  uses: number;
  lastUsed: number | null;
  revoked: number | null;
  state: LinkState;
  url: string;
  curl: string;
  qrSvg: string;
  audience: LinkAudience;
  user: string;
  form: LinkForm | null;
}

export type LinkOutcome = "used" | "revoked" | "expired" | "usedUp" | "mismatch";

export interface LinkOpening {
  at: number;
  outcome: LinkOutcome;
  sourceIp: string;
  userAgent: string;
  status: number | null;
}

/** A listener of its own, for links alone, until its end. */
export interface NetworkShare {
  address: string;
  addresses: string[];
  until: number;
  certificateSha256: string;
  /** Whether a trial reached it; null where that is not known. */
  reachable: boolean | null;
  sentence: string;
}

export type DiagnosisPart =
  | "time"
  | "host"
  | "path"
  | "header"
  | "method"
  | "query"
  | "encoding"
  | "key"
  | "policy"
  | "object"
  | "link"
  | "region"
  | "signature"
  | "form";

export interface Finding {
  part: DiagnosisPart;
  /** Null where it cannot be told. */
  ok: boolean | null;
  sentence: string;
  expected: string | null;
  found: string | null;
  cure: string | null;
}

export interface Diagnosis {
  verdict: string;
  /** The cause as one word for programs; empty where nothing is wrong. */
  cause: string;
  findings: Finding[];
}

export type SignatureKind = "header" | "query" | "form" | "chunked";

export interface RequestRecord {
  id: number;
  at: number;
  method: string;
  target: string;
  host: string;
  status: number;
  code: string | null;
  user: string | null;
  accessKey: string | null;
  signature: SignatureKind | null;
  operation: string | null;
  bucket: string | null;
  key: string | null;
  durationMs: number;
  bytesIn: number;
  bytesOut: number;
  sourceIp: string;
  userAgent: string;
  canonicalRequest: string | null;
  stringToSign: string | null;
  decision: string | null;
  cors: string | null;
  headers: NameValue[];
}
