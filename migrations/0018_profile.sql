-- The answers to the fields of the host ([[profile.fields]]): types::CustomValues.
ALTER TABLE users ADD custom jsonb NOT NULL DEFAULT '{}';
-- The version of the terms of use that the person accepted last; null: none.
ALTER TABLE users ADD accepted_terms text;

-- What people accepted and when: kept, whatever they accept later.
CREATE TABLE acceptances (
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    document    text NOT NULL CHECK (document IN ('terms')),
    version     text NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, document, version)
);

-- Pictures of people, as we made them: square, small, without what cameras add. The address holds
-- `id`, drawn anew at each change, so that it is cached for ever and says nothing of the person; the
-- claim `picture` of the profile holds the address.
CREATE TABLE pictures (
    user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    id         uuid NOT NULL UNIQUE,
    jpeg       bytea NOT NULL CHECK (octet_length(jpeg) <= 65536),
    created_at timestamptz NOT NULL
);
-- They are compressed already.
ALTER TABLE pictures ALTER jpeg SET STORAGE EXTERNAL;
