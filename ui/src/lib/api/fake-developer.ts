/** The fake's endpoint, its access keys, the snippets and the links made with them. */
import { ApiError } from "./errors";
import { codeSquare } from "./fake-qr";
import { DAY, draw, HOUR, MINUTE } from "./fake-seed";
import { missing, type World } from "./fake-world";
import type {
  AccessKeySecret,
  AccessKeyView,
  EndpointStatus,
  KeyUse,
  ShareLink,
  Snippet,
  TlsView,
} from "./types";

const PREFERRED_PORT = 9_000;
const REGION = "us-east-1";
const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export class FakeEndpoint {
  private status: EndpointStatus;
  private certificates = 1;

  constructor(
    private readonly world: World,
    asked: string | null,
    locked: boolean,
  ) {
    this.status = { ...on(PREFERRED_PORT), tls: this.tls(false) };
    if (locked) this.status = { ...this.status, state: "locked" };
    if (asked === "off") this.status = off(this.status);
    if (asked === "busy") {
      this.status = { ...this.status, ...on(9_010), portTakenBy: "minio (pid 812)" };
    }
    if (asked === "failed") {
      this.status = {
        ...off(this.status),
        state: "failed",
        portTakenBy: "minio (pid 812)",
        message: "Port 9000 is taken.",
        hint: "Choose another port, or stop the program that uses it.",
      };
    }
  }

  get url(): string {
    return this.status.url;
  }

  read(): EndpointStatus {
    return { ...this.status };
  }

  start(port: number | null): EndpointStatus {
    const wanted = port ?? PREFERRED_PORT;
    if (wanted === 812 || wanted < 1_024) {
      throw new ApiError(
        "port_refused",
        `Port ${String(wanted)} cannot be used.`,
        "Ports below 1024 belong to the system.",
        "Choose a port from 1024 to 65535.",
      );
    }
    return this.become({ ...on(wanted), ...this.scheme(wanted, this.status.tls) });
  }

  stop(): EndpointStatus {
    return this.become(off(this.status));
  }

  /** With the vault the endpoint answers "not now", and goes on afterwards. */
  setLocked(locked: boolean): void {
    const { state } = this.status;
    if (locked && state === "on") this.become({ ...this.status, state: "locked" });
    if (!locked && state === "locked") this.become({ ...this.status, state: "on" });
  }

  setTls(enabled: boolean): EndpointStatus {
    return this.become({ ...this.status, ...this.scheme(this.status.port, this.tls(enabled)) });
  }

  /** Those who trusted the former certificate trust this one no more. */
  renewCertificate(): EndpointStatus {
    this.certificates += 1;
    return this.become({ ...this.status, tls: this.tls(this.status.tls?.enabled ?? false) });
  }

  private scheme(port: number, tls: TlsView | null): { url: string; tls: TlsView | null } {
    const scheme = tls?.enabled ? "https" : "http";
    return { url: port === 0 ? "" : `${scheme}://127.0.0.1:${String(port)}`, tls };
  }

  private tls(enabled: boolean): TlsView {
    return {
      enabled,
      certificateSha256: draw(`certificate/${String(this.certificates)}`, 64, "0123456789abcdef"),
      expires: this.world.clock.now() + 397 * DAY,
      path: "/home/mara/.local/share/stave/endpoint.pem",
    };
  }

  private become(status: EndpointStatus): EndpointStatus {
    this.status = status;
    this.world.events.emit("endpoint", null);
    return this.read();
  }
}

function on(port: number): EndpointStatus {
  return {
    state: "on",
    url: `http://127.0.0.1:${String(port)}`,
    port,
    preferredPort: PREFERRED_PORT,
    portTakenBy: null,
    message: "",
    hint: "",
    region: REGION,
    tls: null,
  };
}

function off(status: EndpointStatus): EndpointStatus {
  return { ...status, state: "off", url: "", port: 0, portTakenBy: null, message: "", hint: "" };
}

export class FakeKeys {
  private keys: (AccessKeyView & AccessKeySecret)[] = [];
  private minted = 0;

  constructor(
    private readonly world: World,
    seeded: boolean,
  ) {
    this.add("admin", 6 * HOUR, 4 * MINUTE);
    if (!seeded) return;
    this.add("ada", 30 * DAY, 12 * MINUTE);
    this.add("ci", 200 * DAY, 9 * DAY);
    const { id } = this.add("ci", 9 * DAY);
    this.setActive(id, false);
  }

  list(): AccessKeyView[] {
    return this.keys.map(({ id, user, active, created, lastUsed }) => {
      return { id, user, active, created, lastUsed };
    });
  }

  add(user: string, ageMs = 0, usedMs?: number): AccessKeySecret {
    this.minted += 1;
    const now = this.world.clock.now();
    const used: KeyUse | null =
      usedMs === undefined ? null : { at: now - usedMs, service: "s3", region: REGION };
    const name = `${user}/${String(this.minted)}`;
    const key = {
      id: `STAVE${draw(name, 15, ID_ALPHABET)}`,
      secret: draw(`${name}/secret`, 40, SECRET_ALPHABET),
      user,
      active: true,
      created: now - ageMs,
      lastUsed: used,
    };
    this.keys = [...this.keys, key];
    this.changed();
    return { id: key.id, secret: key.secret };
  }

  setActive(id: string, active: boolean): void {
    this.get(id);
    this.keys = this.keys.map((key) => (key.id === id ? { ...key, active } : key));
    this.changed();
  }

  remove(id: string): void {
    this.get(id);
    this.keys = this.keys.filter((key) => key.id !== id);
    this.changed();
  }

  reveal(id: string): AccessKeySecret {
    const { secret } = this.get(id);
    return { id, secret };
  }

  private get(id: string): AccessKeyView & AccessKeySecret {
    const found = this.keys.find((key) => key.id === id);
    if (found === undefined) throw missing("access key", id);
    return found;
  }

  private changed(): void {
    this.world.events.emit("change", { kind: "accessKeys", bucket: null, key: null });
  }
}

/** Renders the snippets of a key and a bucket against an endpoint. */
export function snippetsFor(key: AccessKeySecret, bucket: string, url: string): Snippet[] {
  const { id, secret } = key;
  return [
    {
      tab: "AWS CLI",
      title: "~/.aws/config",
      language: "ini",
      code: `[profile stave]\nregion = ${REGION}\nendpoint_url = ${url}\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n\n# aws s3 ls s3://${bucket} --profile stave\n`,
    },
    {
      tab: "Environment",
      title: ".env",
      language: "sh",
      code: `AWS_ENDPOINT_URL_S3=${url}\nAWS_REGION=${REGION}\nAWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\nS3_BUCKET=${bucket}\n`,
    },
    {
      tab: "Python",
      title: "boto3",
      language: "python",
      code: `import boto3\n\ns3 = boto3.client(\n    "s3",\n    endpoint_url="${url}",\n    region_name="${REGION}",\n    aws_access_key_id="${id}",\n    aws_secret_access_key="${secret}",\n)\ns3.upload_file("hello.txt", "${bucket}", "hello.txt")\n`,
    },
    {
      tab: "JavaScript",
      title: "@aws-sdk/client-s3",
      language: "javascript",
      code: `import { S3Client } from "@aws-sdk/client-s3";\n\nexport const s3 = new S3Client({\n  endpoint: "${url}",\n  region: "${REGION}",\n  forcePathStyle: true,\n  credentials: {\n    accessKeyId: "${id}",\n    secretAccessKey: "${secret}",\n  },\n});\n// bucket: ${bucket}\n`,
    },
    {
      tab: "rclone",
      title: "rclone.conf",
      language: "ini",
      code: `[stave]\ntype = s3\nprovider = Other\nendpoint = ${url}\nregion = ${REGION}\naccess_key_id = ${id}\nsecret_access_key = ${secret}\n\n# rclone ls stave:${bucket}\n`,
    },
    {
      tab: "curl",
      title: "curl",
      language: "sh",
      code: `curl --aws-sigv4 "aws:amz:${REGION}:s3" \\\n  --user "${id}:${secret}" \\\n  "${url}/${bucket}?list-type=2"\n`,
    },
  ];
}

/** Makes a link of the shape that the endpoint signs. */
export function linkFor(
  target: { bucket: string; key: string; versionId: string | null; expiresSeconds: number },
  url: string,
  now: number,
): ShareLink {
  if (url === "") {
    throw new ApiError(
      "endpoint_off",
      "the endpoint is off",
      "",
      "Turn it on: a link or a tool needs it to reach the vault.",
    );
  }
  const path = target.key.split("/").map(encodeURIComponent).join("/");
  const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Date": date,
    "X-Amz-Expires": String(target.expiresSeconds),
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": draw(`${path}${date}`, 64, "0123456789abcdef"),
  });
  if (target.versionId !== null) query.set("versionId", target.versionId);
  const link = `${url}/${target.bucket}/${path}?${query.toString()}`;
  return {
    url: link,
    expires: now + target.expiresSeconds * 1_000,
    qrSvg: codeSquare(link),
    curl: `curl -fL -o '${target.key.slice(target.key.lastIndexOf("/") + 1)}' '${link}'`,
  };
}
