-- Services give powers of their own to a group named `admin` (Nextcloud); ours must never be it. Groups
-- and organizations share the claim that names them.
ALTER TABLE groups ADD CONSTRAINT groups_name_reserved CHECK (name <> 'admin');
ALTER TABLE organizations ADD CONSTRAINT organizations_slug_reserved CHECK (slug <> 'admin');
