CREATE TABLE access_keys (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    user          TEXT    NOT NULL REFERENCES users (name),
    status        TEXT    NOT NULL CHECK (status IN ('active', 'inactive')),
    created_ms    INTEGER NOT NULL,
    sealed_secret BLOB    NOT NULL
, used_ms INTEGER, used_service TEXT, used_region TEXT, mac BLOB CHECK (mac IS NULL OR length(mac) = 32)) STRICT;

CREATE INDEX access_keys_by_user ON access_keys (user);

CREATE TABLE audit (
    seq   INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    at_ms INTEGER NOT NULL,
    event TEXT    NOT NULL,
    mac   BLOB    NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE INDEX audit_by_id ON audit (json_extract(event, '$.eventID'));

CREATE INDEX audit_by_name ON audit (json_extract(event, '$.eventName'), seq);

CREATE INDEX audit_by_user ON audit (json_extract(event, '$.userIdentity.userName'), seq);

CREATE TABLE blobs (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    sealed_size INTEGER NOT NULL CHECK (sealed_size >= 0),
    sealed      BLOB    CHECK (sealed IS NULL OR length(sealed) = sealed_size)
) STRICT;

CREATE TABLE bucket_configs (
    bucket_id INTEGER NOT NULL REFERENCES buckets (id),
    kind      TEXT    NOT NULL,
    document  TEXT    NOT NULL,
    PRIMARY KEY (bucket_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE buckets (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    name                    TEXT    NOT NULL UNIQUE,
    created_ms              INTEGER NOT NULL,
    owner                   TEXT    NOT NULL,
    versioning              TEXT    NOT NULL CHECK (versioning IN ('off', 'enabled', 'suspended')),
    objects                 INTEGER NOT NULL DEFAULT 0 CHECK (objects >= 0),
    size_bytes              INTEGER NOT NULL DEFAULT 0 CHECK (size_bytes >= 0),
    versions                INTEGER NOT NULL DEFAULT 0 CHECK (versions >= 0),
    all_versions_size_bytes INTEGER NOT NULL DEFAULT 0 CHECK (all_versions_size_bytes >= 0)
) STRICT;

CREATE TABLE gc (
    seq  INTEGER PRIMARY KEY AUTOINCREMENT,
    blob BLOB NOT NULL UNIQUE CHECK (length(blob) = 16)
) STRICT;

CREATE TABLE identity_policies (
    identity TEXT NOT NULL REFERENCES users (name),
    name     TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (identity, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE keks (
    name       TEXT    NOT NULL,
    version    INTEGER NOT NULL CHECK (version BETWEEN 1 AND 4294967295),
    wrapped    BLOB    NOT NULL,
    created_ms INTEGER NOT NULL, origin TEXT NOT NULL DEFAULT 'CREATED',
    PRIMARY KEY (name, version)
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

CREATE TABLE kms_keys (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    mac      BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE link_visits (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    link       TEXT    NOT NULL REFERENCES links (id),
    at_ms      INTEGER NOT NULL,
    outcome    TEXT    NOT NULL CHECK (outcome IN ('used', 'revoked', 'expired', 'used_up', 'mismatch')),
    source_ip  TEXT,
    user_agent TEXT
) STRICT;

CREATE INDEX link_visits_by_link ON link_visits (link, seq);

CREATE TABLE links (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    user          TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('get', 'put', 'post')),
    bucket        TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    version       TEXT,
    content_type  TEXT,
    min_bytes     INTEGER NOT NULL CHECK (min_bytes >= 0),
    max_bytes     INTEGER CHECK (max_bytes >= 0),
    audience      TEXT    NOT NULL CHECK (audience IN ('computer', 'network')),
    created_ms    INTEGER NOT NULL,
    expires_ms    INTEGER NOT NULL,
    max_uses      INTEGER CHECK (max_uses BETWEEN 1 AND 4294967295),
    uses          INTEGER NOT NULL CHECK (uses BETWEEN 0 AND 4294967295),
    last_used_ms  INTEGER,
    revoked_ms    INTEGER,
    sealed_secret BLOB    NOT NULL,
    mac           BLOB    NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE INDEX links_by_user ON links (user);

CREATE TABLE parts (
    version     INTEGER NOT NULL REFERENCES versions (id),
    number      INTEGER NOT NULL CHECK (number BETWEEN 0 AND 10000),
    blob        BLOB    NOT NULL REFERENCES blobs (id),
    size_bytes  INTEGER NOT NULL CHECK (size_bytes >= 0),
    wrapped_key BLOB    NOT NULL,
    kek_version INTEGER NOT NULL CHECK (kek_version BETWEEN 1 AND 4294967295),
    checksum    BLOB,
    etag_md5    BLOB    CHECK (etag_md5 IS NULL OR length(etag_md5) = 16),
    PRIMARY KEY (version, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX parts_by_blob ON parts (blob);

CREATE TABLE sessions (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    identity      TEXT    NOT NULL REFERENCES users (name),
    kind          TEXT    NOT NULL CHECK (kind IN ('user', 'role')),
    name          TEXT    NOT NULL,
    issued_by     TEXT    NOT NULL,
    issued_ms     INTEGER NOT NULL,
    expires_ms    INTEGER NOT NULL,
    policy        TEXT,
    token_hash    BLOB    NOT NULL CHECK (length(token_hash) = 32),
    sealed_secret BLOB    NOT NULL,
    mac           BLOB    NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE INDEX sessions_by_end ON sessions (expires_ms);

CREATE INDEX sessions_by_identity ON sessions (identity, seq);

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE upload_parts (
    upload      INTEGER NOT NULL REFERENCES uploads (id),
    number      INTEGER NOT NULL CHECK (number BETWEEN 1 AND 10000),
    blob        BLOB    NOT NULL REFERENCES blobs (id),
    size_bytes  INTEGER NOT NULL CHECK (size_bytes >= 0),
    wrapped_key BLOB    NOT NULL,
    kek_version INTEGER NOT NULL CHECK (kek_version BETWEEN 1 AND 4294967295),
    checksum    BLOB,
    etag_md5    BLOB    CHECK (etag_md5 IS NULL OR length(etag_md5) = 16),
    modified_ms INTEGER NOT NULL,
    PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX upload_parts_by_blob ON upload_parts (blob);

CREATE TABLE uploads (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    upload_id          TEXT    NOT NULL UNIQUE,
    bucket_id          INTEGER NOT NULL REFERENCES buckets (id),
    key                BLOB    NOT NULL,
    initiated_ms       INTEGER NOT NULL,
    owner              TEXT    NOT NULL,
    headers            TEXT    NOT NULL,
    user_metadata      TEXT    NOT NULL,
    checksum_algorithm TEXT,
    checksum_kind      TEXT, tags TEXT NOT NULL DEFAULT '{}', acl TEXT, sse TEXT NOT NULL DEFAULT 'AES256', kms_key TEXT REFERENCES kms_keys (id), encryption TEXT,
    CHECK ((checksum_algorithm IS NULL) = (checksum_kind IS NULL))
) STRICT;

CREATE INDEX uploads_by_kms_key ON uploads (kms_key) WHERE kms_key IS NOT NULL;

CREATE INDEX uploads_listed ON uploads (bucket_id, key, id);

CREATE TABLE users (
    name       TEXT    NOT NULL PRIMARY KEY,
    created_ms INTEGER NOT NULL
, kind TEXT NOT NULL DEFAULT 'user' CHECK (kind IN ('user', 'role')), description TEXT NOT NULL DEFAULT '', trust TEXT, session_secs INTEGER, mac BLOB CHECK (mac IS NULL OR length(mac) = 32)) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket_id     INTEGER NOT NULL REFERENCES buckets (id),
    key           BLOB    NOT NULL,
    version_id    TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('object', 'delete_marker')),
    is_latest     INTEGER NOT NULL CHECK (is_latest IN (0, 1)),
    size_bytes    INTEGER NOT NULL CHECK (size_bytes >= 0),
    etag          TEXT    NOT NULL,
    modified_ms   INTEGER NOT NULL,
    owner         TEXT    NOT NULL,
    sse           TEXT    NOT NULL,
    part_count    INTEGER NOT NULL CHECK (part_count BETWEEN 0 AND 10000),
    headers       TEXT    NOT NULL,
    user_metadata TEXT    NOT NULL,
    checksum      TEXT
, tags TEXT NOT NULL DEFAULT '{}', acl TEXT, upload_id TEXT, kms_key TEXT REFERENCES kms_keys (id), encryption TEXT) STRICT;

CREATE UNIQUE INDEX versions_by_id ON versions (bucket_id, key, version_id);

CREATE INDEX versions_by_kms_key ON versions (kms_key) WHERE kms_key IS NOT NULL;

CREATE INDEX versions_by_upload ON versions (upload_id) WHERE upload_id IS NOT NULL;

CREATE UNIQUE INDEX versions_listed ON versions (bucket_id, key)
    WHERE is_latest = 1 AND kind = 'object';

CREATE INDEX versions_newest_first ON versions (bucket_id, key, id DESC);
