-- name: project_sizes(scope, day)
-- The open projects in a scope, with how many households have a parcel in each.
SELECT p.project_id AS code, p.name, COUNT(c.household_id) AS households
FROM projects p JOIN unit_ancestors a ON a.unit_id = p.unit_id AND a.ancestor_id = :scope
LEFT JOIN project_households c ON c.project_id = p.project_id
WHERE p.closed_on IS NULL OR p.closed_on > :day
GROUP BY p.project_id, p.name ORDER BY p.project_id;

-- name: households_of(scope, project_id)
-- The households of a project in a scope.
SELECT h.household_id, h.head_name, h.address, h.neighborhood_group, h.source FROM households h
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
JOIN project_households c ON c.household_id = h.household_id AND c.project_id = :project_id
ORDER BY h.household_id;

-- name: parcels_of(scope, project_id)
-- The parcels of a project's households in a scope.
SELECT c.household_id, c.map_sheet, c.plot, c.area_m2, c.land_type FROM parcels c
JOIN households h ON h.household_id = c.household_id
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
WHERE c.project_id = :project_id AND c.gone_on IS NULL ORDER BY c.household_id, c.map_sheet, c.plot;

-- name: chats_of(scope, project_id)
-- Where the households of a project can be written to: each member's latest account that can be reached.
SELECT m.household_id, c.person_id, c.channel, c.account, c.chat FROM household_members m
JOIN households h ON h.household_id = m.household_id
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
JOIN accounts c ON c.person_id = m.person_id AND c.unreachable IS NULL
WHERE m.until IS NULL
  AND NOT EXISTS (SELECT 1 FROM declined_purposes d WHERE d.person_id = m.person_id AND d.purpose = 'notices')
  AND EXISTS (SELECT 1 FROM memberships r WHERE r.person_id = m.person_id AND r.role = 'resident' AND r.until IS NULL)
  AND EXISTS (SELECT 1 FROM parcels p WHERE p.household_id = h.household_id AND p.project_id = :project_id AND p.gone_on IS NULL)
  AND NOT EXISTS (SELECT 1 FROM accounts l WHERE l.person_id = c.person_id AND l.unreachable IS NULL
      AND (l.joined_at > c.joined_at OR (l.joined_at = c.joined_at AND l.channel || l.account > c.channel || c.account)))
ORDER BY m.household_id, c.person_id;

-- name: last_number()$
-- How many notices there are.
SELECT COUNT(*) FROM notices;

-- name: add_notice(notice_id, code, project_id, kind, content, draft, author_id, published_at)!
-- A notice is published.
INSERT INTO notices (notice_id, code, project_id, kind, content, draft, author_id, published_at)
VALUES (:notice_id, :code, :project_id, :kind, :content, :draft, :author_id, :published_at);

-- name: add_recipient(recipient_id, notice_id, household_id, text_hash)!
-- A household that a notice is for, reached or not.
INSERT INTO notice_recipients (recipient_id, notice_id, household_id, text_hash)
VALUES (:recipient_id, :notice_id, :household_id, :text_hash);

-- name: received_by(recipient_id, person_id)^
-- The notice of one household, if this person belongs to it.
SELECT r.recipient_id, n.code, n.kind, h.head_name, n.project_id, p.name AS project_name, n.author_id, p.unit_id
FROM notice_recipients r
JOIN notices n ON n.notice_id = r.notice_id
JOIN households h ON h.household_id = r.household_id
JOIN projects p ON p.project_id = n.project_id
JOIN household_members m ON m.household_id = r.household_id AND m.person_id = :person_id AND m.until IS NULL
WHERE r.recipient_id = :recipient_id
  AND EXISTS (SELECT 1 FROM memberships k WHERE k.person_id = :person_id AND k.role = 'resident' AND k.until IS NULL);

-- name: add_answer(recipient_id, person_id, answer, channel, answered_at)$
-- A household's answer, kept for good; nothing comes back when this person gave it before.
INSERT INTO notice_answers (recipient_id, person_id, answer, channel, answered_at)
VALUES (:recipient_id, :person_id, :answer, :channel, :answered_at)
ON CONFLICT (recipient_id, person_id, answer) DO NOTHING
RETURNING answered_at;

-- name: answered_at(recipient_id, person_id, answer)$
-- When a person gave an answer.
SELECT answered_at FROM notice_answers
WHERE recipient_id = :recipient_id AND person_id = :person_id AND answer = :answer;

-- name: ledger(scope)
-- Each notice in a scope with its figures: households, delivered, acknowledged, asking for an explanation.
SELECT n.code, n.kind, n.published_at, p.name AS project_name,
       COUNT(*) AS households,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.about = r.recipient_id AND o.state = 'sent') THEN 1 END) AS delivered,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM notice_answers a WHERE a.recipient_id = r.recipient_id AND a.answer = 'received') THEN 1 END) AS received,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM notice_answers a WHERE a.recipient_id = r.recipient_id AND a.answer = 'explain') THEN 1 END) AS explain
FROM notices n
JOIN projects p ON p.project_id = n.project_id
JOIN unit_ancestors u ON u.unit_id = p.unit_id AND u.ancestor_id = :scope
JOIN notice_recipients r ON r.notice_id = n.notice_id
GROUP BY n.notice_id ORDER BY n.notice_id DESC LIMIT 10;
