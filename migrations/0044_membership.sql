-- Membership: of persons and of organizations, and what it opens.

-- `membership_until` (0002) is the last day; this is the first.
ALTER TABLE users
    ADD membership_since date,
    -- The last day that the reminder told of: one reminder for each.
    ADD membership_reminded date;
CREATE INDEX users_membership_until ON users (membership_until) WHERE membership_until IS NOT NULL;

-- An organization in good standing: first and last day.
ALTER TABLE organizations
    ADD membership_since date,
    ADD membership_until date;

-- Groups that nobody fills by hand. `member`: persons in good standing. `organization`: those who are in an
-- organization in good standing. `any`: both.
CREATE TABLE group_rules (
    group_id   uuid PRIMARY KEY REFERENCES groups ON DELETE CASCADE,
    rule       text NOT NULL CHECK (rule IN ('member', 'organization', 'any')),
    -- After the last day.
    grace_days integer NOT NULL CHECK (grace_days BETWEEN 0 AND 366)
);

-- The day, where the host is, by our clock: one for every replica and for the command line. What is decided
-- by the day follows when it moves (src/membership.rs).
CREATE TABLE membership_day (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    day      date NOT NULL,
    -- The last day on which everybody was looked at.
    swept    date
);

-- Whether dates are those of a membership in good standing on a day.
CREATE FUNCTION in_good_standing(since date, until date, grace integer, day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(until + grace >= day AND (since IS NULL OR since <= day), false)
$$;

-- Who belongs into which group by its rule, today.
CREATE VIEW members_by_rule AS
    SELECT r.group_id, u.id AS user_id
    FROM group_rules r, membership_day d, users u
    WHERE r.rule IN ('member', 'any') AND in_good_standing(u.membership_since, u.membership_until, r.grace_days, d.day)
    UNION
    SELECT r.group_id, m.user_id
    FROM group_rules r, membership_day d, organizations o, memberships m
    WHERE r.rule IN ('organization', 'any') AND m.organization_id = o.id AND o.active
        AND in_good_standing(o.membership_since, o.membership_until, r.grace_days, d.day);
