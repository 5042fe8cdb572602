-- The journal is asked for one kind of line (/admin/journal, loquet audit list --kind). What fills it needs no
-- index: lines of those kinds are found by going back from the last one; what is seldom would be looked for to
-- the beginning.
CREATE INDEX audit_events_seldom ON audit_events (kind, id DESC)
    WHERE kind NOT IN ('signed-in', 'signed-out', 'sign-in-refused', 'second-factor-failed', 'access-refused');
