-- The other standard claims that a person may hold (OpenID Connect Core 5.1): types::Profile.
ALTER TABLE users ADD profile jsonb NOT NULL DEFAULT '{}';
