-- name: write(audit_id, at, unit_id, person_id, role, act, about, channel)!
-- Somebody saw, sent or changed something.
INSERT INTO audit (audit_id, at, unit_id, person_id, role, act, about, channel)
VALUES (:audit_id, :at, :unit_id, :person_id, :role, :act, :about, :channel);

-- name: read(scope, before, most)
-- The latest acts in a scope before one of them, the newest first.
SELECT a.audit_id, a.at, COALESCE(p.name, '') AS name, a.role, u.name AS unit_name, a.act, a.about, a.channel
FROM audit a
JOIN unit_ancestors s ON s.unit_id = a.unit_id AND s.ancestor_id = :scope
JOIN units u ON u.unit_id = a.unit_id
LEFT JOIN people p ON p.person_id = a.person_id
WHERE a.audit_id < :before ORDER BY a.audit_id DESC LIMIT :most;

-- name: old(until)
-- Acts that are older than they are kept.
SELECT audit_id AS id FROM audit WHERE at < :until ORDER BY audit_id;

-- name: forget(id, until)*!
-- An act that is older than it is kept.
DELETE FROM audit WHERE audit_id = :id AND at < :until;
