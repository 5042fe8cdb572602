-- Services to tell that a session has ended (OpenID Connect Back-Channel Logout). Written in the
-- transaction that ends it, delivered by a job; kept for a month so that administrators see the outcome.
CREATE TABLE logout_deliveries (
    id              uuid PRIMARY KEY,
    client_id       text NOT NULL REFERENCES clients ON DELETE CASCADE,
    -- The account may be gone by the time the service is told.
    user_id         uuid NOT NULL,
    sid             uuid NOT NULL,
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    delivered_at    timestamptz,
    -- Given up.
    failed_at       timestamptz,
    last_error      text
);
CREATE INDEX ON logout_deliveries (next_attempt_at) WHERE delivered_at IS NULL AND failed_at IS NULL;
CREATE INDEX ON logout_deliveries (client_id, created_at);
CREATE INDEX ON logout_deliveries (created_at);
CREATE INDEX ON logout_deliveries (sid);

-- Queues a notice to every service that was given an ID token with one of these session ids and
-- declared where to be told; once for what it was given, however often somebody asks to end a session (an
-- ID token is a genuine hint for ever).
CREATE FUNCTION queue_logouts(ended uuid[], moment timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO logout_deliveries (id, client_id, user_id, sid, created_at, next_attempt_at)
    SELECT gen_random_uuid(), s.client_id, s.user_id, s.sid, moment, moment
    FROM (SELECT client_id, user_id, sid, max(created_at) AS given FROM oauth_sessions WHERE sid = ANY (ended) GROUP BY 1, 2, 3) s
        JOIN clients c USING (client_id)
    WHERE c.enabled AND c.settings ->> 'backchannel_logout_uri' IS NOT NULL
        AND NOT EXISTS (SELECT FROM logout_deliveries d WHERE d.sid = s.sid AND d.client_id = s.client_id AND d.created_at >= s.given)
$$;
