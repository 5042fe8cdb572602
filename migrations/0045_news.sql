-- News of the host, on the home page of everybody: one text in each language, in Markdown. Empty: none.
CREATE TABLE news (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    fr         text NOT NULL CHECK (octet_length(fr) <= 65536),
    en         text NOT NULL CHECK (octet_length(en) <= 65536),
    updated_at timestamptz NOT NULL
);
