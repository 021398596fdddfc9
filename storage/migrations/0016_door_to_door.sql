-- Who goes from door to door about a notice: a named person gets a list of households, and what came of each door is kept.

CREATE TABLE door_rounds (
    round_id           TEXT PRIMARY KEY,
    notice_id          TEXT NOT NULL REFERENCES notices (notice_id),
    neighborhood_group TEXT NOT NULL,
    assignee_id        TEXT NOT NULL REFERENCES people (person_id),
    assigned_by        TEXT NOT NULL REFERENCES people (person_id),
    assigned_at        BIGINT NOT NULL,
    draft              TEXT NOT NULL UNIQUE
);
CREATE INDEX door_rounds_assignee ON door_rounds (assignee_id, round_id);
CREATE INDEX door_rounds_notice ON door_rounds (notice_id);

CREATE TABLE door_calls (
    round_id     TEXT NOT NULL REFERENCES door_rounds (round_id),
    recipient_id TEXT NOT NULL REFERENCES notice_recipients (recipient_id),
    PRIMARY KEY (round_id, recipient_id)
);
CREATE INDEX door_calls_recipient ON door_calls (recipient_id);

-- What came of a door, every time; the latest counts. Each hesitating household has its main reason.
CREATE TABLE door_visits (
    visit_id     TEXT PRIMARY KEY,
    round_id     TEXT NOT NULL REFERENCES door_rounds (round_id),
    recipient_id TEXT NOT NULL REFERENCES notice_recipients (recipient_id),
    outcome      TEXT NOT NULL CHECK (outcome IN ('absent', 'agreed', 'hesitating', 'met')),
    reason       TEXT NOT NULL DEFAULT '' CHECK (reason IN ('', 'price', 'resettlement', 'papers', 'other')),
    note         TEXT NOT NULL DEFAULT '',
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    visited_at   BIGINT NOT NULL,
    draft        TEXT NOT NULL UNIQUE
);
CREATE INDEX door_visits_recipient ON door_visits (recipient_id, visit_id);
CREATE TRIGGER door_visits_stay BEFORE UPDATE ON door_visits
BEGIN SELECT RAISE(ABORT, 'what came of a door is never changed'); END;
CREATE TRIGGER door_visits_kept BEFORE DELETE ON door_visits
BEGIN SELECT RAISE(ABORT, 'what came of a door is never removed'); END;
CREATE TABLE door_photos (
    visit_id TEXT NOT NULL REFERENCES door_visits (visit_id),
    media_id TEXT NOT NULL REFERENCES media (media_id),
    PRIMARY KEY (visit_id, media_id)
);
