-- Links to messages that a platform can't show as a whole: unguessable, for a while, one a message.
-- The token stands here as it is, so that a repeated send gives the same link; whoever reads this table reads the message.
CREATE TABLE links (
    token      TEXT PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE REFERENCES outbox (message_id) ON DELETE CASCADE,
    until      BIGINT NOT NULL
);
