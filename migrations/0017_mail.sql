-- When a mail is given up: a day after it was written, or after somebody had it tried again.
ALTER TABLE mail_outbox ADD give_up_at timestamptz;
UPDATE mail_outbox SET give_up_at = created_at + interval '24 hours';
ALTER TABLE mail_outbox ALTER give_up_at SET NOT NULL;

-- Mails of a day to addresses of one domain that nobody has proven here (ML-06).
CREATE TABLE mail_domain_counts (
    -- Keyed hash of the domain.
    domain bytea NOT NULL,
    day    date NOT NULL,
    count  integer NOT NULL,
    PRIMARY KEY (domain, day)
);
