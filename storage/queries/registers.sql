-- name: models_until(scope, year, day)
-- The models that the figures of a scope and a day count, by owner.
SELECT v.model_id, v.code, COALESCE(v.owner_unit_id, v.owner_individual_id) AS owner_id, v.owner_name,
       v.owner_unit_id IS NULL AS individual, v.field_code, v.field_name, COALESCE(v.project_name, '') AS project_name, v.name,
       v.target, v.state, v.registered_on
FROM campaigns k
JOIN model_sheets v ON v.campaign_id = k.campaign_id
JOIN unit_ancestors a ON a.unit_id = v.home_unit_id AND a.ancestor_id = :scope
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND v.registered_on <= :day AND v.state <> 'withdrawn'
ORDER BY v.owner_unit_id IS NULL, COALESCE(v.owner_unit_id, v.owner_individual_id), v.code;

-- name: sessions_until(scope, year, day)
-- The sessions that the figures of a scope and a day count, the newest first.
SELECT s.session_id, s.code, COALESCE(s.host_unit_id, s.host_individual_id) AS host_id, COALESCE(u.name, i.name) AS host_name,
       s.held_on, COALESCE(s.held_at, '') AS held_at, COALESCE(p.name, '') AS project_name, COALESCE(m.code, '') AS model_code,
       COALESCE(m.name, '') AS model_name, s.topic, s.place, s.attendee_count, s.household_count, s.outcome, s.reported_on
FROM campaigns k
JOIN outreach_sessions s ON s.campaign_id = k.campaign_id
LEFT JOIN units u ON u.unit_id = s.host_unit_id
LEFT JOIN individuals i ON i.individual_id = s.host_individual_id
LEFT JOIN projects p ON p.project_id = s.project_id
LEFT JOIN models m ON m.model_id = s.model_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND s.held_on <= :day
  AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.host_unit_id AND a.ancestor_id = :scope)
       OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
                  WHERE d.individual_id = s.host_individual_id)
       OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
                  WHERE h.session_id = s.session_id))
ORDER BY s.held_on DESC, s.number DESC;

-- name: cohosts_until(scope, year, day)
-- Who held those sessions together with their hosts.
SELECT c.session_id, c.unit_id, u.name
FROM campaigns k
JOIN outreach_sessions s ON s.campaign_id = k.campaign_id
JOIN session_cohosts c ON c.session_id = s.session_id
JOIN units u ON u.unit_id = c.unit_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND s.held_on <= :day
  AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.host_unit_id AND a.ancestor_id = :scope)
       OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
                  WHERE d.individual_id = s.host_individual_id)
       OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
                  WHERE h.session_id = s.session_id))
ORDER BY c.session_id, u.name;

-- name: obligations_until(scope, year, day, clearance)
-- Each obligation of a unit in a project: its model there, if it has one, and the sessions that it held for the project.
SELECT u.unit_id, u.name AS unit_name, p.name AS project_name,
       (SELECT MIN(m.code) FROM models m JOIN campaigns c ON c.campaign_id = m.campaign_id AND c.year = :year
        WHERE m.owner_unit_id = u.unit_id AND m.project_id = p.project_id AND m.field_code = :clearance
          AND m.state <> 'withdrawn' AND m.registered_on <= :day) AS model_code,
       (SELECT COUNT(*) FROM (
            SELECT x.session_id FROM outreach_sessions x WHERE x.host_unit_id = u.unit_id
            UNION
            SELECT h.session_id FROM session_cohosts h WHERE h.unit_id = u.unit_id) AS t
        CROSS JOIN outreach_sessions s JOIN campaigns c ON c.campaign_id = s.campaign_id AND c.year = :year
        WHERE s.session_id = t.session_id AND s.project_id = p.project_id AND s.held_on <= :day) AS sessions
FROM obligations o
JOIN units u ON u.unit_id = o.unit_id
JOIN projects p ON p.project_id = o.project_id
JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope
WHERE u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
ORDER BY p.project_id, u.unit_id;

-- name: duties_until(scope, year, day)
-- Each duty of the year that a unit of a scope had by a day: the plan it rests on, its deadline, and whether it is done.
SELECT d.duty_id, d.title, COALESCE(p.number, '') AS plan, u.unit_id, u.name AS unit_name, d.given_on, d.due_on,
       CASE WHEN t.reported_on <= :day THEN t.done_on END AS done_on,
       CASE WHEN t.reported_on <= :day THEN t.number ELSE '' END AS number
FROM duty_units t
JOIN duties d ON d.duty_id = t.duty_id AND d.cancelled_at IS NULL
JOIN units u ON u.unit_id = t.unit_id
JOIN unit_ancestors a ON a.unit_id = t.unit_id AND a.ancestor_id = :scope
LEFT JOIN plans p ON p.plan_id = d.plan_id
WHERE d.year = :year AND d.given_on <= :day
ORDER BY d.due_on, d.duty_id, t.unit_id;
