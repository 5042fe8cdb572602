-- The journal holds: nobody changes or removes a line unseen (src/journal.rs, docs/operations.md).

-- A field in a form that only it has: its length, −1 when it is not there, then its bytes. The same as in
-- src/journal/hash.rs.
CREATE FUNCTION audit_field(f text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT coalesce(int4send(octet_length(convert_to(f, 'UTF8'))) || convert_to(f, 'UTF8'), int4send(-1))
$$;

ALTER TABLE audit_events
    -- `refused`: somebody tried, and nothing was changed; the details say why.
    ADD outcome text NOT NULL DEFAULT 'done' CHECK (outcome IN ('done', 'refused')),
    -- Random; thrown away when a person of the line is forgotten.
    ADD salt bytea,
    -- SHA-256 of the salt and of what is personal. It stays when that is forgotten, so that the chain holds.
    ADD commitment bytea;

CREATE FUNCTION audit_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.salt := uuid_send(gen_random_uuid());
    NEW.commitment := sha256(NEW.salt || audit_field(NEW.actor_id::text) || audit_field(NEW.user_id::text)
        || audit_field(NEW.address_range) || audit_field(NEW.device) || audit_field(NEW.request_id::text)
        || audit_field(NEW.details::text));
    RETURN NEW;
END $$;

UPDATE audit_events SET salt = uuid_send(gen_random_uuid()),
    outcome = CASE WHEN kind IN ('sign-in-refused', 'second-factor-failed') THEN 'refused' ELSE 'done' END;
UPDATE audit_events SET commitment = sha256(salt || audit_field(actor_id::text) || audit_field(user_id::text)
    || audit_field(address_range) || audit_field(device) || audit_field(request_id::text) || audit_field(details::text));
ALTER TABLE audit_events ALTER commitment SET NOT NULL;

-- The chain. Each hash covers the one before and the line, so none can be altered, taken out or put in
-- without all that follow.
CREATE TABLE audit_chain (
    position bigint PRIMARY KEY CHECK (position > 0),
    event_id uuid NOT NULL UNIQUE,
    hash     bytea NOT NULL
);

-- Lines that are not in the chain yet: a job puts them there. Written with the line itself, so a
-- transaction that commits late is not missed, and looking costs the same however long the journal is.
CREATE TABLE audit_waiting (
    event_id uuid PRIMARY KEY
);
INSERT INTO audit_waiting SELECT id FROM audit_events;

CREATE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_waiting VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege
        USING MESSAGE = format('permission denied: lines of %s are added, never changed or removed', TG_TABLE_NAME);
END $$;

-- What may change in a line: who somebody was, once their account is gone, and with it where they were, or
-- what was done to them. After 180 days: anything personal, all at once.
CREATE FUNCTION audit_forget() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor_goes boolean := NEW.actor_id IS DISTINCT FROM OLD.actor_id;
    user_goes  boolean := NEW.user_id IS DISTINCT FROM OLD.user_id;
    same       boolean := (NEW.id, NEW.at, NEW.kind, NEW.outcome, NEW.organization_id, NEW.client_id, NEW.commitment)
        IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.kind, OLD.outcome, OLD.organization_id, OLD.client_id, OLD.commitment);
    emptied    boolean := OLD.at < now() - interval '180 days' AND NEW.details = '{}'
        AND num_nulls(NEW.actor_id, NEW.user_id, NEW.address_range, NEW.device, NEW.request_id) = 5;
    -- A pseudonym takes the place of an account that is no more, and is nobody else's.
    gone       boolean := (actor_goes OR user_goes)
        AND (NOT actor_goes OR (num_nulls(OLD.actor_id, NEW.actor_id) = 0
            AND NOT EXISTS (SELECT FROM users WHERE id IN (OLD.actor_id, NEW.actor_id))))
        AND (NOT user_goes OR (num_nulls(OLD.user_id, NEW.user_id) = 0
            AND NOT EXISTS (SELECT FROM users WHERE id IN (OLD.user_id, NEW.user_id))))
        AND (NEW.details = OLD.details OR (user_goes AND NEW.details = '{}'))
        AND ((NEW.address_range, NEW.device, NEW.request_id) IS NOT DISTINCT FROM (OLD.address_range, OLD.device, OLD.request_id)
            OR ((actor_goes OR OLD.actor_id IS NULL) AND num_nulls(NEW.address_range, NEW.device, NEW.request_id) = 3));
BEGIN
    IF same AND NEW.salt IS NULL AND (emptied OR gone) THEN
        RETURN NEW;
    END IF;
    RAISE insufficient_privilege
        USING MESSAGE = 'permission denied: lines of audit_events are never changed, but to forget who is gone';
END $$;

-- Not a temporary table of the same name, whatever the session says.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION audit_wait() SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION audit_forget() SET search_path = %I, pg_temp', current_schema());
END $$;

CREATE TRIGGER audit_commit BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_commit();
CREATE TRIGGER audit_wait AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_wait();
CREATE TRIGGER audit_forget BEFORE UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_forget();
CREATE TRIGGER audit_refuse BEFORE DELETE OR TRUNCATE ON audit_events EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain EXECUTE FUNCTION audit_refuse();

-- The same once more, as privileges: they bind whoever owns the tables too, unless it is a superuser.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events, audit_chain FROM CURRENT_USER;
GRANT UPDATE (actor_id, user_id, address_range, device, request_id, details, salt) ON audit_events TO CURRENT_USER;

-- An organization's journal.
CREATE INDEX ON audit_events (organization_id, id DESC) WHERE organization_id IS NOT NULL;
-- What somebody did to others: looked for when their account goes.
CREATE INDEX ON audit_events (actor_id) WHERE actor_id IS DISTINCT FROM user_id;
-- Refused authorizations are noted now and then: is it time again?
CREATE INDEX ON audit_events (user_id, client_id, at) WHERE kind = 'access-refused';
-- What retention has yet to empty. Nothing else looked for lines by their hour.
DROP INDEX audit_events_at_idx;
CREATE INDEX audit_events_personal ON audit_events (at)
    WHERE num_nulls(actor_id, user_id, address_range, device, request_id) < 5 OR details <> '{}';
