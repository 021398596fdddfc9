-- name: units_below(scope, day)
-- The units below a scope that exist on a day, by kind and code.
SELECT u.unit_id, u.name, u.kind FROM units u
JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope AND a.depth > 0
WHERE u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day) ORDER BY u.kind, u.unit_id;

-- name: last_number(prefix, first)$
-- The last number of the codes that begin so; 0 without one.
SELECT COALESCE(MAX(CAST(SUBSTR(duty_id, :first) AS INTEGER)), 0) FROM duties WHERE duty_id LIKE :prefix || '%';

-- name: add_duty(duty_id, unit_id, year, title, plan_id, evidence, given_on, due_on, draft, author_id, created_at)!
-- A duty is given.
INSERT INTO duties (duty_id, unit_id, year, title, plan_id, evidence, given_on, due_on, draft, author_id, created_at)
VALUES (:duty_id, :unit_id, :year, :title, :plan_id, :evidence, :given_on, :due_on, :draft, :author_id, :created_at);

-- name: add_unit(duty_id, unit_id)!
-- A unit has a duty.
INSERT INTO duty_units (duty_id, unit_id) VALUES (:duty_id, :unit_id);

-- name: duty_in_scope(duty_id, scope)^
-- A duty given by a unit or by anything below it, with how far it is.
SELECT d.* FROM duty_sheets d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
WHERE d.duty_id = :duty_id;

-- name: duties_in_scope(scope, most)
-- The newest duties given by a unit or by anything below it; those that were cancelled stand last.
SELECT d.* FROM duty_sheets d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
ORDER BY CASE WHEN d.cancelled_at IS NULL THEN 0 ELSE 1 END, d.given_on DESC, d.duty_id DESC LIMIT :most;

-- name: running(scope, day, most)
-- Duties given by a day that somebody still has to do, the nearest deadline first.
SELECT d.* FROM duty_sheets d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
WHERE d.cancelled_at IS NULL AND d.done < d.units AND d.given_on <= :day ORDER BY d.due_on, d.duty_id LIMIT :most;

-- name: assignments_of(duty_id)
-- Every unit of a duty with what it reported.
SELECT s.* FROM duty_assignments s WHERE s.duty_id = :duty_id ORDER BY s.unit_id;

-- name: assignment(duty_id, unit_id)^
-- A duty as one unit has it.
SELECT s.* FROM duty_assignments s WHERE s.duty_id = :duty_id AND s.unit_id = :unit_id;

-- name: assignments_to(unit_id, most)
-- What a unit was given: what is owed first, by deadline, then the newest that is done.
SELECT s.* FROM duty_assignments s WHERE s.unit_id = :unit_id AND s.cancelled_at IS NULL
ORDER BY CASE WHEN s.done_on IS NULL THEN 0 ELSE 1 END, CASE WHEN s.done_on IS NULL THEN s.due_on END, s.done_on DESC,
         s.duty_id LIMIT :most;

-- name: owed_by(unit_id)
-- What a unit still has to do, the nearest deadline first.
SELECT s.* FROM duty_assignments s WHERE s.unit_id = :unit_id AND s.done_on IS NULL AND s.cancelled_at IS NULL
ORDER BY s.due_on, s.duty_id;

-- name: report(duty_id, unit_id, version, done_on, number, words, reported_on)$
-- What a unit did; the day of its first report stays. Nothing comes back when it or the duty is no longer as it was seen.
UPDATE duty_units SET done_on = :done_on, number = :number, words = :words,
    reported_on = COALESCE(reported_on, :reported_on), version = version + 1
WHERE duty_id = :duty_id AND unit_id = :unit_id AND version = :version
  AND EXISTS (SELECT 1 FROM duties d WHERE d.duty_id = :duty_id AND d.cancelled_at IS NULL)
RETURNING unit_id;

-- name: withdraw(duty_id, unit_id, version)$
-- A unit owes the duty again. Nothing comes back when its report or the duty is no longer as it was seen.
UPDATE duty_units SET done_on = NULL, number = '', words = '', reported_on = NULL, version = version + 1
WHERE duty_id = :duty_id AND unit_id = :unit_id AND version = :version AND done_on IS NOT NULL
  AND EXISTS (SELECT 1 FROM duties d WHERE d.duty_id = :duty_id AND d.cancelled_at IS NULL)
RETURNING unit_id;

-- name: add_photo(duty_id, unit_id, media_id)!
-- A picture of what was done.
INSERT INTO duty_photos (duty_id, unit_id, media_id) VALUES (:duty_id, :unit_id, :media_id)
ON CONFLICT (duty_id, unit_id, media_id) DO NOTHING;

-- name: drop_photos(duty_id, unit_id)!
-- A withdrawn report has no pictures; the files themselves stay until their time is over.
DELETE FROM duty_photos WHERE duty_id = :duty_id AND unit_id = :unit_id;

-- name: extend(duty_id, version, due_on)$
-- Another deadline; nothing comes back when the duty is no longer as it was seen.
UPDATE duties SET due_on = :due_on, version = version + 1
WHERE duty_id = :duty_id AND version = :version AND cancelled_at IS NULL RETURNING duty_id;

-- name: cancel(duty_id, version, now)$
-- A duty is no longer asked for; nothing comes back when it is no longer as it was seen.
UPDATE duties SET cancelled_at = :now, version = version + 1
WHERE duty_id = :duty_id AND version = :version AND cancelled_at IS NULL RETURNING duty_id;

-- name: add_step(step_id, duty_id, unit_id, step, person_id, reason, changes, at)!
-- A line of a duty's history.
INSERT INTO duty_steps (step_id, duty_id, unit_id, step, person_id, reason, changes, at)
VALUES (:step_id, :duty_id, :unit_id, :step, :person_id, :reason, :changes, :at);

-- name: history(duty_id)
-- The steps of a duty, the oldest first.
SELECT s.step, u.name AS unit_name, p.name AS person_name, s.reason, s.changes, s.at FROM duty_steps s
JOIN people p ON p.person_id = s.person_id LEFT JOIN units u ON u.unit_id = s.unit_id
WHERE s.duty_id = :duty_id ORDER BY s.at, s.step_id;

-- name: history_of_unit(duty_id, unit_id)
-- The steps that concern one unit: its own, and those of the duty itself.
SELECT s.step, u.name AS unit_name, p.name AS person_name, s.reason, s.changes, s.at FROM duty_steps s
JOIN people p ON p.person_id = s.person_id LEFT JOIN units u ON u.unit_id = s.unit_id
WHERE s.duty_id = :duty_id AND (s.unit_id IS NULL OR s.unit_id = :unit_id) ORDER BY s.at, s.step_id;

-- name: chats_of(duty_id, owing)
-- The reachable chats of the secretaries of a duty's units, or only of those that still owe it.
SELECT m.person_id, t.unit_id, u.name AS unit_name, a.channel, a.account, a.chat FROM duty_units t
JOIN units u ON u.unit_id = t.unit_id
JOIN memberships m ON m.unit_id = t.unit_id AND m.role = 'secretary' AND m.until IS NULL
JOIN accounts a ON a.person_id = m.person_id AND a.unreachable IS NULL
WHERE t.duty_id = :duty_id AND (NOT :owing OR t.done_on IS NULL)
ORDER BY m.person_id, t.unit_id, a.joined_at DESC, a.channel, a.account;

-- name: reached(unit_id)$
-- Whether a unit has a secretary who can be written to.
SELECT EXISTS (SELECT 1 FROM memberships m JOIN accounts a ON a.person_id = m.person_id AND a.unreachable IS NULL
               WHERE m.unit_id = :unit_id AND m.role = 'secretary' AND m.until IS NULL);
