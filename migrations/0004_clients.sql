-- OpenID Connect relying parties; "services" on the pages.
CREATE TABLE clients (
    client_id          text PRIMARY KEY CHECK (client_id ~ '^[A-Za-z0-9._~-]{1,64}$'),
    name_fr            text NOT NULL CHECK (name_fr <> ''),
    name_en            text NOT NULL CHECK (name_en <> ''),
    enabled            boolean NOT NULL DEFAULT true,
    -- A confidential client has a secret; a public one has none and must use PKCE.
    confidential       boolean NOT NULL,
    -- `restricted`: nobody but those whom a group or an attachment lets in.
    policy             text NOT NULL DEFAULT 'restricted' CHECK (policy IN ('restricted', 'everyone')),
    -- Compared byte for byte.
    redirect_uris      text[] NOT NULL,
    -- Where a person starts using the service; also where an authorization too old to resume goes.
    start_uri          text,
    scopes             text[] NOT NULL,
    require_pkce       boolean NOT NULL DEFAULT true,
    refresh_tokens     boolean NOT NULL DEFAULT true,
    -- Repeat the claims of the scopes in the ID token (many clients read nothing else).
    claims_in_id_token boolean NOT NULL DEFAULT true,
    id_token_alg       text NOT NULL DEFAULT 'RS256' CHECK (id_token_alg IN ('RS256', 'ES256')),
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    CHECK (confidential OR require_pkce)
);

-- SHA-256 of the secrets of confidential clients: two at once during a rotation.
CREATE TABLE client_secrets (
    client_id  text NOT NULL REFERENCES clients ON DELETE CASCADE,
    hash       bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (client_id, hash)
);

-- Groups that may use a client.
CREATE TABLE client_groups (
    client_id text NOT NULL REFERENCES clients ON DELETE CASCADE,
    group_id  uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
    PRIMARY KEY (client_id, group_id)
);
CREATE INDEX ON client_groups (group_id);

-- Role names that the client understands.
CREATE TABLE client_roles (
    client_id text NOT NULL REFERENCES clients ON DELETE CASCADE,
    name      text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    -- Referents may grant it.
    delegable boolean NOT NULL,
    PRIMARY KEY (client_id, name)
);

-- Services open to an organization: to all its members, or to those who hold a grant.
CREATE TABLE attachments (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    client_id       text NOT NULL REFERENCES clients ON DELETE CASCADE,
    all_members     boolean NOT NULL,
    PRIMARY KEY (organization_id, client_id)
);
CREATE INDEX ON attachments (client_id);

-- One member's access to one attached service. Ends with the membership or the attachment.
CREATE TABLE access_grants (
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL,
    client_id       text NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, user_id, client_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships ON DELETE CASCADE,
    FOREIGN KEY (organization_id, client_id) REFERENCES attachments ON DELETE CASCADE
);
CREATE INDEX ON access_grants (organization_id, client_id);

CREATE TABLE access_grant_roles (
    organization_id uuid NOT NULL,
    user_id         uuid NOT NULL,
    client_id       text NOT NULL,
    role            text NOT NULL,
    PRIMARY KEY (organization_id, user_id, client_id, role),
    FOREIGN KEY (organization_id, user_id, client_id) REFERENCES access_grants ON DELETE CASCADE,
    FOREIGN KEY (client_id, role) REFERENCES client_roles ON DELETE CASCADE
);

-- Everything that src/authz/client_access.rs needs to know of one user and one client, in one row
-- (none when either does not exist). The rule itself is there, not here. Inlined by the planner.
CREATE FUNCTION client_access_facts(the_user uuid, the_client text)
RETURNS TABLE (
    user_active boolean,
    email_verified boolean,
    client_enabled boolean,
    everyone boolean,
    -- Groups of the user that the client allows.
    groups text[],
    -- Active organizations of the user to which the client is attached.
    organizations text[],
    -- Those among them through which the user has access.
    access_through text[],
    -- `slug/role` for each role granted there.
    roles text[]
) LANGUAGE sql STABLE AS $$
    SELECT u.active, u.email_verified_at IS NOT NULL, c.enabled, c.policy = 'everyone',
        ARRAY(SELECT g.name
              FROM group_members gm JOIN client_groups cg USING (group_id) JOIN groups g ON g.id = gm.group_id
              WHERE gm.user_id = u.id AND cg.client_id = c.client_id ORDER BY 1),
        ARRAY(SELECT o.slug
              FROM memberships m JOIN attachments a USING (organization_id) JOIN organizations o ON o.id = m.organization_id
              WHERE m.user_id = u.id AND a.client_id = c.client_id AND o.active ORDER BY 1),
        ARRAY(SELECT o.slug
              FROM memberships m JOIN attachments a USING (organization_id) JOIN organizations o ON o.id = m.organization_id
              WHERE m.user_id = u.id AND a.client_id = c.client_id AND o.active
                AND (a.all_members OR EXISTS (
                    SELECT FROM access_grants ag
                    WHERE ag.organization_id = m.organization_id AND ag.user_id = m.user_id AND ag.client_id = a.client_id))
              ORDER BY 1),
        ARRAY(SELECT o.slug || '/' || r.role
              FROM access_grant_roles r JOIN organizations o ON o.id = r.organization_id
              WHERE r.user_id = u.id AND r.client_id = c.client_id AND o.active ORDER BY 1)
    FROM users u, clients c
    WHERE u.id = the_user AND c.client_id = the_client
$$;
CREATE INDEX ON access_grant_roles (user_id, client_id);

-- Processes keep clients and signing keys in memory; these triggers tell them of changes.
CREATE FUNCTION notify_cache() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('loquet_cache', TG_ARGV[0]);
    RETURN NULL;
END $$;
CREATE TRIGGER notify_cache AFTER INSERT OR UPDATE OR DELETE ON clients
    FOR EACH STATEMENT EXECUTE FUNCTION notify_cache('clients');
CREATE TRIGGER notify_cache AFTER INSERT OR UPDATE OR DELETE ON client_secrets
    FOR EACH STATEMENT EXECUTE FUNCTION notify_cache('clients');
CREATE TRIGGER notify_cache AFTER INSERT OR UPDATE OR DELETE ON signing_keys
    FOR EACH STATEMENT EXECUTE FUNCTION notify_cache('signing_keys');
