-- What is read together stands together, in the order in which it is read: then it costs as much on a large
-- host as on a small one (bench/README.md has what was measured).

-- Members of an organization are paged and searched by name, at the same cost whoever else has an account: what
-- that needs stands beside the membership, and one index holds it in the order of the list.
-- (As before, cut: an index takes no more than 2,700 bytes.)
CREATE OR REPLACE FUNCTION sort_name(u users) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT left(lower(coalesce(nullif(trim(u.given_name || ' ' || u.family_name), ''), u.username)), 200)
$$;
ALTER TABLE memberships
    ADD sort_name text NOT NULL DEFAULT '',
    ADD email_key text NOT NULL DEFAULT '';
UPDATE memberships m SET sort_name = sort_name(u), email_key = u.email_key FROM users u WHERE u.id = m.user_id;
ALTER TABLE memberships ALTER sort_name DROP DEFAULT, ALTER email_key DROP DEFAULT;
CREATE INDEX memberships_by_name ON memberships (organization_id, sort_name, user_id) INCLUDE (email_key, role);

-- A person is not renamed between what is read here and the membership (FOR SHARE).
CREATE FUNCTION membership_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT sort_name(u), u.email_key INTO NEW.sort_name, NEW.email_key FROM users u WHERE u.id = NEW.user_id FOR SHARE;
    IF NOT FOUND THEN
        -- The foreign key says so.
        NEW.sort_name := '';
        NEW.email_key := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER membership_name BEFORE INSERT ON memberships FOR EACH ROW EXECUTE FUNCTION membership_name();

CREATE FUNCTION membership_rename() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE memberships SET sort_name = sort_name(NEW), email_key = NEW.email_key WHERE user_id = NEW.id;
    RETURN NULL;
END $$;
-- (`email_key` is made of `email`; what is made is not in a list of columns that change.)
CREATE TRIGGER membership_rename AFTER UPDATE OF username, given_name, family_name, email ON users FOR EACH ROW
    WHEN ((OLD.username, OLD.given_name, OLD.family_name, OLD.email) IS DISTINCT FROM (NEW.username, NEW.given_name, NEW.family_name, NEW.email))
    EXECUTE FUNCTION membership_rename();

-- The organizations of a person and those of a service, in the same order; with all that is asked of them.
CREATE INDEX memberships_by_user ON memberships (user_id, organization_id);
DROP INDEX memberships_user_id_idx;
CREATE INDEX attachments_by_client ON attachments (client_id, organization_id) INCLUDE (all_members);
DROP INDEX attachments_client_id_idx;
CREATE INDEX organizations_by_id ON organizations (id) INCLUDE (slug, active);
CREATE INDEX access_grants_by_user ON access_grants (user_id, client_id, organization_id);
DROP INDEX access_grants_user_id_client_id_idx;
-- A service that goes, or is closed, ends what it holds: of 2,000 sessions among 200,000.
CREATE INDEX ON oauth_sessions (client_id);

-- As before (0027). The organizations that a person and a service have in common are looked up one by one for
-- most people. For somebody who is in many, and a service that has not many more, both lists are read and laid over
-- each other: some hundred looks into a large table cost more than reading a thousand lines that stand side by side.
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
    FROM users u, clients c,
        LATERAL (
            SELECT own.count > 20 AND own.count * 2 >= (
                SELECT count(*) FROM (SELECT FROM attachments a WHERE a.client_id = c.client_id LIMIT own.count * 2 + 1) a) AS laid_over
            FROM (SELECT count(*) FROM memberships m WHERE m.user_id = u.id) own OFFSET 0) lists,
        LATERAL (
            SELECT coalesce(array_agg(slug ORDER BY slug), '{}') AS organizations,
                coalesce(array_agg(slug ORDER BY slug) FILTER (WHERE opens), '{}') AS access_through
            FROM (
                SELECT o.slug, a.all_members OR EXISTS (
                    SELECT FROM access_grants g
                    WHERE g.user_id = u.id AND g.client_id = c.client_id AND g.organization_id = a.organization_id) AS opens
                FROM (
                        SELECT m.organization_id, a.all_members
                        FROM memberships m, LATERAL (
                            SELECT a.all_members FROM attachments a
                            WHERE a.client_id = c.client_id AND a.organization_id = m.organization_id OFFSET 0) a
                        WHERE m.user_id = u.id AND NOT lists.laid_over
                        UNION ALL
                        SELECT organization_id, bool_or(all_members)
                        FROM (
                            SELECT m.organization_id, false AS all_members FROM memberships m WHERE m.user_id = u.id
                            UNION ALL SELECT a.organization_id, a.all_members FROM attachments a WHERE a.client_id = c.client_id) each
                        WHERE lists.laid_over
                        GROUP BY organization_id HAVING count(*) = 2) a,
                    LATERAL (SELECT o.slug FROM organizations o WHERE o.id = a.organization_id AND o.active OFFSET 0) o) own) p
    WHERE u.id = the_user AND c.client_id = the_client
$$;

-- For the list of services of somebody's home: every service that anything might open to them, and what is
-- asked for the decision, without names. It starts from what the person has, however many services there are.
DROP FUNCTION client_access_facts_of(uuid);
CREATE FUNCTION client_openings_of(the_user uuid)
RETURNS TABLE (
    client_id text,
    user_active boolean,
    email_verified boolean,
    client_enabled boolean,
    everyone boolean,
    by_group boolean,
    by_organization boolean
) LANGUAGE sql STABLE AS $$
    SELECT c.client_id, u.active, u.email_verified_at IS NOT NULL, c.enabled, c.everyone, w.by_group, w.by_organization
    FROM users u,
        (SELECT each.client_id, bool_or(each.by_group) AS by_group, bool_or(each.by_organization) AS by_organization
         FROM (
            SELECT k.client_id, false AS by_group, false AS by_organization FROM clients k WHERE k.policy = 'everyone'
            UNION ALL
            SELECT cg.client_id, true, false
            FROM group_members gm JOIN client_groups cg ON cg.group_id = gm.group_id WHERE gm.user_id = the_user
            UNION ALL
            SELECT a.client_id, false, a.all_members OR EXISTS (
                SELECT FROM access_grants g
                WHERE g.user_id = the_user AND g.client_id = a.client_id AND g.organization_id = m.organization_id)
            FROM memberships m,
                LATERAL (SELECT FROM organizations o WHERE o.id = m.organization_id AND o.active OFFSET 0) o,
                LATERAL (SELECT a.client_id, a.all_members FROM attachments a WHERE a.organization_id = m.organization_id OFFSET 0) a
            WHERE m.user_id = the_user) each
         GROUP BY each.client_id) w,
        LATERAL (SELECT k.client_id, k.enabled, k.policy = 'everyone' AS everyone FROM clients k WHERE k.client_id = w.client_id OFFSET 0) c
    WHERE u.id = the_user
$$;

-- Whether a person has a second factor, and whether one is demanded of them. As a table, for PostgreSQL makes it
-- part of the statement that asks; a scalar function is a statement of its own each time.
CREATE FUNCTION second_factor_of(the_user uuid, of_administrators boolean)
RETURNS TABLE (present boolean, demanded boolean) LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM authenticators WHERE user_id = the_user) OR EXISTS (SELECT FROM passkeys WHERE user_id = the_user),
        EXISTS (
            SELECT FROM group_members m JOIN groups g ON g.id = m.group_id
            WHERE m.user_id = the_user AND (g.second_factor_required OR (of_administrators AND g.name = 'admins')))
$$;
DROP FUNCTION second_factor_demanded(uuid, boolean);
-- For what is returned by a change, where no table can stand.
CREATE OR REPLACE FUNCTION has_second_factor(the_user uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT present FROM second_factor_of(the_user, false)
$$;

-- What a person is to the whole host.
CREATE FUNCTION host_ties_of(the_user uuid) RETURNS TABLE (administrator boolean, auditor boolean) LANGUAGE sql STABLE AS $$
    SELECT coalesce(bool_or(g.name = 'admins'), false), coalesce(bool_or(g.name = 'auditors'), false)
    FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = the_user AND g.name IN ('admins', 'auditors')
$$;
