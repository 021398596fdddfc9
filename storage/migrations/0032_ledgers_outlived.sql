-- The ledger is kept until its project is closed and for the time of the rule keep.ledger after that; then it is removed.
-- What may be removed is decided here: the rows of a project that stands in outlived_projects, and no project gets there
-- before its time, while it is open, or as long after the latest of its notices.

CREATE TABLE outlived_projects (
    project_id  TEXT PRIMARY KEY REFERENCES projects (project_id),
    closed_on   TEXT NOT NULL,
    outlived_on TEXT NOT NULL,
    finished_at BIGINT  -- when its ledger was gone
);
CREATE INDEX outlived_projects_open ON outlived_projects (project_id) WHERE finished_at IS NULL;
CREATE TRIGGER outlived_projects_in_time BEFORE INSERT ON outlived_projects
WHEN NOT EXISTS (
    SELECT 1 FROM projects p JOIN data_rules r ON r.rule = 'keep.ledger' AND r.valid_from <= NEW.outlived_on
      AND (r.valid_to IS NULL OR r.valid_to >= NEW.outlived_on)
    WHERE p.project_id = NEW.project_id AND p.closed_on = NEW.closed_on
      AND NEW.outlived_on > date(p.closed_on, '+' || r.days || ' days')
      AND NOT EXISTS (
        SELECT 1 FROM notices n WHERE n.project_id = p.project_id
          AND NEW.outlived_on <= date(n.published_at / 1000, 'unixepoch', '+7 hours', '+' || r.days || ' days')))
BEGIN SELECT RAISE(ABORT, 'the ledger of a project is kept for its time'); END;
CREATE TRIGGER outlived_projects_stay BEFORE UPDATE OF project_id, closed_on, outlived_on ON outlived_projects
BEGIN SELECT RAISE(ABORT, 'when a ledger was outlived is never changed'); END;

-- What a notice came to, without anybody's name.
CREATE TABLE outlived_notices (
    notice_id   TEXT PRIMARY KEY REFERENCES notices (notice_id),
    outlived_on TEXT NOT NULL,
    households  INTEGER NOT NULL,
    sent        INTEGER NOT NULL,
    received    INTEGER NOT NULL,
    understood  INTEGER NOT NULL,
    on_paper    INTEGER NOT NULL
);

-- A project that was opened again, or closed anew, keeps what it has.
CREATE VIEW outlived_recipients AS
SELECT r.recipient_id, n.notice_id, n.project_id FROM outlived_projects o
JOIN projects p ON p.project_id = o.project_id AND p.closed_on = o.closed_on
JOIN notices n ON n.project_id = o.project_id
JOIN notice_recipients r ON r.notice_id = n.notice_id;

CREATE TRIGGER notice_recipients_kept BEFORE DELETE ON notice_recipients
WHEN NOT EXISTS (SELECT 1 FROM outlived_recipients o WHERE o.recipient_id = OLD.recipient_id)
BEGIN SELECT RAISE(ABORT, 'who was told is kept for its time'); END;

DROP TRIGGER notice_deliveries_kept;
CREATE TRIGGER notice_deliveries_kept BEFORE DELETE ON notice_deliveries
WHEN NOT EXISTS (SELECT 1 FROM outlived_recipients o WHERE o.recipient_id = OLD.recipient_id)
BEGIN SELECT RAISE(ABORT, 'what became of a message is kept for its time'); END;

DROP TRIGGER notice_answers_kept;
CREATE TRIGGER notice_answers_kept BEFORE DELETE ON notice_answers
WHEN NOT EXISTS (SELECT 1 FROM outlived_recipients o WHERE o.recipient_id = OLD.recipient_id)
BEGIN SELECT RAISE(ABORT, 'a household''s answer is kept for its time'); END;

DROP TRIGGER paper_services_kept;
CREATE TRIGGER paper_services_kept BEFORE DELETE ON paper_services
WHEN NOT EXISTS (SELECT 1 FROM outlived_recipients o WHERE o.recipient_id = OLD.recipient_id)
BEGIN SELECT RAISE(ABORT, 'a service on paper is kept for its time'); END;

DROP TRIGGER door_visits_kept;
CREATE TRIGGER door_visits_kept BEFORE DELETE ON door_visits
WHEN NOT EXISTS (SELECT 1 FROM outlived_recipients o WHERE o.recipient_id = OLD.recipient_id)
BEGIN SELECT RAISE(ABORT, 'what came of a door is kept for its time'); END;

DROP TRIGGER meeting_answers_kept;
CREATE TRIGGER meeting_answers_kept BEFORE DELETE ON meeting_answers
WHEN NOT EXISTS (
    SELECT 1 FROM meetings m JOIN outlived_projects o ON o.project_id = m.project_id
    JOIN projects p ON p.project_id = o.project_id AND p.closed_on = o.closed_on
    WHERE m.meeting_id = OLD.meeting_id)
BEGIN SELECT RAISE(ABORT, 'an answer to an invitation is kept for its time'); END;
