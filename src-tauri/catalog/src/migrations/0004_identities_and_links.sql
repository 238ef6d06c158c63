-- Users and roles share one space of names. A role has a trust policy, in JSON, and no access keys.
-- The MAC of an identity covers its row and its policies. It is NULL for users from before this format,
-- until the vault is opened.
ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'user' CHECK (kind IN ('user', 'role'));

ALTER TABLE users ADD COLUMN description TEXT NOT NULL DEFAULT '';

ALTER TABLE users ADD COLUMN trust TEXT;

ALTER TABLE users ADD COLUMN session_secs INTEGER;

ALTER TABLE users ADD COLUMN mac BLOB CHECK (mac IS NULL OR length(mac) = 32);

CREATE TABLE identity_policies (
    identity TEXT NOT NULL REFERENCES users (name),
    name     TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (identity, name)
) STRICT, WITHOUT ROWID;

-- Until this format every user could make buckets and list the account's. From here on a user may do what
-- a policy allows, so each one that there is, but for the owner, gets a policy that allows just that.
INSERT INTO identity_policies (identity, name, document)
SELECT name, 'own-buckets',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:CreateBucket","s3:ListAllMyBuckets"],"Resource":"*"}]}'
FROM users WHERE name <> 'admin';

-- The last use, and the MAC of whose the key is and whether it counts; NULL as for users.
ALTER TABLE access_keys ADD COLUMN used_ms INTEGER;

ALTER TABLE access_keys ADD COLUMN used_service TEXT;

ALTER TABLE access_keys ADD COLUMN used_region TEXT;

ALTER TABLE access_keys ADD COLUMN mac BLOB CHECK (mac IS NULL OR length(mac) = 32);

-- Of the token there is the SHA-256 alone.
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

CREATE INDEX sessions_by_identity ON sessions (identity, seq);

CREATE INDEX sessions_by_end ON sessions (expires_ms);

-- A link outlives its user: revoked, it still tells who came by it.
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

CREATE TABLE link_visits (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    link       TEXT    NOT NULL REFERENCES links (id),
    at_ms      INTEGER NOT NULL,
    outcome    TEXT    NOT NULL CHECK (outcome IN ('used', 'revoked', 'expired', 'used_up', 'mismatch')),
    source_ip  TEXT,
    user_agent TEXT
) STRICT;

CREATE INDEX link_visits_by_link ON link_visits (link, seq);
