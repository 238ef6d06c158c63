/** The fake's settings of buckets, by the rules that the app keeps. */
import { ApiError } from "./errors";
import type { Buckets } from "./fake-buckets";
import type { World } from "./fake-world";
import type { BucketSettings, Logging, Ownership, Payer, Tag, Website } from "./types";

type Kept = Omit<BucketSettings, "websiteUrl">;

const NOTHING: Kept = {
  tags: [],
  ownership: "bucket_owner_enforced",
  payer: "bucket_owner",
  logging: null,
  website: null,
};

const refused = (code: string, message: string, hint: string): ApiError =>
  new ApiError(code, message, "", hint);

export class BucketSettingsOf {
  private readonly kept = new Map<string, Kept>([
    ["photos", { ...NOTHING, tags: [{ key: "team", value: "harbour" }] }],
    [
      "website",
      {
        ...NOTHING,
        website: { kind: "pages", indexSuffix: "index.html", errorKey: "404.html", rules: 2 },
      },
    ],
  ]);

  constructor(
    private readonly world: World,
    private readonly buckets: Buckets,
  ) {}

  read(name: string, endpointUrl: string): BucketSettings {
    this.buckets.get(name);
    const port = endpointUrl === "" ? "" : new URL(endpointUrl).port;
    const websiteUrl = port === "" ? "" : `http://${name}.s3-website.localhost:${port}/`;
    return { ...(this.kept.get(name) ?? NOTHING), websiteUrl };
  }

  setTags(name: string, tags: Tag[]): void {
    this.set(name, { tags: [...tags].sort((a, b) => (a.key < b.key ? -1 : 1)) });
  }

  setOwnership(name: string, ownership: Ownership): void {
    this.set(name, { ownership });
  }

  setPayer(name: string, payer: Payer): void {
    this.set(name, { payer });
  }

  setLogging(name: string, logging: Logging | null): void {
    const exists = this.buckets.list().some((bucket) => bucket.name === logging?.targetBucket);
    if (logging && !exists) {
      const message = `There is no bucket ${logging.targetBucket}.`;
      throw refused("invalid_target_bucket", message, "Choose a bucket.");
    }
    this.set(name, { logging });
  }

  setWebsite(name: string, website: Website | null): void {
    if (website?.kind === "pages" && !/^[^/]+$/.test(website.indexSuffix)) {
      const message = "The name of an index page has at least one character and no slash.";
      throw refused("invalid_index", message, "index.html is usual.");
    }
    if (website?.kind === "redirectAll" && !/^[a-z0-9.:-]+$/i.test(website.host)) {
      const hint = "Write it without a scheme and without a path: www.example.org";
      throw refused("invalid_host", "This is not the name of a host.", hint);
    }
    const known = this.kept.get(name)?.website;
    const rules = known?.kind === "pages" ? known.rules : 0;
    this.set(name, { website: website?.kind === "pages" ? { ...website, rules } : website });
  }

  private set(name: string, part: Partial<Kept>): void {
    this.buckets.get(name);
    this.kept.set(name, { ...(this.kept.get(name) ?? NOTHING), ...part });
    this.world.events.emit("change", { kind: "bucket", bucket: name, key: null });
  }
}
