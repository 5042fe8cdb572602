-- Those whom the measurements watch, alike in every host: `membre.0000000` to `…19` are each in three of ten
-- organizations of 60 people, `…20` is in 500 organizations, `…21` looks after one of 500 people.
\set ON_ERROR_STOP 1
BEGIN;
CREATE FUNCTION pg_temp.id(kind text, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT md5(kind || number)::uuid $$;
CREATE FUNCTION pg_temp.subject(number bigint) RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT id FROM users WHERE username = 'membre.' || lpad(number::text, 7, '0') $$;

INSERT INTO organizations (id, slug, name, created_at)
SELECT pg_temp.id('watched', i), 'watched-' || i, 'Maison ' || i, now() FROM generate_series(1, 10) i
UNION ALL SELECT pg_temp.id('many', i), 'many-' || i, 'Collectif ' || i, now() FROM generate_series(1, 500) i
UNION ALL SELECT pg_temp.id('crowd', 1), 'crowd', 'Une grande association', now();

INSERT INTO users (id, username, email, email_verified_at, given_name, family_name, locale, created_at, updated_at)
SELECT pg_temp.id('companion', i), 'companion-' || i, 'companion.' || i || '@people.example', now(), 'Camille', 'Petit ' || i, 'fr', now(), now()
FROM generate_series(1, 1100) i;

INSERT INTO memberships (organization_id, user_id, role, created_at)
SELECT pg_temp.id('watched', 1 + (n + j) % 10), pg_temp.subject(n), 'member', now() FROM generate_series(0, 19) n, generate_series(0, 2) j
UNION ALL SELECT pg_temp.id('watched', 1 + i % 10), pg_temp.id('companion', i), CASE WHEN i <= 20 THEN 'referent' ELSE 'member' END, now() FROM generate_series(1, 540) i
UNION ALL SELECT pg_temp.id('many', i), pg_temp.subject(20), 'member', now() FROM generate_series(1, 500) i
UNION ALL SELECT pg_temp.id('crowd', 1), pg_temp.subject(21), 'referent', now()
UNION ALL SELECT pg_temp.id('crowd', 1), pg_temp.id('companion', 540 + i), 'member', now() FROM generate_series(1, 499) i;

-- The service is open to all members of half of the organizations, and to some of the others.
UPDATE clients SET policy = 'restricted' WHERE client_id = 'bench';
INSERT INTO client_roles (client_id, name, delegable) SELECT 'bench', role, true FROM unnest(ARRAY['reader', 'editor']) role;
INSERT INTO attachments (organization_id, client_id, all_members)
SELECT pg_temp.id('watched', i), 'bench', i % 2 = 0 FROM generate_series(1, 10) i
UNION ALL SELECT pg_temp.id('many', i), 'bench', true FROM generate_series(1, 2) i
UNION ALL SELECT pg_temp.id('crowd', 1), 'bench', false;
INSERT INTO access_grants (organization_id, user_id, client_id, created_at)
SELECT m.organization_id, m.user_id, 'bench', now() FROM memberships m JOIN attachments a USING (organization_id)
WHERE a.client_id = 'bench' AND NOT a.all_members;
INSERT INTO access_grant_roles (organization_id, user_id, client_id, role)
SELECT organization_id, user_id, client_id, 'editor' FROM access_grants WHERE client_id = 'bench';

-- Every organization has six other services.
INSERT INTO clients (client_id, name_fr, name_en, policy, settings, created_at, updated_at)
SELECT 'tool-' || i, 'Outil ' || i, 'Tool ' || i, 'restricted', settings, now(), now() FROM clients, generate_series(1, 20) i WHERE client_id = 'bench';
INSERT INTO attachments (organization_id, client_id, all_members)
SELECT o.id, 'tool-' || 1 + (hashtext(o.slug) % 20 + 20 + j) % 20, j % 2 = 0 FROM organizations o, generate_series(1, 6) j
WHERE o.slug ~ '^(watched|many|crowd)';

-- What the referent did for their people.
INSERT INTO audit_events (id, at, kind, actor_id, user_id, organization_id, client_id, details)
SELECT pg_temp.id('deed', i), now() - i * interval '1 hour', 'access-granted', pg_temp.subject(21), pg_temp.id('companion', 540 + i),
    pg_temp.id('crowd', 1), 'bench', '{}' FROM generate_series(1, 400) i;

INSERT INTO personal_tokens (id, user_id, hash, name, created_at, expires_at)
VALUES (pg_temp.id('token', 1), pg_temp.subject(21), sha256('lqt_pt_bench'), 'bench', now(), now() + interval '30 days');

-- Another, which belongs to all 500 organizations of the one who is in them.
INSERT INTO clients (client_id, name_fr, name_en, policy, settings, created_at, updated_at)
SELECT 'shared', 'Partagé', 'Shared', 'restricted', settings, now(), now() FROM clients WHERE client_id = 'bench';
INSERT INTO client_secrets (client_id, hash, created_at) SELECT 'shared', hash, now() FROM client_secrets WHERE client_id = 'bench';
INSERT INTO attachments (organization_id, client_id, all_members) SELECT pg_temp.id('many', i), 'shared', true FROM generate_series(1, 500) i;

-- One that every organization of the host has: open to all members of most, and to whom it was granted in others.
INSERT INTO clients (client_id, name_fr, name_en, policy, settings, created_at, updated_at)
SELECT 'common', 'Commun', 'Common', 'restricted', settings, now(), now() FROM clients WHERE client_id = 'bench';
INSERT INTO client_secrets (client_id, hash, created_at) SELECT 'common', hash, now() FROM client_secrets WHERE client_id = 'bench';
INSERT INTO client_roles (client_id, name, delegable) VALUES ('common', 'editor', true);
INSERT INTO attachments (organization_id, client_id, all_members)
SELECT o.id, 'common', coalesce(a.all_members, true) FROM organizations o LEFT JOIN attachments a ON a.organization_id = o.id AND a.client_id = 'bench';
INSERT INTO access_grants (organization_id, user_id, client_id, created_at)
SELECT organization_id, user_id, 'common', created_at FROM access_grants WHERE client_id = 'bench';
INSERT INTO access_grant_roles (organization_id, user_id, client_id, role)
SELECT organization_id, user_id, 'common', 'editor' FROM access_grants WHERE client_id = 'common';

-- Services that will be removed, with so many sessions each.
INSERT INTO clients (client_id, name_fr, name_en, policy, settings, created_at, updated_at)
SELECT 'doomed-' || d, 'Condamné', 'Doomed', 'everyone', settings, now(), now() FROM clients, generate_series(1, 3) d WHERE client_id = 'bench';
INSERT INTO oauth_sessions (id, user_id, client_id, sid, scope, id_token_claims, userinfo_claims, authenticated_at, amr, offline, created_at, expires_at)
SELECT pg_temp.id('doomed', d * 1000000 + i), pg_temp.id('companion', 1 + i % 1100), 'doomed-' || d, pg_temp.id('doomed sid', i),
    '{openid}', '{}', '{}', now(), '{pwd}', false, now(), now() + interval '30 days'
FROM generate_series(1, 3) d, generate_series(1, :sessions) i;
INSERT INTO access_tokens (hash, oauth_session_id, expires_at)
SELECT sha256(uuid_send(id)), id, now() + interval '1 hour' FROM oauth_sessions WHERE client_id LIKE 'doomed-%';
INSERT INTO refresh_tokens (hash, oauth_session_id, expires_at)
SELECT sha256(uuid_send(id) || '\x01'), id, now() + interval '30 days' FROM oauth_sessions WHERE client_id LIKE 'doomed-%';
COMMIT;
VACUUM ANALYZE;
CHECKPOINT;
