-- A refresh may ask for a token that does less (RFC 6749 6); null: all that was granted.
ALTER TABLE access_tokens ADD scope text[];
