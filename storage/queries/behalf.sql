-- name: namesakes(unit_id)
-- The individuals of a unit, and its residents who may become one, for their names to be compared.
SELECT i.individual_id AS code, i.name FROM individuals i WHERE i.unit_id = :unit_id
UNION ALL
SELECT 'P:' || p.person_id AS code, p.name FROM memberships m JOIN people p ON p.person_id = m.person_id
WHERE m.unit_id = :unit_id AND m.until IS NULL
  AND NOT EXISTS (SELECT 1 FROM individuals i WHERE i.person_id = p.person_id)
ORDER BY 1;

-- name: beneficiary(individual_id, person_id)^
-- An individual for whom a person may enter something: of a unit of which they are secretary, or below an officer's.
SELECT i.individual_id, i.name, i.unit_id, u.name AS unit_name, i.person_id FROM individuals i JOIN units u ON u.unit_id = i.unit_id
WHERE i.individual_id = :individual_id AND (
    EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = :person_id AND m.until IS NULL AND m.role = 'secretary'
            AND m.unit_id = i.unit_id)
    OR EXISTS (SELECT 1 FROM memberships m JOIN unit_ancestors a ON a.ancestor_id = m.unit_id AND a.unit_id = i.unit_id
               WHERE m.person_id = :person_id AND m.until IS NULL AND m.role = 'officer'));

-- name: units_for(person_id)
-- The units for whose people a person may enter something: those of a secretary, or all below an officer.
SELECT DISTINCT u.unit_id, u.name FROM units u JOIN unit_ancestors a ON a.unit_id = u.unit_id
JOIN memberships m ON m.person_id = :person_id AND m.until IS NULL AND (
    (m.role = 'secretary' AND m.unit_id = u.unit_id) OR (m.role = 'officer' AND m.unit_id = a.ancestor_id))
ORDER BY u.unit_id;

-- name: add_helped(individual_id, name, unit_id, phone, neighborhood_group, helped_by)!
-- A new individual for whom somebody enters.
INSERT INTO individuals (individual_id, name, unit_id, phone, neighborhood_group, helped_by)
VALUES (:individual_id, :name, :unit_id, :phone, :neighborhood_group, :helped_by);

-- name: help(individual_id, helped_by)!
-- Somebody enters for an individual who is known; who helped them first stays.
UPDATE individuals SET helped_by = COALESCE(helped_by, :helped_by) WHERE individual_id = :individual_id;

-- name: helped(person_id)
-- The individuals without a chat for whom a secretary answers.
SELECT individual_id, name, unit_id FROM helped_individuals WHERE person_id = :person_id ORDER BY individual_id;

-- name: author_of(record_id)$
-- Who wrote a model or a report for somebody else.
SELECT author_name FROM on_behalf WHERE record_id = :record_id;
