-- A service is told once that a session has ended, however often somebody asks to end it (an ID token is
-- a genuine hint for ever) and however many sessions of a person end together later.
DELETE FROM logout_deliveries later USING logout_deliveries first
    WHERE later.sid = first.sid AND later.client_id = first.client_id AND later.id > first.id;
CREATE UNIQUE INDEX ON logout_deliveries (sid, client_id);

CREATE OR REPLACE FUNCTION queue_logouts(ended uuid[], moment timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO logout_deliveries (id, client_id, user_id, sid, created_at, next_attempt_at)
    SELECT gen_random_uuid(), s.client_id, s.user_id, s.sid, moment, moment
    FROM (SELECT DISTINCT client_id, user_id, sid FROM oauth_sessions WHERE sid = ANY (ended)) s JOIN clients c USING (client_id)
    WHERE c.enabled AND c.settings ->> 'backchannel_logout_uri' IS NOT NULL
    ON CONFLICT DO NOTHING
$$;
