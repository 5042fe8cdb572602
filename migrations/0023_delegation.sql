-- An invitation says what its person will get, and ends with what allowed it.
ALTER TABLE invitations
    -- Invited by the host (command line, administrators): stands whoever leaves. One of a referent stands
    -- as long as they are one.
    ADD by_host boolean NOT NULL DEFAULT false;
UPDATE invitations SET by_host = created_by IS NULL;

-- Accesses that an invitation gives to whoever accepts it. Goes with the attachment.
CREATE TABLE invitation_grants (
    invitation_id   uuid NOT NULL REFERENCES invitations ON DELETE CASCADE,
    organization_id uuid NOT NULL,
    client_id       text NOT NULL,
    roles           text[] NOT NULL,
    PRIMARY KEY (invitation_id, client_id),
    FOREIGN KEY (organization_id, client_id) REFERENCES attachments ON DELETE CASCADE
);
CREATE INDEX ON invitation_grants (organization_id, client_id);

-- Whether an invitation can be answered.
CREATE FUNCTION invitation_stands(i invitations, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT i.answered_at IS NULL AND i.expires_at > moment
        AND EXISTS (SELECT FROM organizations o WHERE o.id = i.organization_id AND o.active)
        AND (i.by_host OR EXISTS (
            SELECT FROM memberships m JOIN users u ON u.id = m.user_id
            WHERE m.organization_id = i.organization_id AND m.user_id = i.created_by AND m.role = 'referent' AND u.active))
$$;

-- Somebody who was refused by a service asks to be let in.
CREATE TABLE access_requests (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    client_id       text NOT NULL REFERENCES clients ON DELETE CASCADE,
    -- Whose referents are asked; null: the administrators.
    organization_id uuid,
    created_at      timestamptz NOT NULL,
    answered_at     timestamptz,
    accepted        boolean,
    answered_by     uuid REFERENCES users ON DELETE SET NULL,
    -- Asked again: the same row.
    UNIQUE NULLS NOT DISTINCT (user_id, client_id, organization_id),
    -- Whoever leaves asks for nothing any more.
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships ON DELETE CASCADE,
    FOREIGN KEY (organization_id, client_id) REFERENCES attachments ON DELETE CASCADE
);
CREATE INDEX ON access_requests (organization_id, created_at) WHERE answered_at IS NULL;
CREATE INDEX ON access_requests (client_id);

-- Keys that a person makes for their own programs: shown once, hashed, always with an end.
CREATE TABLE personal_tokens (
    id              uuid PRIMARY KEY,
    user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    hash            bytea NOT NULL UNIQUE,
    name            text NOT NULL CHECK (name <> ''),
    -- Good for this organization only; null: for all that its person looks after.
    organization_id uuid REFERENCES organizations ON DELETE CASCADE,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    last_used_at    timestamptz
);
CREATE INDEX ON personal_tokens (user_id);
CREATE INDEX ON personal_tokens (expires_at);
CREATE INDEX ON personal_tokens (organization_id);

-- Members of an organization, searched and paged by name.
CREATE FUNCTION sort_name(u users) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(coalesce(nullif(trim(u.given_name || ' ' || u.family_name), ''), u.username))
$$;

-- Whether a person is in the group of that name.
CREATE FUNCTION is_in_group(the_user uuid, the_group text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = the_user AND g.name = the_group)
$$;
