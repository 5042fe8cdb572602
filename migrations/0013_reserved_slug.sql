-- caddy-security makes roles of its portal out of groups named `authp/…`, which is how the roles of an
-- organization of that name would read in the claim.
ALTER TABLE organizations ADD CONSTRAINT organizations_slug_of_a_portal CHECK (slug <> 'authp');
