-- name: latest_kept_by(person_id, role, most)
-- The latest reports that a person keeps in a role.
SELECT * FROM session_reports
WHERE session_id IN (SELECT session_id FROM session_keepers WHERE person_id = :person_id AND role = :role)
ORDER BY held_on DESC, number DESC LIMIT :most;

-- name: kept_by(session_id, person_id, role)^
-- One report, for somebody who keeps it in a role.
SELECT * FROM session_reports
WHERE session_id = :session_id AND EXISTS (
    SELECT 1 FROM session_keepers k WHERE k.session_id = :session_id AND k.person_id = :person_id AND k.role = :role);

-- name: kept_by_with_code(code, person_id, role)^
-- The newest report of that code, for somebody who keeps it in a role.
SELECT * FROM session_reports
WHERE code = :code AND session_id IN (SELECT session_id FROM session_keepers WHERE person_id = :person_id AND role = :role)
ORDER BY created_at DESC LIMIT 1;

-- name: latest_of_unit(unit_id)^
-- The report that a unit made last.
SELECT * FROM session_reports WHERE session_id = (
    SELECT session_id FROM outreach_sessions WHERE host_unit_id = :unit_id ORDER BY created_at DESC, number DESC LIMIT 1);

-- name: latest_of_individual(individual_id)^
-- The report that an individual made last.
SELECT * FROM session_reports WHERE session_id = (
    SELECT session_id FROM outreach_sessions WHERE host_individual_id = :individual_id
    ORDER BY created_at DESC, number DESC LIMIT 1);

-- name: of_unit_on(unit_id, day)
-- The reports of one day in which a unit took part.
SELECT * FROM session_reports WHERE session_id IN (
    SELECT session_id FROM session_participants WHERE unit_id = :unit_id AND held_on = :day) ORDER BY number;

-- name: of_individual_on(individual_id, day)
-- An individual's reports of one day.
SELECT * FROM session_reports WHERE session_id IN (
    SELECT session_id FROM outreach_sessions WHERE host_individual_id = :individual_id AND held_on = :day) ORDER BY number;

-- name: cohosts_of(session_id)
-- The units that held a session together with its host.
SELECT c.unit_id, u.name FROM session_cohosts c JOIN units u ON u.unit_id = c.unit_id
WHERE c.session_id = :session_id ORDER BY c.unit_id;

-- name: correct(session_id, version, held_on, held_at, model_id, field_code, project_id, topic, place, coordinates, attendee_count, household_count, outcome, met_count, agreed_count, hesitating_count, price_count, resettlement_count, papers_count, other_count)$
-- A report as corrected; nothing comes back when it is no longer at the version that was read.
UPDATE outreach_sessions SET version = version + 1, held_on = :held_on, held_at = :held_at, model_id = :model_id,
    field_code = :field_code, project_id = :project_id, topic = :topic, place = :place, coordinates = :coordinates,
    attendee_count = :attendee_count, household_count = :household_count, outcome = :outcome, met_count = :met_count,
    agreed_count = :agreed_count, hesitating_count = :hesitating_count, price_count = :price_count,
    resettlement_count = :resettlement_count, papers_count = :papers_count, other_count = :other_count
WHERE session_id = :session_id AND version = :version
RETURNING version;

-- name: forget_cohosts(session_id)!
-- A session has no co-hosts, until they are put again.
DELETE FROM session_cohosts WHERE session_id = :session_id;

-- name: add_cohost(session_id, unit_id)!
-- A unit held a session together with its host.
INSERT INTO session_cohosts (session_id, unit_id) VALUES (:session_id, :unit_id);

-- name: photos_of(session_id)
-- The photos of a session that are not lost, in the order in which they came.
SELECT p.media_id FROM session_photos p JOIN media m ON m.media_id = p.media_id
WHERE p.session_id = :session_id AND m.state <> 'lost' ORDER BY p.media_id;

-- name: forget_photos(session_id)!
-- A session has no photos, until they are put again; what they show is kept as long as other media.
DELETE FROM session_photos WHERE session_id = :session_id;

-- name: add_photo(session_id, media_id)!
-- A photo of a session.
INSERT INTO session_photos (session_id, media_id) VALUES (:session_id, :media_id);

-- name: add_correction(correction_id, session_id, version, item, old_value, new_value, old_words, new_words, reason, person_id, role, corrected_at, draft)!
-- What was corrected, by whom, when and why.
INSERT INTO session_corrections (correction_id, session_id, version, item, old_value, new_value, old_words, new_words,
    reason, person_id, role, corrected_at, draft)
VALUES (:correction_id, :session_id, :version, :item, :old_value, :new_value, :old_words, :new_words,
    :reason, :person_id, :role, :corrected_at, :draft);

-- name: corrections_of(session_id, since)
-- The corrections of a report after a version, the oldest first.
SELECT c.version, c.item, c.old_words, c.new_words, c.reason, c.role, c.corrected_at, p.name AS person_name
FROM session_corrections c JOIN people p ON p.person_id = c.person_id
WHERE c.session_id = :session_id AND c.version > :since ORDER BY c.version;

-- name: owners_chats(session_id)
-- The reachable chats of those who own a report.
SELECT k.person_id, p.name, k.role, a.channel, a.account, a.chat FROM session_keepers k
JOIN people p ON p.person_id = k.person_id
JOIN first_accounts a ON a.person_id = k.person_id
WHERE k.session_id = :session_id AND k.role <> 'officer'
ORDER BY k.person_id;
