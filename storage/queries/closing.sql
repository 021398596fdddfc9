-- name: project(project_id, scope, day)^
-- An open project of a scope, with what closing it is about: its households, its notices, those still going, the latest.
SELECT p.project_id, p.name, p.unit_id,
       (SELECT COUNT(*) FROM project_households h WHERE h.project_id = p.project_id) AS households,
       (SELECT COUNT(*) FROM notices n WHERE n.project_id = p.project_id AND n.published_at IS NOT NULL) AS notices,
       (SELECT COUNT(*) FROM notices n WHERE n.project_id = p.project_id AND (n.state = 'submitted' OR EXISTS (
            SELECT 1 FROM notice_sendings s WHERE s.notice_id = n.notice_id AND s.finished_at IS NULL))) AS going,
       (SELECT MAX(n.published_at) FROM notices n WHERE n.project_id = p.project_id) AS told_at
FROM projects p JOIN unit_ancestors a ON a.unit_id = p.unit_id AND a.ancestor_id = :scope
WHERE p.project_id = :project_id AND (p.closed_on IS NULL OR p.closed_on > :day);

-- name: close(project_id, closed_on)!
-- A project is closed.
UPDATE projects SET closed_on = :closed_on WHERE project_id = :project_id;

-- name: outlived(until, until_at)
-- The projects that were closed, and last told something, before a day, with their ledger: for the job, never for a person.
SELECT p.project_id, p.closed_on FROM projects p
WHERE p.closed_on < :until AND NOT EXISTS (SELECT 1 FROM outlived_projects o WHERE o.project_id = p.project_id)
  AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.project_id = p.project_id AND n.published_at >= :until_at)
ORDER BY p.closed_on, p.project_id;

-- name: mark_outlived(project_id, closed_on, outlived_on)!
-- A project's ledger may be removed from now on.
INSERT INTO outlived_projects (project_id, closed_on, outlived_on) VALUES (:project_id, :closed_on, :outlived_on);

-- name: keep_counts(project_id, outlived_on)!
-- What each notice of a project came to, without names.
INSERT INTO outlived_notices (notice_id, outlived_on, households, sent, received, understood, on_paper)
SELECT n.notice_id, :outlived_on, COUNT(*), SUM(l.sent), SUM(l.received), SUM(l.understood), SUM(l.on_paper)
FROM notices n JOIN notice_lines l ON l.notice_id = n.notice_id
WHERE n.project_id = :project_id GROUP BY n.notice_id;

-- name: waiting()^
-- A project whose ledger is being removed; one that was opened again waits until it is closed for good.
SELECT o.project_id, p.unit_id FROM outlived_projects o
JOIN projects p ON p.project_id = o.project_id AND p.closed_on = o.closed_on
WHERE o.finished_at IS NULL ORDER BY o.project_id LIMIT 1;

-- name: recipients(project_id, most)
-- Some of the households' lines of a ledger that is being removed.
SELECT recipient_id FROM outlived_recipients WHERE project_id = :project_id ORDER BY recipient_id LIMIT :most;

-- name: forget_deliveries(recipient_id)*!
-- What became of the messages to a household.
DELETE FROM notice_deliveries WHERE recipient_id = :recipient_id;

-- name: forget_answers(recipient_id)*!
-- What a household answered.
DELETE FROM notice_answers WHERE recipient_id = :recipient_id;

-- name: forget_service_photos(recipient_id)*!
-- That pictures were taken when a household was served.
DELETE FROM paper_service_photos
WHERE service_id IN (SELECT service_id FROM paper_services WHERE recipient_id = :recipient_id);

-- name: forget_services(recipient_id)*!
-- How a household was served.
DELETE FROM paper_services WHERE recipient_id = :recipient_id;

-- name: forget_visit_photos(recipient_id)*!
-- That pictures were taken at a door.
DELETE FROM door_photos WHERE visit_id IN (SELECT visit_id FROM door_visits WHERE recipient_id = :recipient_id);

-- name: forget_visits(recipient_id)*!
-- What came of a door.
DELETE FROM door_visits WHERE recipient_id = :recipient_id;

-- name: forget_calls(recipient_id)*!
-- That a household was on somebody's list.
DELETE FROM door_calls WHERE recipient_id = :recipient_id;

-- name: forget_recipients(recipient_id)*!
-- That a household was told.
DELETE FROM notice_recipients WHERE recipient_id = :recipient_id;

-- name: forget_meeting_answers(project_id)!
-- What households answered to the invitations of a project.
DELETE FROM meeting_answers WHERE meeting_id IN (SELECT meeting_id FROM meetings WHERE project_id = :project_id);

-- name: finish(project_id, now)!
-- A project's ledger is gone.
UPDATE outlived_projects SET finished_at = :now WHERE project_id = :project_id;

-- name: kept_counts(notice_id)^
-- What a notice came to whose ledger is gone.
SELECT outlived_on, households, sent, received, understood, on_paper FROM outlived_notices WHERE notice_id = :notice_id;

-- name: closed_for(person_id, day)
-- The closed projects in which a household of a person has land, and when their ledger was gone.
SELECT DISTINCT p.name, p.closed_on, o.finished_at FROM household_members m
JOIN parcels c ON c.household_id = m.household_id
JOIN projects p ON p.project_id = c.project_id AND p.closed_on <= :day
LEFT JOIN outlived_projects o ON o.project_id = p.project_id
WHERE m.person_id = :person_id AND m.until IS NULL ORDER BY p.closed_on, p.name;
