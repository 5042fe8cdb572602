-- A client has many settings that no query looks into: they live in one document, typed by
-- db::clients::Client. What the rule of access, the keys or a join need stays a column.
ALTER TABLE clients ADD settings jsonb;
UPDATE clients SET settings = jsonb_build_object(
    'authentication', CASE WHEN confidential THEN 'client_secret' ELSE 'none' END,
    'redirect_uris', redirect_uris,
    'start_uri', start_uri,
    'scopes', scopes,
    'require_pkce', require_pkce,
    'refresh_tokens', refresh_tokens,
    'claims_in_id_token', claims_in_id_token,
    'id_token_alg', id_token_alg,
    -- Nobody was asked before there was consent; these were all made by an administrator.
    'ours', true);
ALTER TABLE clients
    ALTER settings SET NOT NULL,
    DROP confidential, DROP redirect_uris, DROP start_uri, DROP scopes, DROP require_pkce, DROP refresh_tokens,
    DROP claims_in_id_token, DROP id_token_alg,
    -- SHA-256 of the token that a client which registered itself manages its registration with (RFC 7592).
    ADD registration_token_hash bytea;
