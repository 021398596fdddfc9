-- Reminders as each person wants them, and days that the ward has decided for itself.

-- Days of which a ward has decided otherwise than the law: its own days off, and days worked in exchange.
CREATE TABLE ward_days (
    day    TEXT PRIMARY KEY,
    off    BOOLEAN NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
);

-- How somebody wants to be reminded. No row: at the ward's hour, of everything.
CREATE TABLE reminder_wishes (
    person_id TEXT PRIMARY KEY REFERENCES people (person_id),
    hour      TEXT,                      -- 07:30; none: the ward's hour
    off       TEXT NOT NULL DEFAULT '',  -- the kinds that are not wanted, with spaces between them
    again_on  TEXT                       -- the day on which they want to hear of it once more, whatever day that is
);

-- Reminders that wait because their person is in the middle of a form.
CREATE TABLE reminder_waits (
    person_id TEXT PRIMARY KEY REFERENCES people (person_id),
    day       TEXT NOT NULL
);

-- When somebody last said something in a conversation; what the program says of itself does not count.
ALTER TABLE conversations ADD COLUMN acted_at BIGINT NOT NULL DEFAULT 0;

-- A summary or reminder that has not left by then is of no use any more and is not sent.
ALTER TABLE outbox ADD COLUMN not_after BIGINT;
CREATE INDEX outbox_not_after ON outbox (not_after) WHERE state = 'queued' AND not_after IS NOT NULL;
