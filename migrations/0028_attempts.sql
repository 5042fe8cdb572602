-- Whether an attempt was noted lately is asked at each attempt.
CREATE INDEX ON audit_events (actor_id, at) WHERE kind = 'delegation-refused';
