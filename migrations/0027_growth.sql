-- What an operation costs must not grow with the host.

-- What was granted to somebody at one service, wherever: one look, however many organizations they are in.
CREATE INDEX ON access_grants (user_id, client_id);
-- Whoever goes, and a role that goes, look for what points to them.
CREATE INDEX ON access_grant_roles (client_id, role);
CREATE INDEX ON invitations (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX ON access_requests (answered_by) WHERE answered_by IS NOT NULL;

-- As before (0004), in one pass over the person's organizations, for those who are in hundreds: first the ones
-- that the client is attached to (the fence keeps it first), then their names, then what was granted there.
-- Names of groups are looked up one by one, not searched for among all.
CREATE OR REPLACE FUNCTION client_access_facts(the_user uuid, the_client text)
RETURNS TABLE (
    user_active boolean,
    email_verified boolean,
    client_enabled boolean,
    everyone boolean,
    groups text[],
    organizations text[],
    access_through text[],
    roles text[]
) LANGUAGE sql STABLE AS $$
    SELECT u.active, u.email_verified_at IS NOT NULL, c.enabled, c.policy = 'everyone',
        ARRAY(SELECT (SELECT g.name FROM groups g WHERE g.id = gm.group_id)
              FROM group_members gm JOIN client_groups cg ON cg.group_id = gm.group_id AND cg.client_id = c.client_id
              WHERE gm.user_id = u.id ORDER BY 1),
        p.organizations, p.access_through,
        ARRAY(SELECT o.slug || '/' || r.role
              FROM access_grant_roles r JOIN organizations o ON o.id = r.organization_id
              WHERE r.user_id = u.id AND r.client_id = c.client_id AND o.active ORDER BY 1)
    FROM users u, clients c, LATERAL (
        SELECT coalesce(array_agg(o.slug ORDER BY o.slug), '{}') AS organizations,
            coalesce(array_agg(o.slug ORDER BY o.slug) FILTER (WHERE a.all_members OR g.user_id IS NOT NULL), '{}') AS access_through
        FROM (SELECT m.organization_id, a.all_members
              FROM memberships m JOIN attachments a ON a.organization_id = m.organization_id AND a.client_id = c.client_id
              WHERE m.user_id = u.id OFFSET 0) a
            JOIN organizations o ON o.id = a.organization_id AND o.active
            LEFT JOIN access_grants g ON g.user_id = u.id AND g.client_id = c.client_id AND g.organization_id = a.organization_id) p
    WHERE u.id = the_user AND c.client_id = the_client
$$;
