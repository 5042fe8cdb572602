-- When the mails of an invitation were sent, lately: how many an organization sends in a day, and how
-- many to one address, is limited. Stays when an invitation is withdrawn: then it is answered, but was
-- neither accepted nor declined.
ALTER TABLE invitations ADD sendings timestamptz[] NOT NULL DEFAULT '{}';
CREATE INDEX ON invitations (organization_id, created_at);

CREATE FUNCTION sent_again(sendings timestamptz[], moment timestamptz) RETURNS timestamptz[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY(SELECT at FROM unnest(sendings) AS at WHERE at > moment - interval '24 hours') || moment
$$;

-- As `db::users::display_name` does.
CREATE FUNCTION display_name(u users) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(nullif(concat_ws(' ', nullif(u.given_name, ''), nullif(u.family_name, '')), ''), u.username)
$$;

-- The services that come with an invitation: those that it gives, and those open to all members.
CREATE FUNCTION invitation_services(i invitations) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT a.client_id FROM attachments a JOIN clients c USING (client_id)
        WHERE a.organization_id = i.organization_id AND c.enabled
            AND (a.all_members OR EXISTS (
                SELECT FROM invitation_grants g WHERE g.invitation_id = i.id AND g.client_id = a.client_id))
        ORDER BY 1)
$$;
