-- Names and addresses that somebody gave up, by a change or with their account. Services know people by
-- them, so a username is never given to somebody else, an address not before three months
-- (db::users::QUARANTINE). Hashed: whoever has left is not listed here.
CREATE TABLE released_names (
    kind        text NOT NULL CHECK (kind IN ('username', 'email')),
    -- name_hash() of users.username_key or users.email_key.
    hash        bytea NOT NULL,
    -- Whose it was: they may take it again.
    user_id     uuid NOT NULL,
    released_at timestamptz NOT NULL,
    PRIMARY KEY (kind, hash)
);

CREATE FUNCTION name_hash(key text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT sha256(convert_to(key, 'UTF8')) $$;

CREATE FUNCTION release_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO released_names (kind, hash, user_id, released_at)
    SELECT kind, name_hash(key), OLD.id, now()
    FROM (VALUES ('username', OLD.username_key, CASE TG_OP WHEN 'UPDATE' THEN NEW.username_key END),
                 ('email', OLD.email_key, CASE TG_OP WHEN 'UPDATE' THEN NEW.email_key END)) AS names (kind, key, kept)
    WHERE key IS DISTINCT FROM kept
    ON CONFLICT (kind, hash) DO UPDATE SET user_id = excluded.user_id, released_at = excluded.released_at;
    RETURN NULL;
END $$;
CREATE TRIGGER release_names AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION release_names();
CREATE TRIGGER release_changed_names AFTER UPDATE OF username, email ON users FOR EACH ROW
    WHEN (OLD.username_key <> NEW.username_key OR OLD.email_key <> NEW.email_key) EXECUTE FUNCTION release_names();
