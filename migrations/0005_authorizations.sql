-- An authorization in progress: a validated request waiting for its person. Bound to one browser.
CREATE TABLE authorization_requests (
    id           uuid PRIMARY KEY,
    browser_hash bytea NOT NULL,
    client_id    text NOT NULL REFERENCES clients ON DELETE CASCADE,
    -- oidc::authorization_request::AuthorizationRequest
    parameters   jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX ON authorization_requests (expires_at);
CREATE INDEX ON authorization_requests (browser_hash);

-- What a client holds of a person: the family of tokens born from one authorization.
CREATE TABLE oauth_sessions (
    id               uuid PRIMARY KEY,
    user_id          uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    client_id        text NOT NULL REFERENCES clients ON DELETE CASCADE,
    -- The browser session it came from (that row may be gone).
    sid              uuid NOT NULL,
    scope            text[] NOT NULL,
    nonce            text,
    -- Names of single claims asked for with the `claims` parameter (OIDC Core 5.5).
    id_token_claims  text[] NOT NULL,
    userinfo_claims  text[] NOT NULL,
    authenticated_at timestamptz NOT NULL,
    amr              text[] NOT NULL,
    -- Survives the sign-out of the browser session (scope offline_access).
    offline          boolean NOT NULL,
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    revoked_at       timestamptz
);
CREATE INDEX ON oauth_sessions (user_id, client_id);
CREATE INDEX ON oauth_sessions (sid);
CREATE INDEX ON oauth_sessions (expires_at);

CREATE TABLE authorization_codes (
    hash             bytea PRIMARY KEY,
    oauth_session_id uuid NOT NULL REFERENCES oauth_sessions ON DELETE CASCADE,
    client_id        text NOT NULL,
    redirect_uri     text NOT NULL,
    -- base64url(SHA-256(verifier)), RFC 7636; null when the request had none.
    code_challenge   text,
    expires_at       timestamptz NOT NULL,
    redeemed_at      timestamptz
);
CREATE INDEX ON authorization_codes (oauth_session_id);
CREATE INDEX ON authorization_codes (expires_at);

CREATE TABLE access_tokens (
    hash             bytea PRIMARY KEY,
    oauth_session_id uuid NOT NULL REFERENCES oauth_sessions ON DELETE CASCADE,
    expires_at       timestamptz NOT NULL
);
CREATE INDEX ON access_tokens (oauth_session_id);
CREATE INDEX ON access_tokens (expires_at);

CREATE TABLE refresh_tokens (
    hash             bytea PRIMARY KEY,
    oauth_session_id uuid NOT NULL REFERENCES oauth_sessions ON DELETE CASCADE,
    expires_at       timestamptz NOT NULL,
    -- First use. For 30 s after it the same successor is given again; later, the family is revoked.
    rotated_at       timestamptz
);
CREATE INDEX ON refresh_tokens (oauth_session_id);
CREATE INDEX ON refresh_tokens (expires_at);
