/** The fake's key service: keys with their states, versions, aliases, policies and grants. */
import { ApiError } from "./errors";
import type { FakeAudit } from "./fake-audit";
import type { Buckets, FakeVersion } from "./fake-buckets";
import { SEED_KEYS, type SeedKey } from "./fake-keys-seed";
import { checkPolicy, DEFAULT_POLICY } from "./fake-policy";
import { DAY, draw } from "./fake-seed";
import { missing, type World } from "./fake-world";
import type { Api, GrantView, KeyDetails, KeyState, KeyView, PolicyCheck, Tag } from "./index";

const ARN = "arn:aws:kms:us-east-1:000000000000:key/";

interface FakeKey {
  view: KeyView;
  versions: { version: number; created: number; origin: string }[];
  policy: string;
  tags: Tag[];
  grants: GrantView[];
}

export class FakeKms {
  private readonly keys = new Map<string, FakeKey>();
  /** The buckets whose default each key is; the settings of buckets know. */
  defaultOf: (key: string) => string[] = () => [];

  constructor(
    private readonly world: World,
    private readonly buckets: Buckets,
    private readonly audit: FakeAudit,
    seeded: boolean,
  ) {
    if (seeded) for (const seed of SEED_KEYS) this.plant(seed);
  }

  list(): KeyView[] {
    const name = ({ aliases, id }: KeyView) => aliases[0] ?? `~${id}`;
    return [...this.keys.values()]
      .map(({ view }) => ({ ...view, aliases: [...view.aliases] }))
      .sort((a, b) => (name(a) < name(b) ? -1 : 1));
  }

  details(id: string): KeyDetails {
    const key = this.find(id);
    const used = this.used(key.view.id);
    return {
      key: { ...key.view, aliases: [...key.view.aliases] },
      versions: key.versions.map((version) => {
        const under = used.filter(({ sse }) => sse?.version === version.version);
        const sizeBytes = under.reduce((sum, it) => sum + it.sizeBytes, 0);
        return { ...version, objects: under.length, sizeBytes };
      }),
      policy: key.policy,
      tags: [...key.tags],
      grants: [...key.grants],
      defaultOf: this.defaultOf(key.view.id),
      buckets: this.guarded(key.view.id),
    };
  }

  create(args: Parameters<Api["createKmsKey"]>[0]): KeyView {
    if (args.alias !== null) this.checkAlias(args.alias);
    const hex = draw(`key/${String(this.keys.size)}`, 30, "0123456789abcdef");
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18)}`;
    const external = args.origin === "EXTERNAL";
    this.plant({
      id,
      aliases: args.alias === null ? [] : [args.alias],
      description: args.description,
      state: external ? "pendingImport" : "enabled",
      ageMs: 0,
      spec: args.spec,
      usage: args.spec.startsWith("HMAC") ? "GENERATE_VERIFY_MAC" : "ENCRYPT_DECRYPT",
      origin: args.origin,
      tags: args.tags,
    });
    this.audit.note("CreateKey", id);
    return { ...this.changed(id).view };
  }

  setEnabled(id: string, enabled: boolean): void {
    const { view } = this.own(id);
    view.state = enabled ? "enabled" : "disabled";
    this.audit.note(enabled ? "EnableKey" : "DisableKey", view.id);
    this.changed(id);
  }

  describe(id: string, description: string): void {
    this.own(id).view.description = description;
    this.changed(id);
  }

  setTags(id: string, tags: Tag[]): void {
    this.own(id).tags = [...tags].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.changed(id);
  }

  addAlias(alias: string, id: string): void {
    this.checkAlias(alias);
    this.own(id).view.aliases.push(alias);
    this.changed(id);
  }

  removeAlias(alias: string): void {
    for (const { view } of this.keys.values()) {
      view.aliases = view.aliases.filter((name) => name !== alias);
    }
    this.changed(null);
  }

  moveAlias(alias: string, id: string): void {
    const { view } = this.own(id);
    this.removeAlias(alias);
    view.aliases.push(alias);
    this.changed(id);
  }

  setRotation(id: string, periodDays: number | null): void {
    const { view } = this.own(id);
    const next = this.world.clock.now() + (periodDays ?? 0) * DAY;
    view.rotation = periodDays === null ? null : { periodDays, next };
    this.changed(id);
  }

  rotate(id: string): KeyView {
    const key = this.own(id);
    this.refuseUnlessUsable(key.view);
    key.view.version += 1;
    const created = this.world.clock.now();
    key.versions.push({ version: key.view.version, created, origin: "ON_DEMAND" });
    this.audit.note("RotateKeyOnDemand", key.view.id);
    this.changed(id);
    return { ...key.view };
  }

  checkPolicy(id: string, policy: string): PolicyCheck {
    this.find(id);
    return checkPolicy(policy);
  }

  putPolicy(id: string, policy: string): void {
    if (!checkPolicy(policy).valid) {
      throw new ApiError(
        "policy_invalid",
        "The policy was not saved.",
        "It has problems.",
        "Check it.",
      );
    }
    this.own(id).policy = policy;
    this.audit.note("PutKeyPolicy", id);
    this.changed(id);
  }

  schedule(id: string, days: number, typedName: string): void {
    const { view } = this.own(id);
    if (typedName !== (view.aliases[0] ?? view.id)) {
      throw new ApiError(
        "name_differs",
        "Nothing was scheduled.",
        "The name typed is not the key's.",
        "Type the name exactly as it is shown.",
      );
    }
    view.state = "pendingDeletion";
    view.deletion = this.world.clock.now() + days * DAY;
    this.audit.note("ScheduleKeyDeletion", view.id);
    this.changed(id);
  }

  cancelDeletion(id: string): void {
    const { view } = this.own(id);
    Object.assign(view, { state: "disabled", deletion: null });
    this.audit.note("CancelKeyDeletion", view.id);
    this.changed(id);
  }

  revoke(id: string, grant: string): void {
    const key = this.own(id);
    key.grants = key.grants.filter((it) => it.id !== grant);
    this.audit.note("RevokeGrant", key.view.id);
    this.changed(id);
  }

  /** The key's view, where there is such a key. */
  view(id: string): KeyView | undefined {
    return this.keys.get(id)?.view;
  }

  /** The key that is used where none is named. */
  get managedId(): string {
    return this.list().find(({ managed }) => managed)?.id ?? "";
  }

  /** Uses a key for an object, and writes down that it was used or refused. */
  use(id: string, object: string): void {
    const { view } = this.find(id);
    const denied = view.damaged || view.state !== "enabled";
    this.audit.note("Decrypt", id, { object, error: denied ? errorOf(view) : null });
    this.refuseUnlessUsable(view);
  }

  private refuseUnlessUsable(view: KeyView): void {
    if (view.damaged) throw damaged(view);
    if (view.state === "enabled") return;
    const [code, state, hint] = REFUSED[view.state];
    throw new ApiError(code, `${view.arn} is ${state}`, "", hint);
  }

  private guarded(id: string): KeyDetails["buckets"] {
    const counts = new Map<string, number>();
    for (const { bucket } of this.used(id)) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    return [...counts].map(([bucket, versions]) => ({ bucket, versions }));
  }

  private used(id: string): (FakeVersion & { bucket: string })[] {
    return this.buckets.everyVersion().filter(({ sse }) => sse?.key === id);
  }

  private checkAlias(alias: string): void {
    const taken = this.list().some(({ aliases }) => aliases.includes(alias));
    if (taken) {
      const why = "An alias stands for one key at a time.";
      throw new ApiError("key_exists", `${alias} is taken.`, why, "Choose another alias.");
    }
    if (!/^alias\/[A-Za-z0-9/_-]{1,250}$/.test(alias) || alias.startsWith("alias/aws/")) {
      throw new ApiError(
        "invalid_argument",
        "This cannot be an alias.",
        "It has letters, digits and / _ - only, and does not begin with aws/.",
        "Choose another alias.",
      );
    }
  }

  private own(id: string): FakeKey {
    const key = this.find(id);
    if (key.view.damaged) throw damaged(key.view);
    if (!key.view.managed) return key;
    throw new ApiError(
      "key_managed",
      "This key is managed by Stave.",
      "It is used where no other key is named.",
      "Create a key of your own.",
    );
  }

  private find(id: string): FakeKey {
    const named = [...this.keys.values()].find(({ view }) => view.aliases.includes(id));
    const key = this.keys.get(id) ?? named;
    if (!key) throw missing("key", id);
    return key;
  }

  private plant(seed: SeedKey): void {
    const start = this.world.clock.now();
    const versions = [{ ageMs: seed.ageMs, origin: originOf(seed) }, ...(seed.rotated ?? [])];
    const at = (inMs: number | undefined) => (inMs === undefined ? null : start + inMs);
    const view: KeyView = {
      id: seed.id,
      arn: ARN + seed.id,
      description: seed.description,
      state: seed.state,
      spec: seed.spec ?? "SYMMETRIC_DEFAULT",
      usage: seed.usage ?? "ENCRYPT_DECRYPT",
      origin: seed.origin ?? "AWS_KMS",
      managed: seed.managed ?? false,
      created: start - seed.ageMs,
      deletion: at(seed.deletionInMs),
      materialExpires: at(seed.expiresInMs),
      rotation: seed.rotation
        ? { periodDays: seed.rotation.periodDays, next: start + seed.rotation.nextInMs }
        : null,
      version: versions.length,
      aliases: [...seed.aliases],
      damaged: seed.damaged ?? false,
    };
    this.keys.set(seed.id, {
      view,
      versions: versions.map(({ ageMs, origin }, index) => ({
        version: index + 1,
        created: start - ageMs,
        origin,
      })),
      policy: DEFAULT_POLICY,
      tags: seed.tags ?? [],
      grants: (seed.grants ?? []).map(({ ageMs, ...grant }) => ({
        ...grant,
        created: start - ageMs,
      })),
    });
  }

  private changed(id: string | null): FakeKey {
    this.world.events.emit("change", { kind: "keys", bucket: null, key: id });
    return this.keys.get(id ?? "") ?? ([...this.keys.values()][0] as FakeKey);
  }
}

const originOf = ({ origin }: SeedKey): string => (origin === "EXTERNAL" ? "IMPORTED" : "CREATED");

const REFUSED: Record<Exclude<KeyState, "enabled">, [code: string, state: string, hint: string]> = {
  disabled: ["key_disabled", "disabled", "enable the key"],
  pendingDeletion: ["key_pending_deletion", "to be deleted", "cancel its deletion"],
  pendingImport: ["key_pending_import", "without its material", "import the key's material"],
};

function errorOf(view: KeyView): string {
  return view.state === "disabled" ? "DisabledException" : "KMSInvalidStateException";
}

function damaged(view: KeyView): ApiError {
  return new ApiError(
    "key_damaged",
    `key ${view.id} was changed outside of Stave`,
    "what is written about it does not fit its seal",
    "put the vault's folder back from a backup",
  );
}
