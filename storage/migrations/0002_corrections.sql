-- Reports of sessions can be corrected: until the campaign locks them by whoever owns them, afterwards by an officer.

ALTER TABLE campaigns ADD COLUMN locks_on TEXT;  -- the first day on which owners can't correct; NULL is never
ALTER TABLE outreach_sessions ADD COLUMN version INTEGER NOT NULL DEFAULT 1;  -- grows by one with each correction

-- What was corrected: never changed, never removed by the program. Values are canonical, as JSON; words as people read them then.
CREATE TABLE session_corrections (
    correction_id TEXT PRIMARY KEY,
    session_id    TEXT NOT NULL REFERENCES outreach_sessions (session_id),
    version       INTEGER NOT NULL,
    item          TEXT NOT NULL CHECK (item IN ('moment', 'model', 'place', 'attendance', 'outcome', 'cohosts')),
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
CREATE TRIGGER session_corrections_stay BEFORE UPDATE ON session_corrections
BEGIN SELECT RAISE(ABORT, 'a correction is never changed'); END;
CREATE TRIGGER session_corrections_kept BEFORE DELETE ON session_corrections
BEGIN SELECT RAISE(ABORT, 'a correction is never removed'); END;

-- Who keeps a report: the secretaries of its host or the individual who held it, and the officers above them.
CREATE VIEW session_keepers AS
SELECT s.session_id, m.person_id, m.role FROM outreach_sessions s
JOIN memberships m ON m.unit_id = s.host_unit_id AND m.role = 'secretary' AND m.until IS NULL
UNION ALL
SELECT s.session_id, i.person_id, 'resident' AS role FROM outreach_sessions s
JOIN individuals i ON i.individual_id = s.host_individual_id AND i.person_id IS NOT NULL
UNION ALL
SELECT s.session_id, m.person_id, m.role FROM outreach_sessions s
JOIN unit_ancestors a ON a.unit_id = s.host_unit_id
JOIN memberships m ON m.unit_id = a.ancestor_id AND m.role = 'officer' AND m.until IS NULL
UNION ALL
SELECT s.session_id, m.person_id, m.role FROM outreach_sessions s
JOIN individuals i ON i.individual_id = s.host_individual_id
JOIN unit_ancestors a ON a.unit_id = i.unit_id
JOIN memberships m ON m.unit_id = a.ancestor_id AND m.role = 'officer' AND m.until IS NULL;

-- A report with the names that people read and the day on which it locks.
CREATE VIEW session_reports AS
SELECT s.session_id, s.campaign_id, s.number, s.code, s.version, s.held_on, s.held_at, s.model_id, s.field_code, s.project_id,
       s.place, s.attendee_count, s.household_count, s.outcome, s.created_at, c.locks_on,
       COALESCE(s.host_unit_id, s.host_individual_id) AS host_id, COALESCE(u.name, i.name) AS host_name,
       COALESCE(s.host_unit_id, i.unit_id) AS unit_id, s.host_unit_id IS NULL AS individual, m.name AS model_name
FROM outreach_sessions s
JOIN campaigns c ON c.campaign_id = s.campaign_id
LEFT JOIN units u ON u.unit_id = s.host_unit_id
LEFT JOIN individuals i ON i.individual_id = s.host_individual_id
LEFT JOIN models m ON m.model_id = s.model_id;
