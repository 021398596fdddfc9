-- name: project_sizes(scope, day)
-- The open projects in a scope, with how many households have a parcel in each.
SELECT p.project_id AS code, p.name, p.unit_id, COUNT(c.household_id) AS households
FROM projects p JOIN unit_ancestors a ON a.unit_id = p.unit_id AND a.ancestor_id = :scope
LEFT JOIN project_households c ON c.project_id = p.project_id
WHERE p.closed_on IS NULL OR p.closed_on > :day
GROUP BY p.project_id, p.name, p.unit_id ORDER BY p.project_id;

-- name: is_open(project_id, day)$
-- Whether a project is open on a day.
SELECT 1 FROM projects WHERE project_id = :project_id AND (closed_on IS NULL OR closed_on > :day);

-- name: ways(scope, project_id)
-- Every account of every household of a project in a scope, the one used last first; a household without one has one row.
SELECT h.household_id, h.head_name, h.neighborhood_group, c.channel, c.unreachable, w.at AS heard,
       EXISTS (SELECT 1 FROM declined_purposes d WHERE d.person_id = c.person_id AND d.purpose = 'notices') AS declined
FROM households h
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
JOIN project_households p ON p.household_id = h.household_id AND p.project_id = :project_id
LEFT JOIN household_members m ON m.household_id = h.household_id AND m.until IS NULL
    AND EXISTS (SELECT 1 FROM memberships r WHERE r.person_id = m.person_id AND r.role = 'resident' AND r.until IS NULL)
LEFT JOIN accounts c ON c.person_id = m.person_id
LEFT JOIN last_words w ON w.channel = c.channel AND w.chat = c.chat
ORDER BY h.neighborhood_group, h.household_id, c.used_at DESC, c.channel, c.account;

-- name: household_ids(scope, project_id)
-- The households of a project in a scope: those a notice is for.
SELECT h.household_id FROM households h
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
JOIN project_households c ON c.household_id = h.household_id AND c.project_id = :project_id
ORDER BY h.neighborhood_group, h.household_id;

-- name: households_of(scope, project_id)
-- The households of a project in a scope, to be found by what somebody types.
SELECT h.household_id, h.head_name, h.address, h.neighborhood_group, h.source FROM households h
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
JOIN project_households c ON c.household_id = h.household_id AND c.project_id = :project_id
ORDER BY h.household_id;

-- name: parcels_of(scope, project_id, household_id)
-- The parcels that a household in a scope has in a project.
SELECT c.household_id, c.map_sheet, c.plot, c.area_m2, c.land_type FROM parcels c
JOIN households h ON h.household_id = c.household_id
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
WHERE c.project_id = :project_id AND c.gone_on IS NULL AND c.household_id = :household_id ORDER BY c.map_sheet, c.plot;

-- name: wording(unit_id, kind)^
-- The newest wording of a kind of notice that a ward has set.
SELECT version, wording FROM notice_wordings WHERE unit_id = :unit_id AND kind = :kind ORDER BY version DESC LIMIT 1;

-- name: wordings(unit_id, kind)
-- Every wording of a kind that a ward has set, the newest first, with who set it when.
SELECT w.version, w.wording, p.name AS author_name, w.created_at FROM notice_wordings w
JOIN people p ON p.person_id = w.author_id WHERE w.unit_id = :unit_id AND w.kind = :kind ORDER BY w.version DESC;

-- name: add_wording(unit_id, kind, version, wording, author_id, created_at, draft)$
-- A ward's new wording of a kind; nothing comes back when somebody else was faster.
INSERT INTO notice_wordings (unit_id, kind, version, wording, author_id, created_at, draft)
VALUES (:unit_id, :kind, :version, :wording, :author_id, :created_at, :draft)
ON CONFLICT (unit_id, kind, version) DO NOTHING RETURNING version;

-- name: limits(kind, day)
-- The statutory limits of a kind of notice on a day.
SELECT code, amount, unit, law FROM legal_limits
WHERE kind = :kind AND valid_from <= :day AND (valid_to IS NULL OR valid_to >= :day) ORDER BY position;

-- name: last_number()$
-- How many notices there are, each with all its versions.
SELECT COUNT(DISTINCT series_id) FROM notices;

-- name: add_notice(notice_id, series_id, number, code, project_id, kind, wording, wording_version, content, meets_at, place, limits, draft, author_id, composed_at)$
-- A notice, or a corrected version of one, is composed; nothing comes back when that version is there already.
INSERT INTO notices (notice_id, series_id, number, code, project_id, kind, state, wording, wording_version, content, meets_at, place,
    limits, draft, author_id, composed_at)
VALUES (:notice_id, :series_id, :number, :code, :project_id, :kind, 'draft', :wording, :wording_version, :content, :meets_at, :place,
    :limits, :draft, :author_id, :composed_at)
ON CONFLICT (series_id, number) DO NOTHING RETURNING notice_id;

-- name: edit_notice(notice_id, content, meets_at, place)!
-- A draft says something else.
UPDATE notices SET content = :content, meets_at = :meets_at, place = :place WHERE notice_id = :notice_id AND state = 'draft';

-- name: forget_files(notice_id)!
-- A notice has no files, until they are put again.
DELETE FROM notice_files WHERE notice_id = :notice_id;

-- name: add_file(notice_id, media_id)!
-- A file that belongs to a notice.
INSERT INTO notice_files (notice_id, media_id) VALUES (:notice_id, :media_id) ON CONFLICT (notice_id, media_id) DO NOTHING;

-- name: files_of(notice_id)
-- The files of a notice: which of them are on our disk, and under which hash.
SELECT m.media_id, m.state, m.sha256 FROM notice_files f JOIN media m ON m.media_id = f.media_id
WHERE f.notice_id = :notice_id ORDER BY f.media_id;

-- name: sheet(notice_id, scope)^
-- One version of a notice, within a scope.
SELECT s.* FROM notice_sheets s JOIN unit_ancestors a ON a.unit_id = s.unit_id AND a.ancestor_id = :scope
WHERE s.notice_id = :notice_id;

-- name: waiting(scope, person_id, most)
-- What waits for somebody: what others submitted, and what they have not submitted yet, the oldest first.
SELECT s.* FROM notice_sheets s JOIN unit_ancestors a ON a.unit_id = s.unit_id AND a.ancestor_id = :scope
WHERE (s.state = 'submitted' AND s.author_id <> :person_id) OR (s.state IN ('draft', 'submitted') AND s.author_id = :person_id)
ORDER BY s.notice_id LIMIT :most;

-- name: issued(scope, most)
-- The latest notices in a scope that went to households, the newest first.
SELECT s.* FROM notice_sheets s JOIN unit_ancestors a ON a.unit_id = s.unit_id AND a.ancestor_id = :scope
WHERE s.published_at IS NOT NULL ORDER BY s.published_at DESC, s.notice_id DESC LIMIT :most;

-- name: add_step(step_id, notice_id, position, step, person_id, reason, at)$
-- A step of a notice; nothing comes back when somebody else was the next.
INSERT INTO notice_steps (step_id, notice_id, position, step, person_id, reason, at)
VALUES (:step_id, :notice_id, :position, :step, :person_id, :reason, :at)
ON CONFLICT (notice_id, position) DO NOTHING RETURNING position;

-- name: steps_of(notice_id)
-- What was done with a notice, the oldest first.
SELECT t.step, t.reason, t.at, t.person_id, p.name AS person_name FROM notice_steps t
JOIN people p ON p.person_id = t.person_id WHERE t.notice_id = :notice_id ORDER BY t.position;

-- name: set_state(notice_id, state)!
-- A notice stands elsewhere.
UPDATE notices SET state = :state WHERE notice_id = :notice_id;

-- name: set_issued(notice_id, at)!
-- A notice goes out.
UPDATE notices SET published_at = :at WHERE notice_id = :notice_id;

-- name: replace_earlier(series_id, number)!
-- The versions before this one count no longer.
UPDATE notices SET state = 'replaced' WHERE series_id = :series_id AND number < :number AND state = 'issued';

-- name: earlier_issued(series_id, number)
-- The versions before this one that households were given and that still count.
SELECT notice_id FROM notices WHERE series_id = :series_id AND number < :number AND state = 'issued';

-- name: approvers(unit_id, author_id)
-- The reachable chats of those who may approve a notice of a unit: officers and leaders of it or above, never its author.
SELECT m.person_id, p.name, m.role, c.channel, c.account, c.chat FROM unit_ancestors a
JOIN memberships m ON m.unit_id = a.ancestor_id AND m.role IN ('officer', 'leader') AND m.until IS NULL
JOIN people p ON p.person_id = m.person_id
JOIN first_accounts c ON c.person_id = m.person_id
WHERE a.unit_id = :unit_id AND m.person_id <> :author_id
ORDER BY a.depth, m.person_id;

-- name: chats_of_author(notice_id)
-- The reachable chats of whoever wrote a notice, as long as they are an officer.
SELECT n.author_id AS person_id, p.name, 'officer' AS role, c.channel, c.account, c.chat FROM notices n
JOIN people p ON p.person_id = n.author_id
JOIN first_accounts c ON c.person_id = n.author_id
WHERE n.notice_id = :notice_id
  AND EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = n.author_id AND m.role = 'officer' AND m.until IS NULL);

-- name: add_recipients(recipient_id, notice_id, household_id)*!
-- The households that a notice is for, reached or not; each is queued with its portion.
INSERT INTO notice_recipients (recipient_id, notice_id, household_id, text_hash) VALUES (:recipient_id, :notice_id, :household_id, '');

-- name: newcomers(notice_id, scope)
-- Households of a notice's open project in a scope that had no land there when it was sent: nobody has told them.
SELECT h.household_id, h.head_name, h.address, h.neighborhood_group, h.source FROM notices n
JOIN projects j ON j.project_id = n.project_id AND j.closed_on IS NULL
JOIN project_households p ON p.project_id = n.project_id
JOIN households h ON h.household_id = p.household_id
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
WHERE n.notice_id = :notice_id AND n.state = 'issued'
  AND NOT EXISTS (SELECT 1 FROM notice_recipients r WHERE r.notice_id = n.notice_id AND r.household_id = h.household_id)
ORDER BY h.neighborhood_group, h.household_id;

-- name: add_sending(notice_id, purpose, send_from)!
-- A notice, or that it is withdrawn, is to be sent from a moment on.
INSERT INTO notice_sendings (notice_id, purpose, send_from) VALUES (:notice_id, :purpose, :send_from);

-- name: open_sending(now)^
-- A sending whose households are not all queued yet and whose moment has come: for the program, never for a person.
SELECT g.purpose, s.* FROM notice_sendings g JOIN notice_sheets s ON s.notice_id = g.notice_id
WHERE g.finished_at IS NULL AND g.paused_at IS NULL AND g.send_from <= :now ORDER BY g.send_from, g.notice_id LIMIT 1;

-- name: finish_sending(notice_id, purpose, now)!
-- Nothing more of a sending is to be queued.
UPDATE notice_sendings SET finished_at = :now WHERE notice_id = :notice_id AND purpose = :purpose AND finished_at IS NULL;

-- name: begun(notice_id)$
-- Whether anything of a notice is queued already, or was served on paper: then it can't be taken back unseen.
SELECT EXISTS (SELECT 1 FROM notice_recipients r WHERE r.notice_id = :notice_id
    AND (r.queued_at IS NOT NULL OR EXISTS (SELECT 1 FROM paper_services s WHERE s.recipient_id = r.recipient_id)));

-- name: forget_recipients(notice_id)!
-- Nobody is put down for a notice any more.
DELETE FROM notice_recipients WHERE notice_id = :notice_id;

-- name: forget_sending(notice_id)!
-- A notice is not to be sent any more.
DELETE FROM notice_sendings WHERE notice_id = :notice_id AND purpose = 'notice';

-- name: not_issued(notice_id)!
-- A notice did not go out after all.
UPDATE notices SET published_at = NULL WHERE notice_id = :notice_id;

-- name: count_again(series_id, number)!
-- The version that was to be replaced counts as before.
UPDATE notices SET state = 'issued' WHERE series_id = :series_id AND state = 'replaced'
    AND number = (SELECT MAX(b.number) FROM notices b WHERE b.series_id = :series_id AND b.number < :number AND b.published_at IS NOT NULL);

-- name: progress(notice_id)^
-- How many households a notice is for, and of how many the messages are queued.
SELECT COUNT(*) AS households, COUNT(queued_at) AS queued FROM notice_recipients WHERE notice_id = :notice_id;

-- name: told(notice_id)$
-- How many households have a notice, or are about to: something was queued for them and did not stay here.
SELECT COUNT(*) FROM notice_recipients r WHERE r.notice_id = :notice_id AND EXISTS (
    SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'queued'
      AND (NOT EXISTS (SELECT 1 FROM notice_deliveries e WHERE e.message_id = d.message_id AND e.event IN ('recalled', 'failed'))
           OR EXISTS (SELECT 1 FROM notice_deliveries e WHERE e.message_id = d.message_id AND e.event = 'sent')
           OR EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = d.message_id AND o.state = 'sending')));

-- name: untold_portion(notice_id, most)
-- The next of them to be told that the notice is withdrawn.
SELECT r.recipient_id, h.household_id, h.head_name, h.address, h.neighborhood_group, h.source FROM notice_recipients r
JOIN households h ON h.household_id = r.household_id
WHERE r.notice_id = :notice_id AND r.untold_at IS NULL AND EXISTS (
    SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'queued'
      AND (NOT EXISTS (SELECT 1 FROM notice_deliveries e WHERE e.message_id = d.message_id AND e.event IN ('recalled', 'failed'))
           OR EXISTS (SELECT 1 FROM notice_deliveries e WHERE e.message_id = d.message_id AND e.event = 'sent')
           OR EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = d.message_id AND o.state = 'sending')))
ORDER BY r.recipient_id LIMIT :most;

-- name: untold(recipient_id, now)!
-- A household is told that the notice is withdrawn.
UPDATE notice_recipients SET untold_at = :now WHERE recipient_id = :recipient_id;

-- name: portion(notice_id, most)
-- The next households of a notice to be queued.
SELECT r.recipient_id, h.household_id, h.head_name, h.address, h.neighborhood_group, h.source FROM notice_recipients r
JOIN households h ON h.household_id = r.household_id
WHERE r.notice_id = :notice_id AND (r.queued_at IS NULL OR r.again) ORDER BY r.recipient_id LIMIT :most;

-- name: parcels_between(notice_id, project_id, first, last)
-- The parcels of the households of a portion.
SELECT c.household_id, c.map_sheet, c.plot, c.area_m2, c.land_type FROM notice_recipients r
JOIN parcels c ON c.household_id = r.household_id AND c.project_id = :project_id AND c.gone_on IS NULL
WHERE r.notice_id = :notice_id AND r.recipient_id BETWEEN :first AND :last ORDER BY c.household_id, c.map_sheet, c.plot;

-- name: chats_between(notice_id, first, last, purpose)
-- Where the households of a portion can be written to: the first account of each member who has not been sent it.
SELECT m.household_id, c.person_id, c.channel, c.account, c.chat FROM notice_recipients q
JOIN household_members m ON m.household_id = q.household_id AND m.until IS NULL
JOIN first_accounts c ON c.person_id = m.person_id
WHERE q.notice_id = :notice_id AND q.recipient_id BETWEEN :first AND :last
  AND (:purpose = 'withdrawal' OR NOT EXISTS (
      SELECT 1 FROM notice_deliveries d
      WHERE d.recipient_id = q.recipient_id AND d.person_id = c.person_id AND d.event = 'queued'
        AND (NOT EXISTS (SELECT 1 FROM notice_deliveries e
                         WHERE e.message_id = d.message_id AND e.event IN ('failed', 'recalled'))
             OR EXISTS (SELECT 1 FROM notice_deliveries e WHERE e.message_id = d.message_id AND e.event = 'sent'))))
  AND NOT EXISTS (SELECT 1 FROM declined_purposes d WHERE d.person_id = m.person_id AND d.purpose = 'notices')
  AND EXISTS (SELECT 1 FROM memberships r WHERE r.person_id = m.person_id AND r.role = 'resident' AND r.until IS NULL)
ORDER BY m.household_id, c.person_id;

-- name: queued(recipient_id, text_hash, now)!
-- A household's portion has come: what it is told, by its hash.
UPDATE notice_recipients SET text_hash = :text_hash, queued_at = :now, again = FALSE WHERE recipient_id = :recipient_id;

-- name: recall(notice_id, now, why)!
-- What is queued of a notice and has not left yet stays here; what is in the air stays when it comes back.
INSERT INTO notice_deliveries (message_id, event, recipient_id, person_id, channel, at, why)
SELECT d.message_id, 'recalled', d.recipient_id, d.person_id, d.channel, :now, :why FROM notice_deliveries d
JOIN notice_recipients r ON r.recipient_id = d.recipient_id AND r.notice_id = :notice_id
JOIN outbox o ON o.message_id = d.message_id AND o.state IN ('queued', 'sending')
WHERE d.event = 'queued'
ON CONFLICT (message_id, event) DO NOTHING;

-- name: recall_messages(notice_id)!
-- The messages of it with which that is done.
UPDATE outbox SET state = 'superseded', why = 'recalled' WHERE state = 'queued' AND message_id IN (
    SELECT d.message_id FROM notice_recipients r
    JOIN notice_deliveries d ON d.recipient_id = r.recipient_id AND d.event = 'recalled'
    WHERE r.notice_id = :notice_id);

-- name: next_number(series_id)$
-- The number of the next version of a notice.
SELECT MAX(number) + 1 FROM notices WHERE series_id = :series_id;

-- name: tally(notice_id)
-- What became of a notice, in households; each is counted once.
SELECT fate, COUNT(*) AS households FROM notice_fates WHERE notice_id = :notice_id GROUP BY fate ORDER BY fate;

-- name: control_of(notice_id)^
-- How the sending of a notice stands: held, all queued, its end told.
SELECT paused_at, finished_at, reported_at, told FROM notice_sendings WHERE notice_id = :notice_id AND purpose = 'notice';

-- name: to_report(now)^
-- A sending of whose progress or end its author may have to be told: for the program, never for a person.
SELECT s.* FROM notice_sendings g JOIN notice_sheets s ON s.notice_id = g.notice_id
WHERE g.purpose = 'notice' AND g.reported_at IS NULL AND g.paused_at IS NULL AND g.look_at <= :now AND g.send_from <= :now
ORDER BY g.look_at, g.notice_id LIMIT 1;

-- name: looked(notice_id, look_at, told)!
-- Its progress was looked at.
UPDATE notice_sendings SET look_at = :look_at, told = :told WHERE notice_id = :notice_id AND purpose = 'notice';

-- name: reported(notice_id, now)!
-- Its author was told how it ended.
UPDATE notice_sendings SET reported_at = :now WHERE notice_id = :notice_id AND purpose = 'notice';

-- name: pause(notice_id, now)!
-- A sending is held.
UPDATE notice_sendings SET paused_at = :now, finished_at = NULL WHERE notice_id = :notice_id AND purpose = 'notice';

-- name: unpause(notice_id)!
-- A sending is held no longer.
UPDATE notice_sendings SET paused_at = NULL, look_at = 0 WHERE notice_id = :notice_id AND purpose = 'notice';

-- name: queue_recalled_again(notice_id, why)!
-- Households whose messages stayed here are to be queued once more.
UPDATE notice_recipients SET again = TRUE WHERE notice_id = :notice_id AND recipient_id IN (
    SELECT d.recipient_id FROM notice_deliveries d
    JOIN outbox o ON o.message_id = d.message_id AND o.state IN ('queued', 'sending') WHERE d.event = 'recalled' AND d.why = :why);

-- name: queue_unreached_again(notice_id)$
-- Households that a notice did not reach are to be queued once more; one of them, nothing when there are none.
UPDATE notice_recipients SET again = TRUE WHERE notice_id = :notice_id AND recipient_id IN (
    SELECT f.recipient_id FROM notice_fates f WHERE f.notice_id = :notice_id AND f.fate IN ('failed', 'stopped'))
RETURNING recipient_id;

-- name: reopen(notice_id)!
-- A sending that had ended goes on.
UPDATE notice_sendings SET finished_at = NULL, reported_at = NULL, paused_at = NULL, told = 0, look_at = 0
WHERE notice_id = :notice_id AND purpose = 'notice';

-- name: forget_again(notice_id)!
-- Nobody is to be queued once more.
UPDATE notice_recipients SET again = FALSE WHERE notice_id = :notice_id AND again;

-- name: pause_all(now)
-- Every notice that is not sent to all yet is held, those too that are planned. A withdrawal goes on: told twice harms nobody.
UPDATE notice_sendings SET paused_at = :now
WHERE purpose = 'notice' AND finished_at IS NULL AND paused_at IS NULL RETURNING notice_id;
