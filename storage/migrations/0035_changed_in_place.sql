-- A message that was sent can be made to say something else, in its place: how far a notice has come.

ALTER TABLE outbox ADD COLUMN changed_at BIGINT;
CREATE INDEX outbox_standing ON outbox (supersedes, message_id) WHERE state = 'sent' AND supersedes IS NOT NULL;
