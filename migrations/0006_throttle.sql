-- Counts a try against several limits, in order, and stops at the first that refuses: a try refused
-- by the address is not counted against the account. All or nothing is decided by the caller's
-- single statement, so that parallel tries cannot pass together.
--
-- Returns the position (from 1) of the limit that refused and when it is free again; no row when the
-- try may be evaluated. The rules are those of src/authn/throttle.rs.
CREATE FUNCTION throttle_take(
    keys bytea[], free integer[], first_wait interval[], longest_wait interval[], last integer[], forget interval[],
    moment timestamptz)
RETURNS TABLE (refused_by integer, free_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    i integer;
    taken boolean;
BEGIN
    FOR i IN 1 .. cardinality(keys) LOOP
        INSERT INTO throttles AS t (key, attempts, free_at, updated_at) VALUES (keys[i], 1, moment, moment)
        ON CONFLICT (key) DO UPDATE SET
            attempts = CASE WHEN t.updated_at + forget[i] < moment THEN 1 ELSE t.attempts + 1 END,
            free_at = CASE
                WHEN t.updated_at + forget[i] < moment OR t.attempts + 1 < free[i] THEN moment
                ELSE moment + least(first_wait[i] * power(2, least(t.attempts + 1 - free[i], 30)), longest_wait[i]) END,
            updated_at = moment
        WHERE (t.free_at <= moment AND t.attempts < last[i]) OR t.updated_at + forget[i] < moment
        RETURNING true INTO taken;
        IF taken IS NULL THEN
            RETURN QUERY SELECT i, greatest(t.free_at, moment + interval '1 second') FROM throttles t WHERE t.key = keys[i];
            RETURN;
        END IF;
        taken := NULL;
    END LOOP;
END $$;
