-- People on the way to an account: an address that is to be proven, and nothing else yet. Of each
-- address the newest request only.
CREATE TABLE registrations (
    email_key  text COLLATE "C" PRIMARY KEY,
    email      text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    -- The language of the page they asked on.
    locale     text NOT NULL,
    -- The service they came from.
    client_id  text REFERENCES clients ON DELETE SET NULL,
    -- The host invited them: good even where registration is not open.
    invited    boolean NOT NULL DEFAULT false,
    -- Somebody of the host looks at the account before it may be used.
    to_approve boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- The account was made.
    used_at    timestamptz
);
CREATE INDEX ON registrations (expires_at);

-- The account waits for somebody of the host: it is not active, and was never used.
ALTER TABLE users ADD awaiting_approval_at timestamptz;
CREATE INDEX ON users (awaiting_approval_at) WHERE awaiting_approval_at IS NOT NULL;

ALTER TABLE mail_links DROP CONSTRAINT mail_links_purpose_check;
ALTER TABLE mail_links ADD CONSTRAINT mail_links_purpose_check CHECK (purpose IN ('verify_email', 'reset_password'));

-- Changes of address. The old one rules until the new one is proven, and can bring itself back for a
-- week: a change is also what somebody does who has broken in. So these rows outlive changes of the
-- password, unlike other links, and the last of a chain can be undone by the first.
CREATE TABLE email_changes (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    old_email       text NOT NULL,
    new_email       text NOT NULL,
    -- Of the link that proves the new address; null when it is somebody else's, who was told.
    confirm_hash    bytea UNIQUE,
    confirm_expires_at timestamptz NOT NULL,
    -- Of the link that undoes it; null when the old address was never proven, and so may be anybody's.
    cancel_hash     bytea UNIQUE,
    cancel_expires_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    confirmed_at    timestamptz,
    cancelled_at    timestamptz
);
CREATE INDEX ON email_changes (user_id, created_at);
CREATE INDEX ON email_changes (cancel_expires_at);

-- As before (0014), but nobody knows people by an address that was never proven, nor by any name of an
-- account that was never approved: whoever takes those next may have them.
CREATE OR REPLACE FUNCTION release_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO released_names (kind, hash, user_id, released_at)
    SELECT kind, name_hash(key), OLD.id, now()
    FROM (VALUES ('username', OLD.username_key, CASE TG_OP WHEN 'UPDATE' THEN NEW.username_key END),
                 ('email', OLD.email_key, CASE TG_OP WHEN 'UPDATE' THEN NEW.email_key END)) AS names (kind, key, kept)
    WHERE key IS DISTINCT FROM kept AND OLD.awaiting_approval_at IS NULL
        AND (kind <> 'email' OR OLD.email_verified_at IS NOT NULL)
    ON CONFLICT (kind, hash) DO UPDATE SET user_id = excluded.user_id, released_at = excluded.released_at;
    RETURN NULL;
END $$;
