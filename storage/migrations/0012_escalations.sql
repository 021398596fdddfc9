-- What is overdue goes one level up, once.

ALTER TABLE campaigns ADD COLUMN escalate_after INTEGER;  -- hours after a deadline; NULL is a day, 0 never

-- What was reported to whose leaders: never twice. `about` is a campaign for a model, a duty for a report on it.
CREATE TABLE escalations (
    what       TEXT NOT NULL,
    about      TEXT NOT NULL,
    unit_id    TEXT NOT NULL REFERENCES units (unit_id),
    to_unit_id TEXT NOT NULL REFERENCES units (unit_id),
    at         BIGINT NOT NULL,
    PRIMARY KEY (what, about, unit_id)
);
