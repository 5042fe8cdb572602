-- The one-time link by which an instance gets its first administrator, and whether it ever had one.
-- One row, for ever: what was once true stays true, whatever becomes of the person (AD-03).
CREATE TABLE first_administrator (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Somebody was an administrator once: no link is made any more, and none is good.
    existed    boolean NOT NULL DEFAULT false,
    -- SHA-256 of the token of the latest link; an earlier one is worth nothing.
    token_hash bytea,
    expires_at timestamptz,
    CHECK (token_hash IS NULL OR (expires_at IS NOT NULL AND NOT existed))
);

INSERT INTO first_administrator (existed) SELECT
    EXISTS (SELECT FROM group_members m JOIN groups g ON g.id = m.group_id WHERE g.name = 'admins')
    OR EXISTS (SELECT FROM audit_events WHERE kind = 'group-joined' AND details->>'group' = 'admins');

-- By whatever way somebody comes into the group: the link, the command line, an import.
CREATE FUNCTION note_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE first_administrator SET existed = true, token_hash = NULL, expires_at = NULL
    WHERE NOT existed
        AND EXISTS (SELECT FROM added a JOIN groups g ON g.id = a.group_id WHERE g.name = 'admins');
    RETURN NULL;
END
$$;
CREATE TRIGGER note_administrator AFTER INSERT ON group_members
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_administrator();
