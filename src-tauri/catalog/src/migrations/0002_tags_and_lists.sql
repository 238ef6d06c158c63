-- Tags are a JSON object, lists of grants a JSON array; NULL is the private list of the owner.

ALTER TABLE versions ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';

ALTER TABLE versions ADD COLUMN acl TEXT;

-- The upload that the version was completed from, so that a repeated Complete finds what it made.
ALTER TABLE versions ADD COLUMN upload_id TEXT;

CREATE INDEX versions_by_upload ON versions (upload_id) WHERE upload_id IS NOT NULL;

ALTER TABLE uploads ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';

ALTER TABLE uploads ADD COLUMN acl TEXT;

-- What is set for a bucket, by the name of S3's sub-resource; JSON.
CREATE TABLE bucket_configs (
    bucket_id INTEGER NOT NULL REFERENCES buckets (id),
    kind      TEXT    NOT NULL,
    document  TEXT    NOT NULL,
    PRIMARY KEY (bucket_id, kind)
) STRICT, WITHOUT ROWID;
