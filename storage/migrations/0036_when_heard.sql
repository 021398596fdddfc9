-- When a channel was last heard of is looked at every minute.

CREATE INDEX inbox_heard ON inbox (channel, received_at);
