-- What encrypts a version or an upload beside the kind in `sse` ('AES256', 'aws:kms', 'SSE-C').
-- kms_key is the id of the key, of SSE-KMS alone; encryption is a JSON object, NULL for SSE-S3.

ALTER TABLE versions ADD COLUMN kms_key TEXT REFERENCES kms_keys (id);

ALTER TABLE versions ADD COLUMN encryption TEXT;

ALTER TABLE uploads ADD COLUMN sse TEXT NOT NULL DEFAULT 'AES256';

ALTER TABLE uploads ADD COLUMN kms_key TEXT REFERENCES kms_keys (id);

ALTER TABLE uploads ADD COLUMN encryption TEXT;

-- What a key guards.
CREATE INDEX versions_by_kms_key ON versions (kms_key) WHERE kms_key IS NOT NULL;

CREATE INDEX uploads_by_kms_key ON uploads (kms_key) WHERE kms_key IS NOT NULL;

-- A key of the key service; its versions are in keks under the same name. The document is JSON; the MAC
-- covers id and document, so that a state changed by hand shows.
CREATE TABLE kms_keys (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    mac      BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE kms_aliases (
    name       TEXT    NOT NULL PRIMARY KEY,
    key_id     TEXT    NOT NULL REFERENCES kms_keys (id),
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    mac        BLOB    NOT NULL CHECK (length(mac) = 32)
) STRICT, WITHOUT ROWID;

CREATE INDEX kms_aliases_by_key ON kms_aliases (key_id);

CREATE TABLE kms_grants (
    id       TEXT NOT NULL PRIMARY KEY,
    key_id   TEXT NOT NULL REFERENCES kms_keys (id),
    document TEXT NOT NULL,
    mac      BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT, WITHOUT ROWID;

CREATE INDEX kms_grants_by_key ON kms_grants (key_id);

-- How a version came to be: created, automatic, on_demand or imported.
ALTER TABLE keks ADD COLUMN origin TEXT NOT NULL DEFAULT 'CREATED';

-- A chain: each MAC covers its record, its number and the MAC before. The setting audit_head names the
-- last, so that a cut end shows.
CREATE TABLE audit (
    seq   INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    at_ms INTEGER NOT NULL,
    event TEXT    NOT NULL,
    mac   BLOB    NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE INDEX audit_by_name ON audit (json_extract(event, '$.eventName'), seq);

CREATE INDEX audit_by_id ON audit (json_extract(event, '$.eventID'));

CREATE INDEX audit_by_user ON audit (json_extract(event, '$.userIdentity.userName'), seq);
