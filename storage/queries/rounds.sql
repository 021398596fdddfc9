-- name: mobilisers(scope)
-- Who can be sent from door to door: the secretaries and officers of a scope, by name.
SELECT m.person_id, p.name, MIN(m.role) AS role, MIN(u.name) AS unit_name FROM memberships m
JOIN unit_ancestors a ON a.unit_id = m.unit_id AND a.ancestor_id = :scope
JOIN people p ON p.person_id = m.person_id
JOIN units u ON u.unit_id = m.unit_id
WHERE m.role IN ('secretary', 'officer') AND m.until IS NULL
GROUP BY m.person_id, p.name ORDER BY p.name, m.person_id;

-- name: add_round(round_id, notice_id, neighborhood_group, assignee_id, assigned_by, assigned_at, draft)!
-- Somebody is sent from door to door.
INSERT INTO door_rounds (round_id, notice_id, neighborhood_group, assignee_id, assigned_by, assigned_at, draft)
VALUES (:round_id, :notice_id, :neighborhood_group, :assignee_id, :assigned_by, :assigned_at, :draft);

-- name: add_calls(round_id, recipient_id)*!
-- The doors of a round.
INSERT INTO door_calls (round_id, recipient_id) VALUES (:round_id, :recipient_id);

-- name: chats_of(person_id)
-- Where a person who is sent is written to.
SELECT c.channel, c.account, c.chat FROM first_accounts c WHERE c.person_id = :person_id;

-- name: round_of(round_id, person_id)^
-- A round, for whoever was sent on it and still is a secretary or an officer.
SELECT r.round_id, r.notice_id, n.code, n.kind, n.state, p.project_id, p.name AS project_name, r.neighborhood_group, b.name AS assigned_by,
       (SELECT COUNT(*) FROM door_calls c WHERE c.round_id = r.round_id) AS doors,
       (SELECT COUNT(*) FROM door_calls c WHERE c.round_id = r.round_id AND EXISTS (
            SELECT 1 FROM door_visits v WHERE v.round_id = c.round_id AND v.recipient_id = c.recipient_id)) AS visited,
       (SELECT COUNT(*) FROM door_visits v WHERE v.round_id = r.round_id AND v.outcome <> 'absent' AND NOT EXISTS (
            SELECT 1 FROM door_visits l WHERE l.round_id = v.round_id AND l.recipient_id = v.recipient_id
              AND l.visit_id > v.visit_id)) AS met,
       (SELECT COALESCE(MAX(v.visited_at), 0) FROM door_visits v WHERE v.round_id = r.round_id) AS last_visit,
       COALESCE((SELECT s.code FROM reported_rounds t JOIN outreach_sessions s ON s.session_id = t.session_id
                 WHERE t.round_id = r.round_id), '') AS session_code
FROM door_rounds r
JOIN notices n ON n.notice_id = r.notice_id
JOIN projects p ON p.project_id = n.project_id
JOIN people b ON b.person_id = r.assigned_by
WHERE r.round_id = :round_id AND r.assignee_id = :person_id
  AND EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = :person_id AND m.role IN ('secretary', 'officer') AND m.until IS NULL);

-- name: rounds_of(person_id, most)
-- The rounds on which somebody was sent, the newest first.
SELECT r.round_id FROM door_rounds r WHERE r.assignee_id = :person_id ORDER BY r.round_id DESC LIMIT :most;

-- name: mark_reported(round_id, session_id, reported_at)!
-- A round became a session.
INSERT INTO reported_rounds (round_id, session_id, reported_at) VALUES (:round_id, :session_id, :reported_at);

-- name: next_door(round_id, after)^
-- The next door of a round, the unvisited ones first.
SELECT c.recipient_id FROM door_calls c
WHERE c.round_id = :round_id AND c.recipient_id <> :after
ORDER BY CASE WHEN EXISTS (SELECT 1 FROM door_visits v WHERE v.round_id = c.round_id AND v.recipient_id = c.recipient_id)
              THEN 1 ELSE 0 END,
         c.recipient_id LIMIT 1;

-- name: doors_of(round_id, after, most)
-- The doors of a round after a given one, each with what came of it last.
SELECT c.recipient_id, h.head_name, h.address, h.neighborhood_group,
       (SELECT v.outcome FROM door_visits v WHERE v.round_id = c.round_id AND v.recipient_id = c.recipient_id
        ORDER BY v.visit_id DESC LIMIT 1) AS outcome
FROM door_calls c
JOIN notice_recipients r ON r.recipient_id = c.recipient_id
JOIN households h ON h.household_id = r.household_id
WHERE c.round_id = :round_id AND c.recipient_id > :after ORDER BY c.recipient_id LIMIT :most;

-- name: is_door(round_id, recipient_id)$
-- Whether a household is on the list of a round.
SELECT recipient_id FROM door_calls WHERE round_id = :round_id AND recipient_id = :recipient_id;

-- name: add_visit(visit_id, round_id, recipient_id, outcome, reason, note, person_id, visited_at, draft)!
-- What came of a door.
INSERT INTO door_visits (visit_id, round_id, recipient_id, outcome, reason, note, person_id, visited_at, draft)
VALUES (:visit_id, :round_id, :recipient_id, :outcome, :reason, :note, :person_id, :visited_at, :draft);

-- name: add_photo(visit_id, media_id)!
-- A photo of a door.
INSERT INTO door_photos (visit_id, media_id) VALUES (:visit_id, :media_id);

-- name: results(round_id)^
-- What came of a round, in households by the latest of each door.
SELECT COUNT(CASE WHEN v.outcome <> 'absent' THEN 1 END) AS met, COUNT(CASE WHEN v.outcome = 'absent' THEN 1 END) AS absent,
       COUNT(CASE WHEN v.outcome = 'agreed' THEN 1 END) AS agreed, COUNT(CASE WHEN v.outcome = 'hesitating' THEN 1 END) AS hesitating,
       COUNT(CASE WHEN v.reason = 'price' THEN 1 END) AS price, COUNT(CASE WHEN v.reason = 'resettlement' THEN 1 END) AS resettlement,
       COUNT(CASE WHEN v.reason = 'papers' THEN 1 END) AS papers, COUNT(CASE WHEN v.reason = 'other' THEN 1 END) AS other
FROM door_visits v WHERE v.round_id = :round_id AND NOT EXISTS (
    SELECT 1 FROM door_visits l WHERE l.round_id = v.round_id AND l.recipient_id = v.recipient_id AND l.visit_id > v.visit_id);

-- name: results_of_notice(notice_id)^
-- What came of all doors of a notice, in households by the latest of each.
SELECT COUNT(CASE WHEN v.outcome <> 'absent' THEN 1 END) AS met, COUNT(CASE WHEN v.outcome = 'absent' THEN 1 END) AS absent,
       COUNT(CASE WHEN v.outcome = 'agreed' THEN 1 END) AS agreed, COUNT(CASE WHEN v.outcome = 'hesitating' THEN 1 END) AS hesitating,
       COUNT(CASE WHEN v.reason = 'price' THEN 1 END) AS price, COUNT(CASE WHEN v.reason = 'resettlement' THEN 1 END) AS resettlement,
       COUNT(CASE WHEN v.reason = 'papers' THEN 1 END) AS papers, COUNT(CASE WHEN v.reason = 'other' THEN 1 END) AS other
FROM notice_recipients r JOIN door_visits v ON v.recipient_id = r.recipient_id
WHERE r.notice_id = :notice_id AND NOT EXISTS (
    SELECT 1 FROM door_visits l WHERE l.recipient_id = v.recipient_id AND l.visit_id > v.visit_id);
