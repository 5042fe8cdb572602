-- What a person agreed to give a service: asked once for each new scope.
CREATE TABLE consents (
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    client_id  text NOT NULL REFERENCES clients ON DELETE CASCADE,
    scopes     text[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, client_id)
);
CREATE INDEX ON consents (client_id);

-- Who agreed to this very request, when the service wants to be sure that it was asked.
ALTER TABLE authorization_requests
    ADD consented_by uuid,
    -- The person refused: the service is told when they come by the dispatcher.
    ADD declined boolean NOT NULL DEFAULT false;

-- A validated request that its client pushed (RFC 9126): used once, within a minute.
CREATE TABLE pushed_requests (
    hash       bytea PRIMARY KEY,
    client_id  text NOT NULL REFERENCES clients ON DELETE CASCADE,
    -- oidc::authorization_request::AuthorizationRequest
    parameters jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON pushed_requests (expires_at);
