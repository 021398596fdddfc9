-- name: sheet_in_scope(model_id, scope)^
-- One model of a unit or of anything below it.
SELECT s.* FROM model_sheets s JOIN unit_ancestors a ON a.unit_id = s.home_unit_id AND a.ancestor_id = :scope
WHERE s.model_id = :model_id;

-- name: sheet_of_unit(model_id, unit_id)^
-- One model of a unit itself.
SELECT s.* FROM model_sheets s WHERE s.model_id = :model_id AND s.owner_unit_id = :unit_id;

-- name: sheet_of_individual(model_id, individual_id)^
-- One model of an individual.
SELECT s.* FROM model_sheets s WHERE s.model_id = :model_id AND s.owner_individual_id = :individual_id;

-- name: waiting_count(scope, first, second)$
-- How many models of a scope are in one of two states.
SELECT COUNT(*) FROM model_sheets s JOIN unit_ancestors a ON a.unit_id = s.home_unit_id AND a.ancestor_id = :scope
WHERE s.state IN (:first, :second);

-- name: waiting(scope, first, second, after, most)
-- Models of a scope in one of two states, the oldest first, after a given one.
SELECT s.model_id, s.code, s.name, s.owner_name, s.state, s.registered_on, s.ends_on, s.returned_for
FROM model_sheets s JOIN unit_ancestors a ON a.unit_id = s.home_unit_id AND a.ancestor_id = :scope
WHERE s.state IN (:first, :second)
  AND (:after = '' OR (s.registered_on, s.model_id) > (SELECT l.registered_on, l.model_id FROM models l WHERE l.model_id = :after))
ORDER BY s.registered_on, s.model_id LIMIT :most;

-- name: lines_of_unit(unit_id, campaign_id)
-- All models of a unit, the newest first, withdrawn ones last.
SELECT s.model_id, s.code, s.name, s.owner_name, s.state, s.registered_on, s.ends_on, s.returned_for FROM model_sheets s
WHERE s.owner_unit_id = :unit_id AND s.campaign_id = :campaign_id
ORDER BY s.state = 'withdrawn', s.registered_on DESC, s.model_id DESC;

-- name: lines_of_individual(individual_id, campaign_id)
-- All models of an individual, the newest first, withdrawn ones last.
SELECT s.model_id, s.code, s.name, s.owner_name, s.state, s.registered_on, s.ends_on, s.returned_for FROM model_sheets s
WHERE s.owner_individual_id = :individual_id AND s.campaign_id = :campaign_id
ORDER BY s.state = 'withdrawn', s.registered_on DESC, s.model_id DESC;

-- name: history(model_id)
-- The steps of a model, the oldest first, with the name of who took each.
SELECT s.position, s.step, s.from_state, s.to_state, s.reason, s.at, p.name AS person_name
FROM model_steps s JOIN people p ON p.person_id = s.person_id
WHERE s.model_id = :model_id ORDER BY s.position;

-- name: evidence(model_id)^
-- What shows that a model runs: its sessions, their photos, the people who came.
SELECT COUNT(*) AS sessions, COALESCE(SUM(s.attendee_count), 0) AS attendees,
       COALESCE(SUM((SELECT COUNT(*) FROM session_photos p WHERE p.session_id = s.session_id)), 0) AS photos
FROM outreach_sessions s WHERE s.model_id = :model_id;

-- name: proofs(model_id, most)
-- The latest evidence of a model beside its sessions, the newest first.
SELECT r.words, r.part, r.whole, r.unit, r.added_on,
       (SELECT COUNT(*) FROM proof_photos p WHERE p.proof_id = r.proof_id) AS photos
FROM model_proofs r WHERE r.model_id = :model_id ORDER BY r.proof_id DESC LIMIT :most;

-- name: add_proof(proof_id, model_id, words, part, whole, unit, person_id, draft, added_on)!
-- Evidence of a model.
INSERT INTO model_proofs (proof_id, model_id, words, part, whole, unit, person_id, draft, added_on)
VALUES (:proof_id, :model_id, :words, :part, :whole, :unit, :person_id, :draft, :added_on);

-- name: add_proof_photo(proof_id, media_id)!
-- A picture of a piece of evidence.
INSERT INTO proof_photos (proof_id, media_id) VALUES (:proof_id, :media_id);

-- name: officers_to_hear(submitted, assessed)
-- The officers in whose scope a model waits to be reviewed or to be recognised: for the job.
SELECT DISTINCT o.person_id FROM model_sheets s
JOIN unit_ancestors a ON a.unit_id = s.home_unit_id
JOIN memberships o ON o.unit_id = a.ancestor_id AND o.role = 'officer' AND o.until IS NULL
WHERE s.state IN (:submitted, :assessed) ORDER BY o.person_id;

-- name: news_of(scope, submitted, assessed, since)^
-- How many models of a scope wait to be reviewed and to be recognised, and whether one came to it after an instant.
SELECT COUNT(CASE WHEN w.state = :submitted THEN 1 END) AS to_review,
       COUNT(CASE WHEN w.state = :assessed THEN 1 END) AS to_recognise,
       COALESCE(MAX(w.came_at), 0) > :since AS fresh
FROM (SELECT s.state, COALESCE((SELECT MAX(t.at) FROM model_steps t WHERE t.model_id = s.model_id AND t.to_state = s.state
                                AND (t.from_state IS NULL OR t.from_state <> t.to_state OR t.step = 'correct')),
                               m.created_at) AS came_at
      FROM model_sheets s JOIN models m ON m.model_id = s.model_id
      JOIN unit_ancestors a ON a.unit_id = s.home_unit_id AND a.ancestor_id = :scope
      WHERE s.state IN (:submitted, :assessed)) w;

-- name: move(model_id, from_state, to_state)$
-- A model goes to another state; nothing comes back when it is no longer in the one it was seen in.
UPDATE models SET state = :to_state WHERE model_id = :model_id AND state = :from_state RETURNING model_id;

-- name: add_step(step_id, model_id, position, step, person_id, from_state, to_state, reason, changes, at)!
-- A step of a model.
INSERT INTO model_steps (step_id, model_id, position, step, person_id, from_state, to_state, reason, changes, at)
VALUES (:step_id, :model_id, :position, :step, :person_id, :from_state, :to_state, :reason, :changes, :at);

-- name: write_items(model_id, field_code, project_id, name, situation, goals, content, audience, target, forces, resources, outputs, upkeep, starts_on, ends_on)!
-- The items of a model as they are now.
UPDATE models SET field_code = :field_code, project_id = :project_id, name = :name, situation = :situation, goals = :goals,
    content = :content, audience = :audience, target = :target, forces = :forces, resources = :resources,
    outputs = :outputs, upkeep = :upkeep, starts_on = :starts_on, ends_on = :ends_on
WHERE model_id = :model_id;

-- name: write_assessment(model_id, part, whole, unit, words)!
-- How the owner assesses a model.
UPDATE models SET assessed_part = :part, assessed_whole = :whole, assessed_unit = :unit, assessment = :words
WHERE model_id = :model_id;

-- name: write_level(model_id, level)!
-- The level at which a model is recognised.
UPDATE models SET level = :level WHERE model_id = :model_id;

-- name: chats_of_owner(model_id)
-- The reachable chats of those who answer for a model: the unit's secretaries, or the individual.
SELECT b.person_id, b.role, a.channel, a.account, a.chat FROM models m
JOIN memberships b ON b.unit_id = m.owner_unit_id AND b.role = 'secretary' AND b.until IS NULL
JOIN first_accounts a ON a.person_id = b.person_id
WHERE m.model_id = :model_id
UNION ALL
SELECT i.person_id, 'resident' AS role, a.channel, a.account, a.chat FROM models m
JOIN individuals i ON i.individual_id = m.owner_individual_id
JOIN first_accounts a ON a.person_id = i.person_id
WHERE m.model_id = :model_id
UNION ALL
SELECT h.person_id, 'secretary' AS role, a.channel, a.account, a.chat FROM models m
JOIN helped_individuals h ON h.individual_id = m.owner_individual_id
JOIN accounts a ON a.person_id = h.person_id AND a.unreachable IS NULL
WHERE m.model_id = :model_id
ORDER BY 1, 3, 4;

-- name: done_by_unit(unit_id, first, last)^
-- Models that a unit registered and sessions that it held or helped to hold, from one day to another.
SELECT (SELECT COUNT(*) FROM models m WHERE m.owner_unit_id = :unit_id AND m.state <> 'withdrawn'
        AND m.registered_on BETWEEN :first AND :last) AS models,
       (SELECT COUNT(*) FROM session_participants s WHERE s.unit_id = :unit_id AND s.held_on BETWEEN :first AND :last) AS sessions;

-- name: done_by_individual(individual_id, first, last)^
-- Models that an individual registered and sessions that they held, from one day to another.
SELECT (SELECT COUNT(*) FROM models m WHERE m.owner_individual_id = :individual_id AND m.state <> 'withdrawn'
        AND m.registered_on BETWEEN :first AND :last) AS models,
       (SELECT COUNT(*) FROM outreach_sessions s WHERE s.host_individual_id = :individual_id
        AND s.held_on BETWEEN :first AND :last) AS sessions;
