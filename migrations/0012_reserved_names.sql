-- Services give powers of their own to some names of the claim that groups and organizations share:
-- Nextcloud to the group `admin`, caddy-security to `authp/…`, which is how the roles of an organization of
-- that name would read. Ours must never be one of them.
ALTER TABLE groups ADD CONSTRAINT groups_name_reserved CHECK (name <> 'admin');
ALTER TABLE organizations ADD CONSTRAINT organizations_slug_reserved CHECK (slug NOT IN ('admin', 'authp'));
