/** The fake's links: made, opened, ended and revoked; and the listener on the network. */
import { ApiError } from "./errors";
import type { FakeEndpoint } from "./fake-developer";
import { codeSquare } from "./fake-qr";
import { DAY, draw, HOUR, MINUTE } from "./fake-seed";
import { missing, type World } from "./fake-world";
import type {
  LinkForm,
  LinkKind,
  LinkOpening,
  LinkOutcome,
  LinkRequest,
  LinkState,
  LinkView,
  NetworkShare,
} from "./types";

const HEX = "0123456789abcdef";
const WEEK_SECONDS = 7 * 24 * 3_600;
const SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Safari/605.1.15";

interface Link {
  id: string;
  asked: LinkRequest;
  created: number;
  revoked: number | null;
  log: LinkOpening[];
  url: string;
}

/** A listener on the network, which ends by itself. */
export class FakeNetwork {
  private share: NetworkShare | null = null;

  /** `?network=blocked` begins a share that the trial does not reach; `?network=on` has one. */
  constructor(
    private readonly world: World,
    private readonly asked: string | null,
  ) {
    if (asked === "on") this.begin(240);
  }

  current(): NetworkShare | null {
    if (this.share && this.share.until <= this.world.clock.now()) this.share = null;
    return this.share;
  }

  begin(minutes: number): NetworkShare {
    const blocked = this.asked === "blocked";
    this.share = {
      address: "https://192.168.1.20:9443",
      addresses: ["https://192.168.1.20:9443", "https://10.8.0.3:9443"],
      until: this.world.clock.now() + minutes * MINUTE,
      certificateSha256: draw("certificate/network", 64, HEX),
      reachable: !blocked,
      sentence: blocked
        ? "A trial from this computer to 192.168.1.20:9443 was not answered. A firewall may block port 9443: allow it for this program."
        : "A trial from this computer to 192.168.1.20:9443 was answered.",
    };
    this.world.events.emit("links", null);
    return this.share;
  }

  stop(): void {
    this.share = null;
    this.world.events.emit("links", null);
  }
}

export class FakeLinks {
  private links: Link[] = [];
  private made = 0;

  constructor(
    private readonly world: World,
    private readonly endpoint: FakeEndpoint,
    private readonly network: FakeNetwork,
    seeded: boolean,
  ) {
    if (seeded) this.plant();
  }

  list(): LinkView[] {
    return this.links.map((link) => this.view(link));
  }

  make(asked: LinkRequest): LinkView {
    const { expiresSeconds, audience } = asked;
    if (expiresSeconds < 1 || expiresSeconds > WEEK_SECONDS) {
      throw new ApiError("invalid_argument", "a link lives from 1 second to 7 days", "", "");
    }
    const host = audience === "network" ? this.network.current()?.address : this.endpoint.url;
    if (!host) throw audience === "network" ? notShared() : endpointOff();
    const link = this.add(asked, host, this.world.clock.now());
    this.links = [link, ...this.links];
    this.world.events.emit("links", null);
    return this.view(link);
  }

  revoke(id: string): void {
    const link = this.get(id);
    if (link.revoked !== null) return;
    link.revoked = this.world.clock.now();
    this.world.events.emit("links", null);
  }

  forget(id: string): void {
    if (this.stateOf(this.get(id)) === "live") {
      const hint = "Revoke it first.";
      throw new ApiError("link_live", "a link that still works is not forgotten", "", hint);
    }
    this.links = this.links.filter((link) => link.id !== id);
    this.world.events.emit("links", null);
  }

  log(id: string): LinkOpening[] {
    return [...this.get(id).log].sort((a, b) => b.at - a.at);
  }

  /** Acts as somebody who opens a link from a telephone. */
  open(id: string): LinkOutcome {
    const link = this.get(id);
    const state = this.stateOf(link);
    const outcome = state === "live" ? "used" : state;
    const at = this.world.clock.now();
    const status = outcome === "used" ? 200 : 403;
    link.log.push({ at, outcome, sourceIp: "192.168.1.31", userAgent: SAFARI, status });
    this.world.events.emit("links", null);
    return outcome;
  }

  find(url: string): LinkView | undefined {
    return this.list().find((link) => link.kind !== "post" && link.url !== "" && url === link.url);
  }

  private view(link: Link): LinkView {
    const { asked, id, created, revoked, log } = link;
    const closed = asked.audience === "network" ? !this.network.current() : !this.endpoint.url;
    const url = closed ? "" : link.url;
    const used = log.filter(({ outcome }) => outcome === "used");
    const post = asked.kind === "post";
    return {
      id,
      title: asked.title,
      kind: asked.kind,
      bucket: asked.bucket,
      key: post ? (asked.keyPrefix ?? "") : asked.key,
      versionId: asked.versionId,
      created,
      expires: created + asked.expiresSeconds * 1_000,
      maxUses: asked.maxUses,
      uses: used.length,
      lastUsed: used.at(-1)?.at ?? null,
      revoked,
      state: this.stateOf(link),
      url,
      curl: closed ? "" : curlOf(asked, url),
      qrSvg: post || closed ? "" : codeSquare(url),
      audience: asked.audience,
      user: "admin",
      form: post && !closed ? formOf(asked, url) : null,
    };
  }

  private stateOf({ asked, created, revoked, log }: Link): LinkState {
    const uses = log.filter(({ outcome }) => outcome === "used").length;
    if (revoked !== null) return "revoked";
    if (created + asked.expiresSeconds * 1_000 <= this.world.clock.now()) return "expired";
    return asked.maxUses !== null && uses >= asked.maxUses ? "usedUp" : "live";
  }

  private add(asked: LinkRequest, host: string, created: number): Link {
    this.made += 1;
    const id = `LINK${draw(`link/${String(this.made)}`, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`;
    return { id, asked, created, revoked: null, log: [], url: urlOf(asked, host, id, created) };
  }

  private get(id: string): Link {
    const found = this.links.find((link) => link.id === id);
    if (found === undefined) throw missing("link", id);
    return found;
  }

  private plant(): void {
    const now = this.world.clock.now();
    const host = "https://192.168.1.20:9443";
    const seed = (kind: LinkKind, key: string, agoMs: number, more: Partial<LinkRequest>) => {
      const asked = { ...PLAIN, kind, key, ...more };
      const link = this.add(asked, asked.audience === "network" ? host : LOCAL, now - agoMs);
      this.links.push(link);
      return link;
    };
    const opened = (agoMs: number, outcome: LinkOutcome, sourceIp: string): LinkOpening => ({
      at: now - agoMs,
      outcome,
      sourceIp,
      userAgent: sourceIp === "127.0.0.1" ? "curl/8.16.0" : SAFARI,
      status: outcome === "used" ? 200 : 403,
    });
    const june = { title: "June, for the family", maxUses: 20, expiresSeconds: 5 * 86_400 };
    seed("get", "2026/june/IMG_4107.jpg", 5 * HOUR, { ...june, audience: "network" }).log.push(
      opened(3 * HOUR, "used", "192.168.1.31"),
      opened(2 * HOUR, "used", "192.168.1.31"),
      opened(25 * MINUTE, "used", "192.168.1.44"),
    );
    seed("post", "", DAY, { title: "Scans of the invoices", keyPrefix: "inbox/invoices/" });
    seed("get", "cover.png", 3 * DAY, { title: "cover.png", maxUses: 1 }).log.push(
      opened(2 * DAY, "used", "127.0.0.1"),
      opened(DAY, "usedUp", "192.168.1.99"),
    );
    const draft = seed("get", "notes.txt", 2 * DAY, { title: "Draft for the editor" });
    draft.revoked = now - 30 * HOUR;
    draft.log.push(opened(40 * HOUR, "used", "127.0.0.1"), opened(HOUR, "revoked", "127.0.0.1"));
    seed("put", "inbox/report.pdf", 6 * DAY, { title: "report.pdf", expiresSeconds: 86_400 });
  }
}

const LOCAL = "http://127.0.0.1:9000";

const PLAIN: LinkRequest = {
  bucket: "photos",
  key: "",
  versionId: null,
  kind: "get",
  expiresSeconds: WEEK_SECONDS,
  maxUses: null,
  title: "",
  audience: "computer",
  contentType: null,
  maxBytes: null,
  minBytes: null,
  keyPrefix: null,
};

const endpointOff = () =>
  new ApiError(
    "endpoint_off",
    "the endpoint is off",
    "",
    "Turn it on: a link or a tool needs it to reach the vault.",
  );

const notShared = () =>
  new ApiError(
    "not_shared",
    "nothing is open to the network",
    "",
    "Open it for a while, and make the link again.",
  );

function urlOf(asked: LinkRequest, host: string, id: string, created: number): string {
  if (asked.kind === "post") return `${host}/${asked.bucket}`;
  const path = asked.key.split("/").map(encodeURIComponent).join("/");
  const date = new Date(created).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${id}/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
    "X-Amz-Date": date,
    "X-Amz-Expires": String(asked.expiresSeconds),
    "X-Amz-SignedHeaders": asked.contentType === null ? "host" : "content-type;host",
    "X-Amz-Signature": draw(`${id}${path}`, 64, HEX),
  });
  if (asked.versionId !== null) query.set("versionId", asked.versionId);
  return `${host}/${asked.bucket}/${path}?${query.toString()}`;
}

function curlOf({ kind, key, contentType }: LinkRequest, url: string): string {
  const name = key.slice(key.lastIndexOf("/") + 1);
  if (kind === "get") return `curl -fL -o '${name}' '${url}'`;
  if (kind === "post") return `curl -f -F key=… -F policy=… -F file=@FILE '${url}'`;
  const type = contentType === null ? "" : `-H 'Content-Type: ${contentType}' `;
  return `curl -f -T '${name}' ${type}'${url}'`;
}

function formOf(asked: LinkRequest, url: string): LinkForm {
  const fields = [
    { name: "key", value: `${asked.keyPrefix ?? ""}\${filename}` },
    { name: "policy", value: draw(`policy/${url}`, 96, `${HEX}ABCDEFG`) },
    { name: "x-amz-algorithm", value: "AWS4-HMAC-SHA256" },
    { name: "x-amz-signature", value: draw(url, 64, HEX) },
  ];
  const inputs = fields.map(
    (it) => `  <input type="hidden" name="${it.name}" value="${it.value}">`,
  );
  const html = [
    `<form action="${url}" method="post" enctype="multipart/form-data">`,
    ...inputs,
    '  <input type="file" name="file" required>',
    "  <button>Upload</button>",
    "</form>",
  ].join("\n");
  return { url, fields, html };
}
