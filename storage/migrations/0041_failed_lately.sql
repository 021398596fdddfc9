-- What was refused lately is looked for every minute, among all that ever failed.
CREATE INDEX outbox_failed ON outbox (attempted_at) WHERE state = 'failed';
