-- Meetings to which households are invited: those of a project, or those of a neighbourhood group.

CREATE TABLE meetings (
    meeting_id         TEXT PRIMARY KEY,
    unit_id            TEXT NOT NULL REFERENCES units (unit_id),
    project_id         TEXT REFERENCES projects (project_id),
    neighborhood_group TEXT NOT NULL DEFAULT '',
    topic              TEXT NOT NULL,
    moment             TEXT NOT NULL,  -- local, ISO: 2021-03-27T19:30
    place              TEXT NOT NULL,
    version            INTEGER NOT NULL DEFAULT 1,  -- grows by one with each change: earlier answers were to another time
    cancelled          TEXT NOT NULL DEFAULT '',  -- why it was cancelled
    author_id          TEXT NOT NULL REFERENCES people (person_id),
    draft              TEXT NOT NULL UNIQUE,
    created_at         BIGINT NOT NULL,
    CHECK ((project_id IS NULL) <> (neighborhood_group = ''))
);
CREATE INDEX meetings_moment ON meetings (moment);

-- What a meeting was before it was changed: never changed, never removed by the program.
CREATE TABLE meeting_changes (
    meeting_id TEXT NOT NULL REFERENCES meetings (meeting_id),
    version    INTEGER NOT NULL,
    moment     TEXT NOT NULL,
    place      TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    person_id  TEXT NOT NULL REFERENCES people (person_id),
    at         BIGINT NOT NULL,
    PRIMARY KEY (meeting_id, version)
);
CREATE TRIGGER meeting_changes_stay BEFORE UPDATE ON meeting_changes
BEGIN SELECT RAISE(ABORT, 'a change of a meeting is never changed'); END;
CREATE TRIGGER meeting_changes_kept BEFORE DELETE ON meeting_changes
BEGIN SELECT RAISE(ABORT, 'a change of a meeting is never removed'); END;

-- What households answered; the last one to the present version counts.
CREATE TABLE meeting_answers (
    answer_id    TEXT PRIMARY KEY,
    meeting_id   TEXT NOT NULL REFERENCES meetings (meeting_id),
    version      INTEGER NOT NULL,
    household_id TEXT NOT NULL REFERENCES households (household_id),
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    answer       TEXT NOT NULL CHECK (answer IN ('come', 'away', 'send')),
    delegate     TEXT NOT NULL DEFAULT '',
    at           BIGINT NOT NULL
);
CREATE INDEX meeting_answers_household ON meeting_answers (meeting_id, household_id, answer_id);
CREATE TRIGGER meeting_answers_stay BEFORE UPDATE ON meeting_answers
BEGIN SELECT RAISE(ABORT, 'an answer to an invitation is never changed'); END;
CREATE TRIGGER meeting_answers_kept BEFORE DELETE ON meeting_answers
BEGIN SELECT RAISE(ABORT, 'an answer to an invitation is never removed'); END;

-- Who is invited.
CREATE VIEW meeting_households AS
SELECT m.meeting_id, h.household_id, h.head_name, h.neighborhood_group FROM meetings m
JOIN unit_ancestors a ON a.ancestor_id = m.unit_id
JOIN households h ON h.unit_id = a.unit_id
WHERE (m.project_id IS NULL AND h.neighborhood_group = m.neighborhood_group)
   OR EXISTS (SELECT 1 FROM parcels c
              WHERE c.household_id = h.household_id AND c.project_id = m.project_id AND c.gone_on IS NULL);

-- What each invited household says now; nothing where it has not answered the present version.
CREATE VIEW meeting_sayings AS
SELECT i.meeting_id, i.household_id, i.head_name, i.neighborhood_group, l.answer, COALESCE(l.delegate, '') AS delegate
FROM meeting_households i
JOIN meetings m ON m.meeting_id = i.meeting_id
LEFT JOIN meeting_answers l ON l.answer_id = (
    SELECT MAX(x.answer_id) FROM meeting_answers x
    WHERE x.meeting_id = i.meeting_id AND x.household_id = i.household_id AND x.version = m.version);
