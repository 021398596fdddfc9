-- Sessions in full: the households that were met, agreed and hesitate with their reason, and a place shared on a map.

ALTER TABLE outreach_sessions ADD COLUMN met_count INTEGER;
ALTER TABLE outreach_sessions ADD COLUMN agreed_count INTEGER;
ALTER TABLE outreach_sessions ADD COLUMN hesitating_count INTEGER;
ALTER TABLE outreach_sessions ADD COLUMN price_count INTEGER;         -- of the hesitating, by main reason
ALTER TABLE outreach_sessions ADD COLUMN resettlement_count INTEGER;
ALTER TABLE outreach_sessions ADD COLUMN papers_count INTEGER;
ALTER TABLE outreach_sessions ADD COLUMN other_count INTEGER;
ALTER TABLE outreach_sessions ADD COLUMN coordinates TEXT NOT NULL DEFAULT '';  -- "21.03512,105.92011", beside the words

-- More values can be corrected; a check can't be changed, so the table is made anew.
CREATE TABLE corrections_in_full (
    correction_id TEXT PRIMARY KEY,
    session_id    TEXT NOT NULL REFERENCES outreach_sessions (session_id),
    version       INTEGER NOT NULL,
    item          TEXT NOT NULL CHECK (item IN (
        'moment', 'model', 'project', 'topic', 'place', 'attendance', 'households', 'outcome', 'cohosts',
        'more_photos', 'fewer_photos')),
    old_value     TEXT NOT NULL,
    new_value     TEXT NOT NULL,
    old_words     TEXT NOT NULL,
    new_words     TEXT NOT NULL,
    reason        TEXT NOT NULL DEFAULT '',
    person_id     TEXT NOT NULL REFERENCES people (person_id),
    role          TEXT NOT NULL,
    corrected_at  BIGINT NOT NULL,
    draft         TEXT NOT NULL UNIQUE,
    UNIQUE (session_id, version)
);
INSERT INTO corrections_in_full SELECT * FROM session_corrections;
DROP TABLE session_corrections;
ALTER TABLE corrections_in_full RENAME TO session_corrections;
CREATE TRIGGER session_corrections_stay BEFORE UPDATE ON session_corrections
BEGIN SELECT RAISE(ABORT, 'a correction is never changed'); END;
CREATE TRIGGER session_corrections_kept BEFORE DELETE ON session_corrections
BEGIN SELECT RAISE(ABORT, 'a correction is never removed'); END;

-- A report with the names that people read and the day on which it locks.
DROP VIEW session_reports;
CREATE VIEW session_reports AS
SELECT s.session_id, s.campaign_id, s.number, s.code, s.version, s.held_on, s.held_at, s.model_id, s.field_code, s.project_id,
       s.topic, s.place, s.coordinates, s.attendee_count, s.household_count, s.outcome, s.created_at, c.locks_on,
       s.met_count, s.agreed_count, s.hesitating_count, s.price_count, s.resettlement_count, s.papers_count, s.other_count,
       COALESCE(s.host_unit_id, s.host_individual_id) AS host_id, COALESCE(u.name, i.name) AS host_name,
       COALESCE(s.host_unit_id, i.unit_id) AS unit_id, s.host_unit_id IS NULL AS individual, m.name AS model_name,
       p.name AS project_name
FROM outreach_sessions s
JOIN campaigns c ON c.campaign_id = s.campaign_id
LEFT JOIN units u ON u.unit_id = s.host_unit_id
LEFT JOIN individuals i ON i.individual_id = s.host_individual_id
LEFT JOIN models m ON m.model_id = s.model_id
LEFT JOIN projects p ON p.project_id = s.project_id;
