-- name: add_link(code_hash, membership_id, expires_at)!
-- A link to the dashboard, for somebody in a role.
INSERT INTO dashboard_links (code_hash, membership_id, expires_at) VALUES (:code_hash, :membership_id, :expires_at);

-- name: forget_links(before)!
-- Links that ended long ago.
DELETE FROM dashboard_links WHERE expires_at < :before;

-- name: forget_visits(before)!
-- Visits that ended long ago.
DELETE FROM dashboard_visits WHERE ends_at < :before;

-- name: is_open(code_hash, now)$
-- Whether a link can still be used.
SELECT COUNT(*) FROM dashboard_links WHERE code_hash = :code_hash AND opened_at IS NULL AND expires_at > :now;

-- name: use_link(code_hash, now)$
-- Use a link up; nothing comes back when it was used, has ended, or never was.
UPDATE dashboard_links SET opened_at = :now WHERE code_hash = :code_hash AND opened_at IS NULL AND expires_at > :now
RETURNING membership_id;

-- name: begin_visit(token_hash, membership_id, ends_at)!
-- Somebody enters.
INSERT INTO dashboard_visits (token_hash, membership_id, ends_at) VALUES (:token_hash, :membership_id, :ends_at);

-- name: visitor(token_hash, now)^
-- Who is at the dashboard with this token, in the role that they still hold.
SELECT m.membership_id, m.person_id, p.name, m.role, m.unit_id, u.name AS unit_name, v.ends_at
FROM dashboard_visits v
JOIN memberships m ON m.membership_id = v.membership_id AND m.until IS NULL
JOIN people p ON p.person_id = m.person_id
JOIN units u ON u.unit_id = m.unit_id
WHERE v.token_hash = :token_hash AND v.ends_at > :now;

-- name: end_visit(token_hash)!
-- Somebody leaves.
DELETE FROM dashboard_visits WHERE token_hash = :token_hash;
