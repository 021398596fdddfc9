-- name: note_queued(message_id, recipient_id, person_id, channel, at)!
-- A message to a member of a household is on its way.
INSERT INTO notice_deliveries (message_id, event, recipient_id, person_id, channel, at)
VALUES (:message_id, 'queued', :recipient_id, :person_id, :channel, :at);

-- name: note_instead(message_id, failed_id, channel, at)!
-- A message to the same member on another account, because one failed; nothing where that was no household's notice.
INSERT INTO notice_deliveries (message_id, event, recipient_id, person_id, channel, at)
SELECT :message_id, 'queued', recipient_id, person_id, :channel, :at FROM notice_deliveries
WHERE message_id = :failed_id AND event = 'queued';

-- name: note(message_id, event, at, why)!
-- What became of a message to a member of a household; nothing where the message is not one.
INSERT INTO notice_deliveries (message_id, event, recipient_id, person_id, channel, at, why)
SELECT message_id, :event, recipient_id, person_id, channel, :at, :why FROM notice_deliveries
WHERE message_id = :message_id AND event = 'queued'
ON CONFLICT (message_id, event) DO NOTHING;

-- name: is_recalled(message_id)$
-- Whether a message was to stay here.
SELECT EXISTS (SELECT 1 FROM notice_deliveries WHERE message_id = :message_id AND event = 'recalled');

-- name: note_given_up(moment, at, why)!
-- The notices that were queued before a moment and have not gone will not be sent.
INSERT INTO notice_deliveries (message_id, event, recipient_id, person_id, channel, at, why)
SELECT d.message_id, 'failed', d.recipient_id, d.person_id, d.channel, :at, :why FROM notice_deliveries d
JOIN outbox o ON o.message_id = d.message_id AND o.state IN ('queued', 'sending') AND o.created_at <= :moment
WHERE d.event = 'queued'
ON CONFLICT (message_id, event) DO NOTHING;

-- name: received_by(recipient_id, person_id)^
-- The notice of one household, if this person belongs to it; with the household's line of the latest version.
SELECT r.recipient_id, n.code, n.number, n.kind, n.state, n.published_at, h.head_name, n.project_id, p.name AS project_name, n.author_id,
       p.unit_id, n.notice_id,
       (SELECT l.recipient_id FROM notices v JOIN notice_recipients l ON l.notice_id = v.notice_id
        WHERE v.series_id = n.series_id AND v.state = 'issued' AND v.number > n.number AND l.household_id = r.household_id
          AND l.queued_at IS NOT NULL
        ORDER BY v.number DESC LIMIT 1) AS newer_id
FROM notice_recipients r
JOIN notices n ON n.notice_id = r.notice_id
JOIN households h ON h.household_id = r.household_id
JOIN projects p ON p.project_id = n.project_id
JOIN household_members m ON m.household_id = r.household_id AND m.person_id = :person_id AND m.until IS NULL
WHERE r.recipient_id = :recipient_id AND r.queued_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM memberships k WHERE k.person_id = :person_id AND k.role = 'resident' AND k.until IS NULL);

-- name: latest_for(person_id)$
-- The latest notice that was put on its way to this person and is not withdrawn.
SELECT d.recipient_id FROM notice_deliveries d
JOIN notice_recipients r ON r.recipient_id = d.recipient_id
JOIN notices n ON n.notice_id = r.notice_id AND n.state = 'issued'
WHERE d.person_id = :person_id AND d.event = 'queued' ORDER BY d.message_id DESC LIMIT 1;

-- name: received_lately(person_id, most)
-- What was put on its way to a resident's households, in the latest version that each got, the newest first; with the last answer.
SELECT r.recipient_id, n.code, n.kind, n.state, n.published_at, p.name AS project_name, h.head_name,
       (SELECT a.answer FROM notice_answers a WHERE a.recipient_id = r.recipient_id ORDER BY a.answer_id DESC LIMIT 1) AS answer
FROM household_members m
JOIN notice_recipients r ON r.household_id = m.household_id AND r.queued_at IS NOT NULL
JOIN notices n ON n.notice_id = r.notice_id AND n.state IN ('issued', 'withdrawn')
JOIN projects p ON p.project_id = n.project_id
JOIN households h ON h.household_id = r.household_id
WHERE m.person_id = :person_id AND m.until IS NULL
  AND EXISTS (SELECT 1 FROM memberships k WHERE k.person_id = :person_id AND k.role = 'resident' AND k.until IS NULL)
ORDER BY n.published_at DESC, r.recipient_id DESC LIMIT :most;

-- name: told(recipient_id, person_id)^
-- The household of a line, if this person belongs to it, with the hash of what it was told and its last answer.
SELECT h.household_id, h.head_name, h.address, r.text_hash,
       (SELECT a.answer FROM notice_answers a WHERE a.recipient_id = r.recipient_id ORDER BY a.answer_id DESC LIMIT 1) AS answer
FROM notice_recipients r
JOIN households h ON h.household_id = r.household_id
JOIN household_members m ON m.household_id = r.household_id AND m.person_id = :person_id AND m.until IS NULL
WHERE r.recipient_id = :recipient_id;

-- name: add_answer(answer_id, recipient_id, person_id, answer, channel, answered_at)$
-- A household's answer, kept for good; nothing comes back when this person has said so and nothing else since.
INSERT INTO notice_answers (answer_id, recipient_id, person_id, answer, channel, answered_at)
SELECT :answer_id, :recipient_id, :person_id, :answer, :channel, :answered_at WHERE NOT EXISTS (
    SELECT 1 FROM notice_answers a
    WHERE a.recipient_id = :recipient_id AND a.person_id = :person_id AND a.answer = :answer
      AND (:answer = 'received' OR NOT EXISTS (
        SELECT 1 FROM notice_answers b
        WHERE b.recipient_id = :recipient_id AND b.person_id = :person_id AND b.answer_id > a.answer_id
          AND b.answer NOT IN ('received', :answer))))
RETURNING answered_at;

-- name: answered_at(recipient_id, person_id, answer)$
-- When a person gave an answer last.
SELECT MAX(answered_at) FROM notice_answers
WHERE recipient_id = :recipient_id AND person_id = :person_id AND answer = :answer;

-- name: figures(notice_id)^
-- A notice's ledger in figures, in households; each that is not served is counted under what it needs.
SELECT COUNT(*) AS households, COALESCE(SUM(sent), 0) AS sent,
       COUNT(CASE WHEN delivered = 1 OR received = 1 THEN 1 END) AS delivered,
       COALESCE(SUM(received), 0) AS received, COALESCE(SUM(understood), 0) AS understood, COALESCE(SUM(explain), 0) AS explain,
       COALESCE(SUM(on_paper), 0) AS on_paper,
       COUNT(CASE WHEN standing = 'no_account' THEN 1 END) AS no_account,
       COUNT(CASE WHEN standing = 'undelivered' THEN 1 END) AS undelivered,
       COUNT(CASE WHEN standing = 'silent' THEN 1 END) AS silent,
       COUNT(CASE WHEN standing = 'waiting' THEN 1 END) AS waiting
FROM notice_lines WHERE notice_id = :notice_id;

-- name: by_group(notice_id)
-- The households of a notice that somebody must see, by neighbourhood group and by what they need.
SELECT neighborhood_group, COUNT(*) AS households,
       COUNT(CASE WHEN standing = 'no_account' THEN 1 END) AS no_account,
       COUNT(CASE WHEN standing = 'undelivered' THEN 1 END) AS undelivered,
       COUNT(CASE WHEN standing = 'silent' THEN 1 END) AS silent,
       COUNT(CASE WHEN standing = 'explain' THEN 1 END) AS explain
FROM notice_lines
WHERE notice_id = :notice_id AND standing IN ('no_account', 'undelivered', 'silent', 'explain')
GROUP BY neighborhood_group ORDER BY neighborhood_group;

-- name: lines(notice_id, scope, standings, neighborhood_group, after, most)
-- Households of a notice in a scope by what they need and where they live, after a given one; '' is all.
SELECT l.recipient_id, l.household_id, l.head_name, l.address, l.neighborhood_group, l.sent, l.delivered, l.received,
       l.understood, l.explain, l.on_paper, l.standing
FROM notice_lines l
JOIN households h ON h.household_id = l.household_id
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
WHERE l.notice_id = :notice_id AND (:standings = '' OR :standings LIKE '%,' || l.standing || ',%')
  AND (:neighborhood_group = '' OR l.neighborhood_group = :neighborhood_group) AND l.recipient_id > :after
ORDER BY l.recipient_id LIMIT :most;

-- name: line(recipient_id, scope)^
-- One household's line, in a scope.
SELECT l.recipient_id, l.household_id, l.head_name, l.address, l.neighborhood_group, l.sent, l.delivered, l.received,
       l.understood, l.explain, l.on_paper, l.standing, l.notice_id
FROM notice_lines l
JOIN households h ON h.household_id = l.household_id
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
WHERE l.recipient_id = :recipient_id;

-- name: facts_of_delivery(notice_id, recipient_id)
-- What became of the messages of a notice, of one household or ('') of all: channel, moment and whose phone.
SELECT d.recipient_id, d.event AS what, d.at, d.channel, p.name AS person_name, d.why FROM notice_recipients r
JOIN notice_deliveries d ON d.recipient_id = r.recipient_id AND d.event <> 'queued'
JOIN people p ON p.person_id = d.person_id
WHERE r.notice_id = :notice_id AND (:recipient_id = '' OR r.recipient_id = :recipient_id)
ORDER BY d.recipient_id, d.at, d.message_id, d.event DESC;

-- name: on_their_way(recipient_id)
-- The messages to a household that have neither arrived nor been given up.
SELECT d.recipient_id, o.state AS what, o.created_at AS at, d.channel, p.name AS person_name, COALESCE(o.why, '') AS why
FROM notice_deliveries d
JOIN outbox o ON o.message_id = d.message_id AND o.state IN ('queued', 'sending')
JOIN people p ON p.person_id = d.person_id
WHERE d.recipient_id = :recipient_id AND d.event = 'queued' ORDER BY d.message_id;

-- name: facts_of_answers(notice_id, recipient_id)
-- What households answered to a notice: who, when, by which channel.
SELECT a.recipient_id, a.answer AS what, a.answered_at AS at, a.channel, p.name AS person_name, '' AS why FROM notice_recipients r
JOIN notice_answers a ON a.recipient_id = r.recipient_id
JOIN people p ON p.person_id = a.person_id
WHERE r.notice_id = :notice_id AND (:recipient_id = '' OR r.recipient_id = :recipient_id)
ORDER BY a.recipient_id, a.answer_id;

-- name: facts_of_paper(notice_id, recipient_id)
-- How households were served a notice on paper: the way, the moment, who recorded it, with how many photos.
SELECT s.recipient_id, s.way AS what, s.served_at, s.note, s.recorded_at AS at, p.name AS person_name,
       (SELECT COUNT(*) FROM paper_service_photos f WHERE f.service_id = s.service_id) AS photos
FROM notice_recipients r
JOIN paper_services s ON s.recipient_id = r.recipient_id
JOIN people p ON p.person_id = s.person_id
WHERE r.notice_id = :notice_id AND (:recipient_id = '' OR r.recipient_id = :recipient_id)
ORDER BY s.recipient_id, s.service_id;

-- name: add_service(service_id, recipient_id, way, served_at, note, person_id, draft, recorded_at)!
-- A household was served a notice on paper.
INSERT INTO paper_services (service_id, recipient_id, way, served_at, note, person_id, draft, recorded_at)
VALUES (:service_id, :recipient_id, :way, :served_at, :note, :person_id, :draft, :recorded_at);

-- name: add_service_photo(service_id, media_id)!
-- A photo of a service on paper.
INSERT INTO paper_service_photos (service_id, media_id) VALUES (:service_id, :media_id);

-- name: may_serve(recipient_id, scope, person_id, office)^
-- A household's line for whoever may record what was served: an officer of its ward, or the one who was sent to its door.
SELECT r.recipient_id, n.code, n.state, n.published_at, n.notice_id, h.household_id, h.head_name, h.address, h.neighborhood_group
FROM notice_recipients r
JOIN notices n ON n.notice_id = r.notice_id AND n.published_at IS NOT NULL
JOIN households h ON h.household_id = r.household_id
WHERE r.recipient_id = :recipient_id AND (
    (:office AND EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = h.unit_id AND a.ancestor_id = :scope))
    OR EXISTS (SELECT 1 FROM door_calls c JOIN door_rounds o ON o.round_id = c.round_id AND o.assignee_id = :person_id
               WHERE c.recipient_id = r.recipient_id));

-- name: photos(recipient_id)
-- The pictures that were taken when a household was served on paper or called on, the oldest first, as far as they are kept.
SELECT m.sha256, s.recorded_at AS at, s.way AS what, p.name AS person_name FROM paper_services s
JOIN paper_service_photos f ON f.service_id = s.service_id
JOIN media m ON m.media_id = f.media_id AND m.state = 'kept'
JOIN people p ON p.person_id = s.person_id
WHERE s.recipient_id = :recipient_id
UNION ALL
SELECT m.sha256, v.visited_at AS at, 'door' AS what, p.name AS person_name FROM door_visits v
JOIN door_photos f ON f.visit_id = v.visit_id
JOIN media m ON m.media_id = f.media_id AND m.state = 'kept'
JOIN people p ON p.person_id = v.person_id
WHERE v.recipient_id = :recipient_id
ORDER BY 2, 1;
