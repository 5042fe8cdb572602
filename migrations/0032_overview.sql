-- Accounts that are switched off or wait are few: they are counted without reading the others.
CREATE INDEX ON users (id) WHERE NOT active;
