-- Entering for somebody else: who helps an individual, and on records who wrote them.

ALTER TABLE individuals ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE individuals ADD COLUMN neighborhood_group TEXT NOT NULL DEFAULT '';
ALTER TABLE individuals ADD COLUMN helped_by TEXT REFERENCES people (person_id);  -- who first entered something for them

-- Individuals without a chat of their own, for whom somebody entered something: their unit's secretaries answer for them.
CREATE VIEW helped_individuals AS
SELECT i.individual_id, i.name, i.unit_id, m.person_id FROM individuals i
JOIN memberships m ON m.unit_id = i.unit_id AND m.role = 'secretary' AND m.until IS NULL
WHERE i.person_id IS NULL AND i.helped_by IS NOT NULL;

-- Who keeps a report: the secretaries of its host or the individual who held it, whoever answers for an individual
-- without a chat, and the officers above them.
DROP VIEW session_keepers;
CREATE VIEW session_keepers AS
SELECT s.session_id, m.person_id, m.role FROM outreach_sessions s
JOIN memberships m ON m.unit_id = s.host_unit_id AND m.role = 'secretary' AND m.until IS NULL
UNION ALL
SELECT s.session_id, i.person_id, 'resident' AS role FROM outreach_sessions s
JOIN individuals i ON i.individual_id = s.host_individual_id AND i.person_id IS NOT NULL
UNION ALL
SELECT s.session_id, h.person_id, 'secretary' AS role FROM outreach_sessions s
JOIN helped_individuals h ON h.individual_id = s.host_individual_id
UNION ALL
SELECT s.session_id, m.person_id, m.role FROM outreach_sessions s
JOIN unit_ancestors a ON a.unit_id = s.host_unit_id
JOIN memberships m ON m.unit_id = a.ancestor_id AND m.role = 'officer' AND m.until IS NULL
UNION ALL
SELECT s.session_id, m.person_id, m.role FROM outreach_sessions s
JOIN individuals i ON i.individual_id = s.host_individual_id
JOIN unit_ancestors a ON a.unit_id = i.unit_id
JOIN memberships m ON m.unit_id = a.ancestor_id AND m.role = 'officer' AND m.until IS NULL;

-- Records that somebody wrote for an individual, with the name of who wrote.
CREATE VIEW on_behalf AS
SELECT m.model_id AS record_id, p.name AS author_name FROM models m
JOIN individuals i ON i.individual_id = m.owner_individual_id
JOIN people p ON p.person_id = m.author_id WHERE i.person_id IS NULL OR i.person_id <> m.author_id
UNION ALL
SELECT s.session_id AS record_id, p.name AS author_name FROM outreach_sessions s
JOIN individuals i ON i.individual_id = s.host_individual_id
JOIN people p ON p.person_id = s.author_id WHERE i.person_id IS NULL OR i.person_id <> s.author_id;
