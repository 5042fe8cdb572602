-- A whole host, invented: `psql -v organizations=10000 -v people=100000 -v clients=1000 -f seed.sql`, into a
-- database that `loquet migrate` made. The same numbers give the same host. Nobody of it can sign in; those
-- whom the measurements watch are in subjects.sql.
\set ON_ERROR_STOP 1
SET synchronous_commit = off;
SET work_mem = '64MB';
-- What is written below fits together: foreign keys are not looked up a million times. (`loquet migrate` made
-- this PostgreSQL; its only account may.)
SET session_replication_role = replica;
BEGIN;

CREATE FUNCTION pg_temp.id(kind text, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT md5(kind || number)::uuid $$;

-- People.
INSERT INTO users (id, username, email, email_verified_at, given_name, family_name, locale, created_at, updated_at)
SELECT pg_temp.id('person', i), 'person-' || i, 'person.' || i || '@people.example', now(),
    (ARRAY['Lucie', 'Honoré', 'Zoé', 'Karim', 'Anaïs', 'Jean-Baptiste', 'Noémie', 'Øystein', 'Inès', 'Bérénice', 'Thu Trang'])[1 + i % 11],
    (ARRAY['Marie', 'Fabre', 'Benali', 'Lefèvre', 'Nguyễn', 'Le Goff', 'García', 'Müller', 'Dos Santos', 'Petit', 'Moreau', 'Roux', 'Blanc'])[1 + i % 13],
    CASE WHEN i % 9 = 0 THEN 'en' ELSE 'fr' END, now() - i % 3000 * interval '1 day', now()
FROM generate_series(1, :people) i;

INSERT INTO groups (id, name, created_at)
SELECT pg_temp.id('group', i), 'group-' || i, now() FROM generate_series(1, greatest(:people / 1000, 5)) i;
INSERT INTO group_members (user_id, group_id)
SELECT pg_temp.id('person', i), pg_temp.id('group', 1 + i % greatest(:people / 1000, 5)) FROM generate_series(1, :people) i WHERE i % 4 = 0;

-- Organizations: most people are in one to three, one in ten in 10, one in a hundred in 50, one in a thousand in 500.
INSERT INTO organizations (id, slug, name, created_at)
SELECT pg_temp.id('organization', i), 'organization-' || i, 'Association n° ' || i, now() FROM generate_series(1, :organizations) i;

INSERT INTO memberships (organization_id, user_id, role, created_at, sort_name, email_key)
SELECT pg_temp.id('organization', 1 + (i::bigint * 7919 + j) % :organizations), u.id,
    CASE WHEN (i + j) % 15 = 0 THEN 'referent' ELSE 'member' END, now() - (i + j) % 2000 * interval '1 day', sort_name(u), u.email_key
FROM generate_series(1, :people) i JOIN users u ON u.username = 'person-' || i,
    generate_series(1, least(:organizations, CASE WHEN i % 1000 = 1 THEN 500 WHEN i % 100 = 2 THEN 50 WHEN i % 10 = 3 THEN 10 ELSE 1 + i % 3 END)) j;

-- Services, like the one that the measurements use; the first belongs to every organization, each has five others.
INSERT INTO clients (client_id, name_fr, name_en, policy, settings, created_at, updated_at)
SELECT 'service-' || i, 'Service ' || i, 'Service ' || i, 'restricted', b.settings, now(), now()
FROM clients b, generate_series(1, :clients) i WHERE b.client_id = 'bench';
INSERT INTO client_roles (client_id, name, delegable)
SELECT 'service-' || i, role, role <> 'owner' FROM generate_series(1, :clients) i, unnest(ARRAY['reader', 'editor', 'owner']) role;
INSERT INTO client_groups (client_id, group_id)
SELECT 'service-' || i, pg_temp.id('group', 1 + i % greatest(:people / 1000, 5)) FROM generate_series(1, :clients) i WHERE i % 10 = 0;

INSERT INTO attachments (organization_id, client_id, all_members)
SELECT pg_temp.id('organization', i), 'service-' || CASE j WHEN 0 THEN 1 ELSE 1 + (i::bigint * 31 + j * 197) % :clients END, j % 2 = 0
FROM generate_series(1, :organizations) i, generate_series(0, 5) j ON CONFLICT DO NOTHING;

INSERT INTO access_grants (organization_id, user_id, client_id, created_at)
SELECT m.organization_id, m.user_id, a.client_id, now()
FROM memberships m JOIN attachments a USING (organization_id)
WHERE NOT a.all_members AND hashtext(m.user_id::text || a.client_id) % 2 = 0;
INSERT INTO access_grant_roles (organization_id, user_id, client_id, role)
SELECT organization_id, user_id, client_id, CASE WHEN hashtext(user_id::text) % 3 = 0 THEN 'editor' ELSE 'reader' END FROM access_grants;

INSERT INTO invitations (id, organization_id, email, role, token_hash, created_by, by_host, created_at, expires_at, answered_at, accepted)
SELECT pg_temp.id('invitation', i * 4 + j), pg_temp.id('organization', i), 'invited.' || i || '.' || j || '@people.example', 'member',
    sha256(convert_to('invitation ' || i || ' ' || j, 'UTF8')), NULL, true, now(), now() + interval '7 days',
    CASE WHEN j = 3 THEN now() END, CASE WHEN j = 3 THEN false END
FROM generate_series(1, :organizations) i, generate_series(1, 3) j;

-- What services hold: two sessions a person, each with its tokens.
INSERT INTO oauth_sessions (id, user_id, client_id, sid, scope, id_token_claims, userinfo_claims, authenticated_at, amr, offline, created_at, expires_at)
SELECT pg_temp.id('session', i * 2 + j), pg_temp.id('person', i), 'service-' || 1 + (i::bigint * 17 + j) % :clients, pg_temp.id('sid', i),
    '{openid,profile,email}', '{}', '{}', now(), '{pwd}', false, now(), now() + interval '30 days'
FROM generate_series(1, :people) i, generate_series(0, 1) j;
INSERT INTO access_tokens (hash, oauth_session_id, expires_at)
SELECT sha256(uuid_send(id)), id, now() + interval '1 hour' FROM oauth_sessions;
INSERT INTO refresh_tokens (hash, oauth_session_id, expires_at)
SELECT sha256(uuid_send(id) || '\x01'), id, now() + interval '30 days' FROM oauth_sessions;

-- A journal.
INSERT INTO audit_events (id, at, kind, actor_id, user_id, organization_id, details, salt, commitment)
SELECT pg_temp.id('event', i), now() - i * interval '1 minute', 'signed-in', pg_temp.id('person', 1 + i % :people), pg_temp.id('person', 1 + i % :people),
    CASE WHEN i % 2 = 0 THEN pg_temp.id('organization', 1 + i % :organizations) END, '{}', uuid_send(pg_temp.id('salt', i)), sha256(uuid_send(pg_temp.id('event', i)))
FROM generate_series(1, :people * 2) i;
COMMIT;
VACUUM ANALYZE;
