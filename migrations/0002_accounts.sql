-- One row per person. `id` is the default `sub` and never changes.
CREATE TABLE users (
    id                 uuid PRIMARY KEY,
    username           text NOT NULL CHECK (username ~ '^[a-z0-9][a-z0-9._-]{1,38}$'),
    -- Names that differ only by `.`, `_` and `-` are one name.
    username_key       text COLLATE "C" GENERATED ALWAYS AS (translate(username, '._', '--')) STORED UNIQUE,
    email              text NOT NULL CHECK (octet_length(email) BETWEEN 3 AND 254),
    -- The form that is looked up: ASCII lower case (addresses are ASCII, checked on entry).
    email_key          text COLLATE "C" GENERATED ALWAYS AS (lower(email COLLATE "C")) STORED UNIQUE,
    email_verified_at  timestamptz,
    given_name         text NOT NULL DEFAULT '',
    family_name        text NOT NULL DEFAULT '',
    locale             text NOT NULL,
    active             boolean NOT NULL DEFAULT true,
    -- Names its own kind by its prefix (src/authn/password.rs); null: no password.
    password_hash      text,
    -- A new password is asked for at the next sign-in.
    password_expired   boolean NOT NULL DEFAULT false,
    password_changed_at timestamptz,
    -- Last day of the paid membership of the host.
    membership_until   date,
    -- The key of this person in the database they were imported from.
    legacy_id          text UNIQUE,
    -- Fingerprints of the imported fields (src/import/fingerprint.rs): what the old site did not change
    -- since is left as it is here.
    legacy_digest      bytea,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL
);

-- What a browser that signed in holds (as a cookie). `id` is the `sid` of ID tokens.
CREATE TABLE browser_sessions (
    id               uuid PRIMARY KEY,
    token_hash       bytea NOT NULL UNIQUE,
    user_id          uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    authenticated_at timestamptz NOT NULL,
    -- RFC 8176 authentication methods, e.g. {pwd}.
    amr              text[] NOT NULL,
    last_seen_at     timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL
);
CREATE INDEX ON browser_sessions (user_id);
CREATE INDEX ON browser_sessions (expires_at);

-- Browsers in which a person has signed in before: they keep a way in while strangers are throttled.
CREATE TABLE known_devices (
    browser_hash bytea NOT NULL,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (browser_hash, user_id)
);
CREATE INDEX ON known_devices (user_id);
CREATE INDEX ON known_devices (last_used_at);

-- Guessing limits. The key is a keyed hash: neither names nor addresses are stored.
CREATE TABLE throttles (
    key        bytea PRIMARY KEY,
    -- Tries since the last success.
    attempts   integer NOT NULL,
    -- No try is evaluated before this instant.
    free_at    timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX ON throttles (updated_at);

-- One-time links sent by mail.
CREATE TABLE mail_links (
    token_hash bytea PRIMARY KEY,
    purpose    text NOT NULL CHECK (purpose IN ('verify_email')),
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- The address the link was sent to: it proves that address and no other.
    email      text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX ON mail_links (user_id);
CREATE INDEX ON mail_links (expires_at);

-- Mail to send. Written in the transaction of what it tells; delivered by a job.
CREATE TABLE mail_outbox (
    id              uuid PRIMARY KEY,
    -- Recipient, subject and bodies (JSON), sealed: they hold live links.
    message         bytea NOT NULL,
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    -- Given up: the server refused it for good, or a day has passed.
    dead_at         timestamptz,
    last_error      text
);
CREATE INDEX ON mail_outbox (next_attempt_at) WHERE dead_at IS NULL;
