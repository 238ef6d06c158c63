/** The fake's request inspector: what was asked in the last minutes, and what tests ask. */
import { draw, SECOND } from "./fake-seed";
import type { World } from "./fake-world";
import type { HeaderView, RequestRecord } from "./types";

const AGENT = "aws-cli/2.31.18 md/awscrt#0.27.6 ua/2.1 os/linux";
const HOST = "127.0.0.1:9000";

/** What a test may choose of a request. */
export type FakeRequest = Partial<RequestRecord>;

export class FakeRequests {
  private records: RequestRecord[] = [];

  constructor(
    private readonly world: World,
    seeded: boolean,
  ) {
    const now = world.clock.now();
    if (seeded) SEEDS.forEach((seed, index) => this.add(seed, now - (8 - index) * 41 * SECOND));
  }

  page(before: number | null, limit: number): RequestRecord[] {
    const older = this.records.filter(({ id }) => before === null || id < before);
    return older.slice(-limit).reverse();
  }

  /** Acts as a client that asks something now. */
  ask(request: FakeRequest): void {
    this.add(request, this.world.clock.now());
    this.world.events.emit("request", null);
  }

  clear(): void {
    this.records = [];
  }

  private add(seed: FakeRequest, at: number): void {
    const id = (this.records.at(-1)?.id ?? 0) + 1;
    const signed = seed.signature === undefined ? "header" : seed.signature;
    const record: RequestRecord = {
      id,
      at,
      method: "GET",
      target: "/photos/cover.png",
      host: HOST,
      status: 200,
      code: null,
      user: signed === null ? null : "admin",
      accessKey: signed === null ? null : "STAVEQ5F3ZL2MB6XKEXA",
      signature: signed,
      operation: "GetObject",
      bucket: "photos",
      key: "cover.png",
      durationMs: 4,
      bytesIn: 0,
      bytesOut: 48_213,
      sourceIp: "127.0.0.1",
      userAgent: AGENT,
      canonicalRequest: null,
      stringToSign: null,
      decision: signed === null ? null : "Allowed: admin is the owner of the vault.",
      cors: null,
      headers: [],
      ...seed,
    };
    const texts = signed === null ? {} : signatureOf(record);
    this.records.push({ ...texts, ...withHeaders(record), ...seed });
  }
}

function withHeaders(record: RequestRecord): RequestRecord {
  const headers: HeaderView[] = [
    { name: "Host", value: record.host },
    { name: "User-Agent", value: record.userAgent },
    { name: "Accept-Encoding", value: "identity" },
  ];
  if (record.signature === "header" || record.signature === "chunked") {
    headers.push({ name: "X-Amz-Date", value: amzDate(record.at) });
    headers.push({ name: "X-Amz-Content-Sha256", value: "UNSIGNED-PAYLOAD" });
  }
  const { canonicalRequest, stringToSign } = signatureOf(record);
  if (record.signature === null) return { ...record, headers: [...headers, ...record.headers] };
  return { ...record, canonicalRequest, stringToSign, headers: [...headers, ...record.headers] };
}

const amzDate = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");

function signatureOf({ method, target, host, at }: RequestRecord) {
  const [path = "", query = ""] = target.split("?");
  const date = amzDate(at);
  const canonicalRequest = [
    method,
    path,
    query,
    `host:${host}`,
    "x-amz-content-sha256:UNSIGNED-PAYLOAD",
    `x-amz-date:${date}`,
    "",
    "host;x-amz-content-sha256;x-amz-date",
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const digest = draw(canonicalRequest, 64, "0123456789abcdef");
  return { canonicalRequest, stringToSign: ["AWS4-HMAC-SHA256", date, scope, digest].join("\n") };
}

const SEEDS: readonly FakeRequest[] = [
  { target: "/", operation: "ListBuckets", bucket: null, key: null, bytesOut: 1_204 },
  {
    target: "/photos?list-type=2&prefix=2026%2F",
    operation: "ListObjectsV2",
    key: null,
    bytesOut: 18_430,
    durationMs: 11,
  },
  { target: "/photos/2026/june/IMG_4107.jpg", key: "2026/june/IMG_4107.jpg", durationMs: 9 },
  {
    method: "PUT",
    target: "/dev/build/app.tar.zst",
    operation: "PutObject",
    bucket: "dev",
    key: "build/app.tar.zst",
    user: "ci",
    status: 403,
    code: "AccessDenied",
    signature: "chunked",
    bytesIn: 412_000,
    bytesOut: 341,
    decision:
      "Denied: no policy of ci allows s3:PutObject on dev/build/app.tar.zst. Its policy write-dev allows it below dev/out/ alone.",
  },
  {
    method: "OPTIONS",
    target: "/photos/inbox/scan.pdf",
    operation: null,
    key: "inbox/scan.pdf",
    status: 403,
    code: "AccessForbidden",
    signature: null,
    bytesOut: 287,
    userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/143.0.0.0",
    cors: "No rule matches: the origin's port is 5174, rule 1 says 5173.",
    headers: [
      { name: "Origin", value: "http://localhost:5174" },
      { name: "Access-Control-Request-Method", value: "PUT" },
    ],
  },
  {
    target: "/photos/cover.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=3600",
    signature: "query",
    status: 403,
    code: "SignatureDoesNotMatch",
    bytesOut: 1_012,
    decision: "Refused before any policy: the signature does not match.",
    userAgent: "curl/8.16.0",
  },
  { method: "HEAD", operation: "HeadObject", bytesOut: 0, durationMs: 1 },
];
