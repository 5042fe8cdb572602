-- Tells some services only that a session has ended for them; all that know it when `services` is null.
CREATE FUNCTION queue_logouts(ended uuid[], services text[], moment timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO logout_deliveries (id, client_id, user_id, sid, created_at, next_attempt_at)
    SELECT gen_random_uuid(), s.client_id, s.user_id, s.sid, moment, moment
    FROM (SELECT client_id, user_id, sid, max(created_at) AS given FROM oauth_sessions WHERE sid = ANY (ended) GROUP BY 1, 2, 3) s
        JOIN clients c USING (client_id)
    WHERE c.enabled AND c.settings ->> 'backchannel_logout_uri' IS NOT NULL
        AND (services IS NULL OR s.client_id = ANY (services))
        AND NOT EXISTS (SELECT FROM logout_deliveries d WHERE d.sid = s.sid AND d.client_id = s.client_id AND d.created_at >= s.given)
$$;
CREATE OR REPLACE FUNCTION queue_logouts(ended uuid[], moment timestamptz) RETURNS void LANGUAGE sql AS $$
    SELECT queue_logouts(ended, NULL, moment)
$$;

-- Refused sign-ins are noted now and then: is it time again?
CREATE INDEX ON audit_events (user_id, at) WHERE kind = 'sign-in-refused';

-- An address invited to an organization. The link works for whoever has proven that address.
CREATE TABLE invitations (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    email           text NOT NULL CHECK (octet_length(email) BETWEEN 3 AND 254),
    email_key       text COLLATE "C" GENERATED ALWAYS AS (lower(email COLLATE "C")) STORED,
    role            text NOT NULL CHECK (role IN ('member', 'referent')),
    token_hash      bytea NOT NULL UNIQUE,
    -- Null: the command line, or somebody who has left.
    created_by      uuid REFERENCES users ON DELETE SET NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    answered_at     timestamptz,
    accepted        boolean,
    -- Invited again: the former link is worth nothing.
    UNIQUE (organization_id, email_key)
);
CREATE INDEX ON invitations (email_key);
CREATE INDEX ON invitations (expires_at);

-- Accounts that their people want to be rid of, after a time to think again.
CREATE TABLE account_deletions (
    user_id     uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    asked_at    timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    -- Of the link that the mail holds.
    cancel_hash bytea NOT NULL UNIQUE
);
CREATE INDEX ON account_deletions (due_at);
