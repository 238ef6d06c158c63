/** The fake's audit: records of the last days, and those that its own calls add. */
import { KEY_IDS } from "./fake-key-ids";
import { draw, HOUR, MINUTE } from "./fake-seed";
import type { World } from "./fake-world";
import type { AuditExported, AuditPage, AuditQuery, AuditVerdict, AuditView } from "./types";

const ARN = "arn:aws:kms:us-east-1:000000000000:key/";

/** Records that are there from the start. */
const SEEDED = 180;

interface Note {
  object?: string | null;
  error?: string | null;
  user?: string;
}

export class FakeAudit {
  private readonly records: AuditView[] = [];

  constructor(
    private readonly world: World,
    seeded: boolean,
    private readonly broken: boolean,
  ) {
    for (let back = seeded ? SEEDED : 0; back > 0; back -= 1) this.plant(back);
  }

  note(eventName: string, key: string, { object = null, error = null, user }: Note = {}): void {
    this.add(this.world.clock.now(), eventName, key, { object, error, user: user ?? "admin" });
    this.world.events.emit("change", { kind: "audit", bucket: null, key: null });
  }

  page(query: AuditQuery): AuditPage {
    const fits = this.records.filter((record) => matches(record, query)).reverse();
    const records = fits.slice(0, query.limit);
    const more = fits.length > records.length;
    return { records, nextBefore: more ? (records.at(-1)?.sequence ?? null) : null };
  }

  verify(): AuditVerdict {
    return {
      checked: this.records.length,
      from: this.records[0]?.at ?? null,
      to: this.records.at(-1)?.at ?? null,
      faults: this.broken
        ? [
            { kind: "changed", from: 41, to: 41 },
            { kind: "missing", from: 97, to: 99 },
          ]
        : [],
    };
  }

  export(prefix: string, from: number | null, to: number | null): AuditExported {
    const records = this.records.filter(
      ({ at }) => at >= (from ?? 0) && at <= (to ?? Number.POSITIVE_INFINITY),
    ).length;
    const name = "AWSLogs/000000000000/CloudTrail/us-east-1/2026/11/22/stave-0001.json.gz";
    return { keys: [`${prefix}${name}`], records };
  }

  /** Draws a record of the past: mostly reads, some writes, a refusal now and then. */
  private plant(back: number): void {
    const at = this.world.clock.now() - back * 37 * MINUTE - 2 * HOUR;
    if (back % 23 === 0) {
      this.add(at, "Decrypt", KEY_IDS.payroll, {
        object: "backups/db/2026-11-09.sql.gz",
        error: "DisabledException",
        user: "nightly",
      });
    } else if (back === 60) {
      this.add(at, "ScheduleKeyDeletion", KEY_IDS.archive, { user: "admin" });
    } else {
      const eventName = back % 5 === 0 ? "GenerateDataKey" : "Decrypt";
      const object = `photos/2026/june/IMG_${String(4101 + (back % 48))}.jpg`;
      const user = back % 3 === 0 ? "thumbnailer" : "admin";
      this.add(at, eventName, KEY_IDS.photos, { object, user });
    }
  }

  private add(at: number, eventName: string, key: string, note: Note): void {
    const sequence = this.records.length + 1;
    const record = {
      sequence,
      at,
      eventName,
      user: note.user ?? "admin",
      source: note.user === "admin" ? "the window" : "127.0.0.1",
      key,
      keyArn: ARN + key,
      object: note.object ?? null,
      keyVersion: key === KEY_IDS.photos ? 3 : 1,
      denied: note.error !== null && note.error !== undefined,
      error: note.error ?? null,
    };
    this.records.push({ ...record, json: eventOf(record) });
  }
}

function matches(record: AuditView, query: AuditQuery): boolean {
  const { from, to, eventName, user, resource, denied, before } = query;
  return (
    record.at >= (from ?? 0) &&
    record.at <= (to ?? Number.POSITIVE_INFINITY) &&
    (eventName === null || record.eventName === eventName) &&
    (user === null || record.user === user) &&
    (resource === null || [record.key, record.keyArn, record.object].includes(resource)) &&
    (denied === null || record.denied === denied) &&
    (before === null || record.sequence < before)
  );
}

function eventOf(record: Omit<AuditView, "json">): string {
  const { sequence, at, eventName, user, source, keyArn, object, error } = record;
  const [bucket = "", ...path] = (object ?? "").split("/");
  const event = {
    eventVersion: "1.11",
    userIdentity: { type: "IAMUser", accountId: "000000000000", userName: user },
    eventTime: new Date(at).toISOString(),
    eventSource: "kms.amazonaws.com",
    eventName,
    awsRegion: "us-east-1",
    sourceIPAddress: source,
    ...(error === null ? {} : { errorCode: error }),
    requestParameters:
      object === null
        ? { keyId: keyArn }
        : { encryptionContext: { "aws:s3:arn": `arn:aws:s3:::${bucket}/${path.join("/")}` } },
    eventID: draw(`event/${String(sequence)}`, 32, "0123456789abcdef"),
    resources: [{ ARN: keyArn, type: "AWS::KMS::Key" }],
  };
  return JSON.stringify(event, null, 2);
}
