-- What a person's list of sessions shows of each.
ALTER TABLE browser_sessions
    ADD created_at    timestamptz NOT NULL DEFAULT now(),
    -- «Firefox, Linux»: never the whole User-Agent.
    ADD device        text NOT NULL DEFAULT '',
    -- «203.0.113.0/24»: never the whole address.
    ADD address_range text NOT NULL DEFAULT '';

-- A right password of somebody who has a second factor: not a session, and nothing but the page that
-- asks for the second factor reads it.
CREATE TABLE pending_sign_ins (
    token_hash   bytea PRIMARY KEY,
    browser_hash bytea NOT NULL,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- RFC 8176 methods that succeeded so far.
    amr          text[] NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX ON pending_sign_ins (user_id);
CREATE INDEX ON pending_sign_ins (expires_at);

-- The authenticator app of a person (TOTP, RFC 6238).
CREATE TABLE authenticators (
    user_id      uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    -- Sealed for this person: src/authn/totp.rs.
    secret       bytea NOT NULL,
    -- The last step of 30 s whose code was accepted: no code is accepted twice.
    last_step    bigint NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz
);

-- One that is being added: bound to the session that asked, thrown away with it.
CREATE TABLE authenticator_enrolments (
    session_id uuid PRIMARY KEY REFERENCES browser_sessions ON DELETE CASCADE,
    secret     bytea NOT NULL,
    created_at timestamptz NOT NULL
);

-- Keyed hashes of the codes for the day the phone is lost.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    hash    bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, hash)
);

-- WebAuthn credentials.
CREATE TABLE passkeys (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    credential_id bytea NOT NULL UNIQUE,
    -- Public key, counter and transports, as the library keeps them.
    credential    jsonb NOT NULL,
    name          text NOT NULL,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz
);
CREATE INDEX ON passkeys (user_id);

-- Members of such a group sign in in two steps.
ALTER TABLE groups ADD second_factor_required boolean NOT NULL DEFAULT false;

CREATE FUNCTION has_second_factor(the_user uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM authenticators WHERE user_id = the_user) OR EXISTS (SELECT FROM passkeys WHERE user_id = the_user)
$$;

CREATE FUNCTION second_factor_demanded(the_user uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = the_user AND g.second_factor_required)
$$;

-- The journal: who did what, to whom, from where. Rows are added and never changed, but for what
-- identifies a person, which goes with their account.
CREATE TABLE audit_events (
    id              uuid PRIMARY KEY,
    at              timestamptz NOT NULL,
    -- db::audit::Kind
    kind            text NOT NULL,
    -- Who did it; null: nobody who is known, or Loquet itself.
    actor_id        uuid,
    -- Whom it is about.
    user_id         uuid,
    organization_id uuid,
    client_id       text,
    address_range   text,
    device          text,
    request_id      uuid,
    -- Before and after, without secrets.
    details         jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ON audit_events (user_id, id DESC);
CREATE INDEX ON audit_events (at);
