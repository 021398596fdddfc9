-- name: owners(scope, year, day)^
-- How many distinct collectives and individuals have a counted model, and how many models there are.
SELECT COUNT(DISTINCT m.owner_unit_id) AS collectives, COUNT(DISTINCT m.owner_individual_id) AS individuals, COUNT(*) AS models
FROM counted_models m
JOIN unit_ancestors a ON a.unit_id = m.home_unit_id AND a.ancestor_id = :scope
JOIN campaigns c ON c.campaign_id = m.campaign_id AND c.year = :year
WHERE m.registered_on <= :day;

-- name: field_owners(scope, year, day, clearance)
-- By field, the distinct owners; in the clearance field only those who were not obliged to it.
SELECT f.code, MIN(f.name) AS name,
       COUNT(DISTINCT CASE WHEN m.field_code <> :clearance
             OR NOT EXISTS (SELECT 1 FROM obligations o WHERE o.unit_id = m.owner_unit_id)
             THEN m.owner_unit_id END) AS collectives,
       COUNT(DISTINCT m.owner_individual_id) AS individuals
FROM campaigns c
JOIN fields f ON f.campaign_id = c.campaign_id
LEFT JOIN counted_models m ON m.campaign_id = f.campaign_id AND m.field_code = f.code AND m.registered_on <= :day
     AND EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = m.home_unit_id AND a.ancestor_id = :scope)
WHERE c.year = :year
  AND EXISTS (SELECT 1 FROM unit_ancestors w
              WHERE (w.unit_id = c.unit_id AND w.ancestor_id = :scope) OR (w.unit_id = :scope AND w.ancestor_id = c.unit_id))
GROUP BY f.code ORDER BY MIN(f.position);

-- name: obliged(scope, year, day, clearance)
-- Each obliged unit that exists on the day: does it have a clearance model, and a session?
SELECT u.unit_id AS code, u.name,
       EXISTS (SELECT 1 FROM counted_models m JOIN campaigns c ON c.campaign_id = m.campaign_id AND c.year = :year
               WHERE m.owner_unit_id = u.unit_id AND m.field_code = :clearance AND m.registered_on <= :day) AS has_model,
       EXISTS (SELECT 1 FROM session_participants s JOIN campaigns c ON c.campaign_id = s.campaign_id AND c.year = :year
               WHERE s.unit_id = u.unit_id AND s.held_on <= :day) AS has_session
FROM units u JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope
WHERE u.unit_id IN (SELECT o.unit_id FROM obligations o)
  AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
ORDER BY u.unit_id;

-- name: collectives(scope, year, day)
-- Each collective of the wards in a scope: does it have a model, and a session? A scope below a ward is one collective.
SELECT u.unit_id AS code, u.name,
       EXISTS (SELECT 1 FROM counted_models m JOIN campaigns c ON c.campaign_id = m.campaign_id AND c.year = :year
               WHERE m.owner_unit_id = u.unit_id AND m.registered_on <= :day) AS has_model,
       EXISTS (SELECT 1 FROM session_participants s JOIN campaigns c ON c.campaign_id = s.campaign_id AND c.year = :year
               WHERE s.unit_id = u.unit_id AND s.held_on <= :day) AS has_session
FROM units u
JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope
JOIN campaigns k ON k.unit_id = u.parent_id AND k.year = :year
WHERE u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
ORDER BY u.unit_id;

-- name: sessions(scope, year, day)^
-- How many sessions were held by units of a scope, as host or as co-host, a joint one counted once; how many of them were
-- joint; how many were reported that day.
SELECT COUNT(*) AS held,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM session_cohosts h WHERE h.session_id = s.session_id) THEN 1 END) AS joint,
       COUNT(CASE WHEN s.reported_on = :day THEN 1 END) AS reported_that_day,
       COALESCE(SUM(s.attendee_count), 0) AS attendees
FROM outreach_sessions s
LEFT JOIN individuals i ON i.individual_id = s.host_individual_id
JOIN campaigns c ON c.campaign_id = s.campaign_id AND c.year = :year
WHERE s.held_on <= :day AND (
    EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = COALESCE(s.host_unit_id, i.unit_id) AND a.ancestor_id = :scope)
    OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
               WHERE h.session_id = s.session_id));

-- name: registered_on(scope, year, day)$
-- How many models were registered on that very day.
SELECT COUNT(*) FROM counted_models m
JOIN unit_ancestors a ON a.unit_id = m.home_unit_id AND a.ancestor_id = :scope
JOIN campaigns c ON c.campaign_id = m.campaign_id AND c.year = :year
WHERE m.registered_on = :day;

-- name: resolutions(scope, year_begins, day)^
-- Party cells with a resolution of the year, of all party cells.
SELECT COUNT(*) AS cells,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM resolutions r WHERE r.unit_id = u.unit_id
                                AND r.issued_on BETWEEN :year_begins AND :day) THEN 1 END) AS issued
FROM units u JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope
WHERE u.kind = 'party_cell' AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day);

-- name: hosts(scope, year, day)
-- Sessions of a scope by host and project; a joint one stands at its host, also for a scope that only took part.
SELECT COALESCE(u.name, i.name) AS host, COALESCE(p.name, '') AS project, COUNT(*) AS held
FROM outreach_sessions s
LEFT JOIN units u ON u.unit_id = s.host_unit_id
LEFT JOIN individuals i ON i.individual_id = s.host_individual_id
LEFT JOIN projects p ON p.project_id = s.project_id
JOIN campaigns c ON c.campaign_id = s.campaign_id AND c.year = :year
WHERE s.held_on <= :day AND (
    EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = COALESCE(s.host_unit_id, i.unit_id) AND a.ancestor_id = :scope)
    OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
               WHERE h.session_id = s.session_id))
GROUP BY COALESCE(s.host_unit_id, s.host_individual_id), COALESCE(u.name, i.name), s.project_id, p.name
ORDER BY MIN(s.number);

-- name: campaign_year(scope, day)$
-- The year of the newest campaign begun by a day that a scope takes part in: its own, one above it, or one below it.
SELECT MAX(c.year) FROM campaigns c
WHERE c.opens_on <= :day
  AND EXISTS (SELECT 1 FROM unit_ancestors w
              WHERE (w.unit_id = c.unit_id AND w.ancestor_id = :scope) OR (w.unit_id = :scope AND w.ancestor_id = c.unit_id));
