-- name: homes_of(person_id)
-- The households of a person with the open projects that they have land in.
SELECT DISTINCT h.household_id, h.neighborhood_group, p.project_id, p.name AS project_name
FROM household_members m
JOIN households h ON h.household_id = m.household_id
LEFT JOIN parcels c ON c.household_id = h.household_id
LEFT JOIN projects p ON p.project_id = c.project_id
WHERE m.person_id = :person_id AND m.until IS NULL
ORDER BY h.household_id, p.project_id LIMIT 20;

-- name: rule_of(unit_id, project_id, neighborhood_group)^
-- The most particular rule: that of the nearest unit, for the project and the group before one for any.
SELECT r.officer_name, r.hours FROM ticket_rules r
JOIN unit_ancestors a ON a.ancestor_id = r.unit_id AND a.unit_id = :unit_id
WHERE r.project_id IN ('', :project_id) AND r.neighborhood_group IN ('', :neighborhood_group)
ORDER BY a.depth, r.project_id DESC, r.neighborhood_group DESC LIMIT 1;

-- name: officers_over(unit_id)
-- The officers of a unit and of those above it, the nearest and least busy first.
SELECT m.person_id, p.name,
       (SELECT COUNT(*) FROM tickets t WHERE t.assignee_id = m.person_id AND t.state = 'open') AS waiting
FROM memberships m
JOIN unit_ancestors a ON a.ancestor_id = m.unit_id AND a.unit_id = :unit_id
JOIN people p ON p.person_id = m.person_id
WHERE m.role = 'officer' AND m.until IS NULL
GROUP BY m.person_id, p.name
ORDER BY MIN(a.depth), waiting, m.person_id;

-- name: chat_of(person_id)^
-- The account on which a person is written to first, while they still hold a role.
SELECT c.channel, c.account, c.chat FROM first_accounts c
WHERE c.person_id = :person_id
  AND EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = c.person_id AND m.until IS NULL);

-- name: last_number(series, year)$
-- The last number of a series in a year.
SELECT COALESCE(MAX(number), 0) FROM tickets WHERE series = :series AND year = :year;

-- name: add_ticket(ticket_id, series, year, number, code, unit_id, kind, person_id, household_id, project_id, notice_code, words, assignee_id, hours, due_at, created_at)!
-- A ticket.
INSERT INTO tickets (ticket_id, series, year, number, code, unit_id, kind, person_id, household_id, project_id, notice_code,
    words, assignee_id, hours, due_at, created_at)
VALUES (:ticket_id, :series, :year, :number, :code, :unit_id, :kind, :person_id, :household_id, :project_id, :notice_code,
    :words, :assignee_id, :hours, :due_at, :created_at);

-- name: add_step(step_id, ticket_id, position, step, person_id, to_state, assignee_id, words, source, media_id, due_at, at)!
-- A step of a ticket.
INSERT INTO ticket_steps (step_id, ticket_id, position, step, person_id, to_state, assignee_id, words, source, media_id, due_at, at)
VALUES (:step_id, :ticket_id, :position, :step, :person_id, :to_state, :assignee_id, :words, :source, :media_id, :due_at, :at);

-- name: move(ticket_id, from_state, steps, to_state, assignee_id, due_at)$
-- A ticket goes on; nothing comes back when somebody else was faster.
UPDATE tickets SET state = :to_state, assignee_id = :assignee_id, due_at = :due_at
WHERE ticket_id = :ticket_id AND state = :from_state
  AND (SELECT MAX(s.position) FROM ticket_steps s WHERE s.ticket_id = :ticket_id) = :steps
RETURNING ticket_id;

-- name: of_person(ticket_id, person_id)^
-- An own ticket.
SELECT * FROM ticket_sheets WHERE ticket_id = :ticket_id AND person_id = :person_id;

-- name: in_scope(ticket_id, scope)^
-- A ticket of a scope.
SELECT t.* FROM ticket_sheets t JOIN unit_ancestors a ON a.unit_id = t.unit_id AND a.ancestor_id = :scope
WHERE t.ticket_id = :ticket_id;

-- name: same_waiting(person_id, words)^
-- The ticket in which a person asked the same and still waits.
SELECT * FROM ticket_sheets
WHERE person_id = :person_id AND words = :words AND state IN ('open', 'asked') ORDER BY created_at DESC LIMIT 1;

-- name: all_of_person(person_id, most)
-- The latest tickets of a person.
SELECT * FROM ticket_sheets WHERE person_id = :person_id ORDER BY created_at DESC, ticket_id DESC LIMIT :most;

-- name: waiting(scope, first, most)
-- The tickets of a scope that are not closed: those whose turn is the officer's first, by their deadline.
SELECT t.* FROM ticket_sheets t JOIN unit_ancestors a ON a.unit_id = t.unit_id AND a.ancestor_id = :scope
WHERE t.state <> 'closed'
ORDER BY CASE WHEN t.state = 'open' THEN 0 ELSE 1 END, t.due_at, t.ticket_id LIMIT :most OFFSET :first;

-- name: overdue(scope, now, most)
-- The tickets of a scope that an officer should have answered by now.
SELECT t.* FROM ticket_sheets t JOIN unit_ancestors a ON a.unit_id = t.unit_id AND a.ancestor_id = :scope
WHERE t.state = 'open' AND t.due_at < :now ORDER BY t.due_at, t.ticket_id LIMIT :most;

-- name: leaders_above_late(now)
-- The leaders in whose scope an officer should have answered a ticket by now: for the job.
SELECT DISTINCT l.person_id FROM memberships l WHERE l.role = 'leader' AND l.until IS NULL AND EXISTS (
    SELECT 1 FROM unit_ancestors a JOIN tickets t ON t.unit_id = a.unit_id AND t.state = 'open' AND t.due_at < :now
    WHERE a.ancestor_id = l.unit_id)
ORDER BY l.person_id;

-- name: standing(scope, now)^
-- The tickets of a scope in numbers.
SELECT COUNT(CASE WHEN t.state IN ('open', 'asked') THEN 1 END) AS waiting,
       COUNT(CASE WHEN t.state = 'open' AND t.due_at < :now THEN 1 END) AS overdue,
       COUNT(CASE WHEN s.at <= s.due_at THEN 1 END) AS in_time,
       COUNT(CASE WHEN s.at > s.due_at THEN 1 END) AS late
FROM tickets t JOIN unit_ancestors a ON a.unit_id = t.unit_id AND a.ancestor_id = :scope
LEFT JOIN ticket_steps s ON s.ticket_id = t.ticket_id AND s.position = (
    SELECT MIN(f.position) FROM ticket_steps f WHERE f.ticket_id = t.ticket_id AND f.step IN ('answer', 'contact'));

-- name: history(ticket_id)
-- The steps of a ticket.
SELECT s.step, p.name AS person_name, COALESCE(o.name, '') AS assignee_name, s.words, s.source, s.due_at, s.at,
       COALESCE(m.kind, '') AS file_kind, m.sha256 AS file_hash
FROM ticket_steps s JOIN people p ON p.person_id = s.person_id LEFT JOIN people o ON o.person_id = s.assignee_id
LEFT JOIN media m ON m.media_id = s.media_id
WHERE s.ticket_id = :ticket_id ORDER BY s.position;

-- name: templates_of(unit_id)
-- The ready answers for a unit and those above it.
SELECT t.template_id, t.title, t.body, t.source FROM answer_templates t
JOIN unit_ancestors a ON a.ancestor_id = t.unit_id AND a.unit_id = :unit_id ORDER BY t.template_id LIMIT 8;

-- name: route_of(unit_id, kind, day)^
-- Where something goes by the law of a day.
SELECT r.route_id, r.where_to, r.rules, r.source FROM legal_routes r
JOIN unit_ancestors a ON a.ancestor_id = r.unit_id AND a.unit_id = :unit_id
WHERE r.kind = :kind AND r.valid_from <= :day AND (r.valid_to IS NULL OR r.valid_to >= :day)
ORDER BY a.depth, r.valid_from DESC LIMIT 1;

-- name: add_referral(referral_id, code, kind, unit_id, person_id, route_id, at)!
-- Somebody was shown the legal way.
INSERT INTO referrals (referral_id, code, kind, unit_id, person_id, route_id, at)
VALUES (:referral_id, :code, :kind, :unit_id, :person_id, :route_id, :at);

-- name: denunciations(year)$
-- How many denunciations have a code that begins like this.
SELECT COUNT(*) FROM referrals WHERE kind = 'denunciation' AND code LIKE :year || '%';

-- name: referral_in_scope(referral_id, scope)^
-- A denunciation of a scope, with the person who asked to be called.
SELECT r.referral_id, r.code, COALESCE(p.name, '') AS person_name, r.at FROM referrals r
JOIN unit_ancestors a ON a.unit_id = r.unit_id AND a.ancestor_id = :scope
LEFT JOIN people p ON p.person_id = r.person_id
WHERE r.referral_id = :referral_id AND r.kind = 'denunciation';

-- name: note_view(referral_id, person_id, at)!
-- Somebody saw who wants to be called.
INSERT INTO referral_views (referral_id, person_id, at) VALUES (:referral_id, :person_id, :at);
