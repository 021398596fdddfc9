-- name: unit_within(unit_id, scope)^
-- A unit, if it lies within a scope.
SELECT u.unit_id AS code, u.name FROM units u
JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope WHERE u.unit_id = :unit_id;

-- name: owners_of_field(scope, year, day, field, clearance, skip, most)
-- The owners of a field's figure and how many models each has there; in the clearance field those not obliged to it.
SELECT COALESCE(m.owner_unit_id, m.owner_individual_id) AS owner_id, COALESCE(u.name, i.name) AS name,
       m.owner_unit_id IS NULL AS individual, COUNT(*) AS models
FROM campaigns k
JOIN counted_models m ON m.campaign_id = k.campaign_id AND m.field_code = :field AND m.registered_on <= :day
JOIN unit_ancestors a ON a.unit_id = m.home_unit_id AND a.ancestor_id = :scope
LEFT JOIN units u ON u.unit_id = m.owner_unit_id
LEFT JOIN individuals i ON i.individual_id = m.owner_individual_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year
  AND (:field <> :clearance OR m.owner_unit_id IS NULL
       OR NOT EXISTS (SELECT 1 FROM obligations o WHERE o.unit_id = m.owner_unit_id))
GROUP BY COALESCE(m.owner_unit_id, m.owner_individual_id), COALESCE(u.name, i.name), m.owner_unit_id IS NULL
ORDER BY m.owner_unit_id IS NULL, COALESCE(m.owner_unit_id, m.owner_individual_id) LIMIT :most OFFSET :skip;

-- name: models_of(scope, year, day, field, owner_id, skip, most)
-- The counted models of a scope, of a field when one is named, and of an owner when one is named.
SELECT e.model_id, e.code, e.name, e.state, f.name AS field_name, COALESCE(u.name, i.name) AS owner_name
FROM campaigns k
JOIN counted_models m ON m.campaign_id = k.campaign_id AND m.registered_on <= :day
JOIN models e ON e.model_id = m.model_id
JOIN fields f ON f.campaign_id = m.campaign_id AND f.code = m.field_code
JOIN unit_ancestors a ON a.unit_id = m.home_unit_id AND a.ancestor_id = :scope
LEFT JOIN units u ON u.unit_id = m.owner_unit_id
LEFT JOIN individuals i ON i.individual_id = m.owner_individual_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND :field IN ('', m.field_code)
  AND :owner_id IN ('', COALESCE(m.owner_unit_id, m.owner_individual_id))
ORDER BY e.campaign_id, e.number LIMIT :most OFFSET :skip;

-- name: sessions_of(scope, year, day, skip, most)
-- The sessions of a scope, the newest first.
SELECT s.session_id, s.code, s.held_on, COALESCE(u.name, i.name) AS host_name, COALESCE(p.name, '') AS project_name
FROM campaigns k
JOIN outreach_sessions s ON s.campaign_id = k.campaign_id AND s.held_on <= :day
LEFT JOIN units u ON u.unit_id = s.host_unit_id
LEFT JOIN individuals i ON i.individual_id = s.host_individual_id
LEFT JOIN projects p ON p.project_id = s.project_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year
  AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.host_unit_id AND a.ancestor_id = :scope)
       OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
                  WHERE d.individual_id = s.host_individual_id)
       OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
                  WHERE h.session_id = s.session_id))
ORDER BY s.held_on DESC, s.number DESC LIMIT :most OFFSET :skip;

-- name: session_within(session_id, scope)^
-- One session, if it belongs to a unit of a scope.
SELECT s.session_id, s.code, s.held_on, s.held_at, s.place, s.attendee_count, s.household_count, s.outcome, s.host_name,
       s.model_name, COALESCE(p.name, '') AS project_name
FROM session_reports s LEFT JOIN projects p ON p.project_id = s.project_id
WHERE s.session_id = :session_id
  AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.unit_id AND a.ancestor_id = :scope)
       OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
                  WHERE h.session_id = s.session_id));

-- name: questions_of(scope, began_at, ended_at, skip, most)
-- The residents' questions that are counted, as they stand now, those that wait first: never who asked, nor their words.
SELECT t.code, COALESCE(p.name, '') AS project_name, t.state, t.due_at, t.created_at, COALESCE(o.name, '') AS assignee_name
FROM unit_ancestors a
JOIN tickets t ON t.unit_id = a.unit_id AND t.kind IN ('question', 'money', 'notice')
     AND t.created_at >= :began_at AND t.created_at < :ended_at
LEFT JOIN projects p ON p.project_id = t.project_id
LEFT JOIN people o ON o.person_id = t.assignee_id
WHERE a.ancestor_id = :scope
ORDER BY t.state IN ('answered', 'closed'), t.due_at, t.code LIMIT :most OFFSET :skip;

-- name: units_below(scope, year, day, skip, most)
-- The units directly below a unit with the models and sessions of each and of all below it.
-- CROSS JOIN keeps SQLite beginning at the unit, which has few records, not at its campaign, which has many.
SELECT u.unit_id AS code, u.name,
       (SELECT COUNT(*) FROM unit_ancestors a CROSS JOIN models m JOIN campaigns y ON y.campaign_id = m.campaign_id
        WHERE a.ancestor_id = u.unit_id AND m.owner_unit_id = a.unit_id
          AND m.state <> 'withdrawn' AND m.registered_on <= :day AND y.year = :year)
       + (SELECT COUNT(*) FROM unit_ancestors a CROSS JOIN individuals d CROSS JOIN models m
          JOIN campaigns y ON y.campaign_id = m.campaign_id
          WHERE a.ancestor_id = u.unit_id AND d.unit_id = a.unit_id AND m.owner_individual_id = d.individual_id
            AND m.state <> 'withdrawn' AND m.registered_on <= :day AND y.year = :year) AS models,
       (SELECT COUNT(*) FROM (
            SELECT x.session_id FROM unit_ancestors a CROSS JOIN outreach_sessions x
            WHERE a.ancestor_id = u.unit_id AND x.host_unit_id = a.unit_id
            UNION
            SELECT x.session_id FROM unit_ancestors a CROSS JOIN individuals d CROSS JOIN outreach_sessions x
            WHERE a.ancestor_id = u.unit_id AND d.unit_id = a.unit_id AND x.host_individual_id = d.individual_id
            UNION
            SELECT h.session_id FROM unit_ancestors a JOIN session_cohosts h ON h.unit_id = a.unit_id
            WHERE a.ancestor_id = u.unit_id) AS t
        CROSS JOIN outreach_sessions s JOIN campaigns y ON y.campaign_id = s.campaign_id
        WHERE s.session_id = t.session_id AND s.held_on <= :day AND y.year = :year) AS sessions
FROM units u
WHERE u.parent_id = :scope AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
ORDER BY u.unit_id LIMIT :most OFFSET :skip;
