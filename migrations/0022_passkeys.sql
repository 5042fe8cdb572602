-- What a browser was asked to sign with a passkey: good once, for five minutes, one of each kind a browser.
CREATE TABLE passkey_challenges (
    browser_hash bytea NOT NULL,
    -- 'add', 'second_factor' or 'sign_in'
    purpose      text NOT NULL CHECK (purpose IN ('add', 'second_factor', 'sign_in')),
    -- Whom it was asked of; null: whoever has a passkey.
    user_id      uuid REFERENCES users ON DELETE CASCADE,
    -- The challenge and what an answer must fulfil, as the library keeps them.
    state        jsonb NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (browser_hash, purpose)
);
CREATE INDEX ON passkey_challenges (user_id);
CREATE INDEX ON passkey_challenges (expires_at);
