-- The logo of a service, as administrators send it. Each has an address of its own, so it never changes.
CREATE TABLE service_logos (
    client_id  text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
    id         uuid NOT NULL UNIQUE,
    png        bytea NOT NULL CHECK (octet_length(png) <= 131072),
    created_at timestamptz NOT NULL
);
-- They are compressed already.
ALTER TABLE service_logos ALTER png SET STORAGE EXTERNAL;
CREATE TRIGGER notify_cache AFTER INSERT OR UPDATE OR DELETE ON service_logos
    FOR EACH STATEMENT EXECUTE FUNCTION notify_cache('clients');
