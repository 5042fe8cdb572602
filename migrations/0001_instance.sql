-- What this installation is. One row, written at the first start.
CREATE TABLE instance (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id         uuid NOT NULL,
    -- A demonstration database: a normal start refuses it, a demonstration refuses any other.
    demo       boolean NOT NULL,
    -- A known text sealed with the master key: proves at start that the key is the right one.
    key_check  bytea NOT NULL,
    created_at timestamptz NOT NULL
);

-- The keys that sign ID tokens. The private half is sealed with the master key.
CREATE TABLE signing_keys (
    kid         text PRIMARY KEY,
    algorithm   text NOT NULL CHECK (algorithm IN ('RS256', 'ES256')),
    -- PKCS#8, sealed (AES-256-GCM, the kid as associated data).
    private_key bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    -- Published from creation; signs from here on; leaves the JWKS at retired_at.
    signs_from  timestamptz NOT NULL,
    retired_at  timestamptz
);
