-- An authenticator app that is being added needs no row: its secret is derived from the session and
-- from a number in the form (src/account/authenticator.rs), so that looking at the page changes nothing.
DROP TABLE authenticator_enrolments;

-- Administrators sign in in two steps unless the settings say otherwise.
DROP FUNCTION second_factor_demanded(uuid);
CREATE FUNCTION second_factor_demanded(the_user uuid, of_administrators boolean) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM group_members m JOIN groups g ON g.id = m.group_id
        WHERE m.user_id = the_user AND (g.second_factor_required OR (of_administrators AND g.name = 'admins')))
$$;
