-- Captchas that were solved, and signed forms of those without script: each is good once, by the
-- primary key. A challenge is stateless until then. Rows outlive what they name (src/db/jobs.rs).
CREATE TABLE spent_captchas (
    key       bytea PRIMARY KEY,
    -- Keyed hash of the address range, for the difficulty to follow the load.
    range_key bytea NOT NULL,
    spent_at  timestamptz NOT NULL
);
CREATE INDEX ON spent_captchas (range_key, spent_at);
CREATE INDEX ON spent_captchas (spent_at);
