-- What an operation costs must not grow with the host.

-- What was granted to somebody at one service, wherever: one look, however many organizations they are in.
CREATE INDEX ON access_grants (user_id, client_id);
-- Whoever goes, and a role that goes, look for what points to them.
CREATE INDEX ON access_grant_roles (client_id, role);
CREATE INDEX ON invitations (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX ON access_requests (answered_by) WHERE answered_by IS NOT NULL;
CREATE INDEX ON clients (client_id) WHERE policy = 'everyone';

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

-- The same of one user and every client that anything might open to them, in one go: for the list of services
-- of somebody's home. It starts from what the person has, however many clients there are.
CREATE FUNCTION client_access_facts_of(the_user uuid)
RETURNS TABLE (
    client_id text,
    user_active boolean,
    email_verified boolean,
    client_enabled boolean,
    everyone boolean,
    groups text[],
    organizations text[],
    access_through text[],
    roles text[]
) LANGUAGE sql STABLE AS $$
    WITH mine AS (
        SELECT o.id, o.slug FROM memberships m JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = the_user AND o.active),
    grouped AS (
        SELECT cg.client_id, array_agg(g.name ORDER BY g.name) AS names
        FROM group_members gm JOIN client_groups cg USING (group_id) JOIN groups g ON g.id = gm.group_id
        WHERE gm.user_id = the_user GROUP BY 1),
    placed AS (
        SELECT a.client_id, array_agg(o.slug ORDER BY o.slug) AS organizations,
            array_agg(o.slug ORDER BY o.slug) FILTER (WHERE a.all_members OR g.user_id IS NOT NULL) AS access_through
        FROM mine o JOIN attachments a ON a.organization_id = o.id
            LEFT JOIN access_grants g ON g.organization_id = o.id AND g.user_id = the_user AND g.client_id = a.client_id
        GROUP BY 1),
    entrusted AS (
        SELECT r.client_id, array_agg(o.slug || '/' || r.role ORDER BY o.slug || '/' || r.role) AS roles
        FROM access_grant_roles r JOIN mine o ON o.id = r.organization_id WHERE r.user_id = the_user GROUP BY 1),
    candidates AS (
        SELECT c.client_id FROM clients c WHERE c.policy = 'everyone'
        UNION SELECT g.client_id FROM grouped g UNION SELECT p.client_id FROM placed p)
    SELECT c.client_id, u.active, u.email_verified_at IS NOT NULL, c.enabled, c.policy = 'everyone',
        coalesce(g.names, '{}'), coalesce(p.organizations, '{}'), coalesce(p.access_through, '{}'), coalesce(e.roles, '{}')
    FROM users u, candidates JOIN clients c USING (client_id)
        LEFT JOIN grouped g USING (client_id) LEFT JOIN placed p USING (client_id) LEFT JOIN entrusted e USING (client_id)
    WHERE u.id = the_user
$$;
