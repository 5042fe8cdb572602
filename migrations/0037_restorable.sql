-- A backup is restored without a search path (pg_dump sets it so), and an index is built while it is. So what an index
-- calls must not look names up when it runs: in this form they are looked up here, once.
CREATE OR REPLACE FUNCTION searched_name(first text, second text, username text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN folded(coalesce(nullif(trim(first || ' ' || second), ''), username));
