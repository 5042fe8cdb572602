-- People of the whole instance, searched by the beginning of a name (src/db/people.rs).

-- Without accents and in lower case; cut, since an index takes no more than 2,700 bytes.
CREATE FUNCTION folded(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(lower(regexp_replace(normalize(t, NFKD), '[\u0300-\u036f]', '', 'g')), 100)
$$;

-- The name that begins with that part, or the username of whoever has none.
-- (What it calls is looked up now: `pg_restore` builds indexes without a search path.)
CREATE FUNCTION searched_name(first text, second text, username text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN folded(coalesce(nullif(trim(first || ' ' || second), ''), username));

-- Byte by byte, so that a beginning is a range. Usernames and addresses have such an index since they are unique.
CREATE INDEX users_by_family_name ON users ((searched_name(family_name, given_name, username) COLLATE "C"), id);
CREATE INDEX users_by_given_name ON users ((searched_name(given_name, family_name, username) COLLATE "C"), id);
