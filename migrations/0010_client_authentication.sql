-- Client assertions already used (RFC 7523 3): hash of client and `jti`, kept until the assertion has
-- expired.
CREATE TABLE used_assertions (
    hash       bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON used_assertions (expires_at);

-- Access tokens of clients acting for themselves (client_credentials).
CREATE TABLE client_tokens (
    hash       bytea PRIMARY KEY,
    client_id  text NOT NULL REFERENCES clients ON DELETE CASCADE,
    scope      text[] NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON client_tokens (expires_at);

-- Allows a client to register itself (RFC 7591 3), a given number of times.
CREATE TABLE initial_access_tokens (
    hash       bytea PRIMARY KEY,
    -- What it is for, in the administrator's words.
    note       text NOT NULL,
    uses_left  integer NOT NULL CHECK (uses_left >= 0),
    -- Who may use the clients registered with it: as clients.policy.
    policy     text NOT NULL CHECK (policy IN ('restricted', 'everyone')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON initial_access_tokens (expires_at);
