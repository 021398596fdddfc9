-- What the figures are derived through, and the goals that they are held against.

-- The campaigns that a unit takes part in: its own, those above it and those below it.
CREATE VIEW campaign_scopes AS
SELECT c.campaign_id, c.year, c.opens_on, a.ancestor_id AS scope FROM campaigns c JOIN unit_ancestors a ON a.unit_id = c.unit_id
UNION
SELECT c.campaign_id, c.year, c.opens_on, a.unit_id AS scope FROM campaigns c JOIN unit_ancestors a ON a.ancestor_id = c.unit_id;

-- To which units a session belongs: its host's, and those of each co-host.
CREATE VIEW session_homes AS
SELECT s.session_id, COALESCE(s.host_unit_id, i.unit_id) AS unit_id FROM outreach_sessions s
LEFT JOIN individuals i ON i.individual_id = s.host_individual_id
UNION ALL
SELECT session_id, unit_id FROM session_cohosts;

-- What a unit is to reach in a campaign, each unit something else. Without a day it is for the whole campaign.
CREATE TABLE goals (
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    unit_id     TEXT NOT NULL REFERENCES units (unit_id),
    measure     TEXT NOT NULL CHECK (measure IN ('models', 'sessions', 'attendees', 'households_met', 'households_agreed')),
    target      INTEGER NOT NULL CHECK (target > 0),
    due_on      TEXT,
    PRIMARY KEY (campaign_id, unit_id, measure)
);
CREATE INDEX goals_unit ON goals (unit_id);

-- Goals set by chat: by whom, when, and what stood there before (NULL: nothing). Never changed, never removed by the program.
CREATE TABLE goal_changes (
    draft       TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    unit_id     TEXT NOT NULL REFERENCES units (unit_id),
    measure     TEXT NOT NULL,
    old_target  INTEGER,
    new_target  INTEGER NOT NULL,
    person_id   TEXT NOT NULL REFERENCES people (person_id),
    changed_at  BIGINT NOT NULL
);
CREATE TRIGGER goal_changes_stay BEFORE UPDATE ON goal_changes
BEGIN SELECT RAISE(ABORT, 'a change of a goal is never changed'); END;
CREATE TRIGGER goal_changes_kept BEFORE DELETE ON goal_changes
BEGIN SELECT RAISE(ABORT, 'a change of a goal is never removed'); END;

-- The figures of a unit as they were sent for a day, a week or a month: what was said stays said.
CREATE TABLE sent_figures (
    span    TEXT NOT NULL CHECK (span IN ('day', 'week', 'month')),
    day     TEXT NOT NULL,
    unit_id TEXT NOT NULL REFERENCES units (unit_id),
    figures TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (unit_id, day, span)
);
