-- An authenticator app that is being added needs no row: its secret is derived from the session and
-- from a number in the form (src/account/authenticator.rs), so that looking at the page changes nothing.
DROP TABLE authenticator_enrolments;
