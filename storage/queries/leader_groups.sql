-- name: add_code(code_hash, unit_id, person_id, expires_at)!
-- A code with which an administrator registers a group for a unit; only its hash is kept.
INSERT INTO group_codes (code_hash, unit_id, person_id, expires_at) VALUES (:code_hash, :unit_id, :person_id, :expires_at);

-- name: use_code(code_hash, person_id, now)$
-- Consume a code and return its unit; nothing comes back when it is used, too old, or somebody else's.
UPDATE group_codes SET used_at = :now
WHERE code_hash = :code_hash AND person_id = :person_id AND used_at IS NULL AND expires_at > :now
RETURNING unit_id;

-- name: register(channel, chat, unit_id, person_id, now)!
-- A group receives the digest of a unit from now on.
INSERT INTO leader_groups (channel, chat, unit_id, added_by, added_at) VALUES (:channel, :chat, :unit_id, :person_id, :now)
ON CONFLICT (channel, chat) DO UPDATE SET unit_id = excluded.unit_id, added_by = excluded.added_by,
    added_at = excluded.added_at, ended_at = NULL;

-- name: end_group(channel, chat, now)!
-- A group receives nothing more.
UPDATE leader_groups SET ended_at = :now WHERE channel = :channel AND chat = :chat AND ended_at IS NULL;

-- name: end_groups_below(scope, now)$
-- No group receives the digest of a unit in a scope any more; returns one of them when there was any.
UPDATE leader_groups SET ended_at = :now
WHERE ended_at IS NULL AND unit_id IN (SELECT a.unit_id FROM unit_ancestors a WHERE a.ancestor_id = :scope)
RETURNING chat;

-- name: move_group(channel, chat, new_chat)!
-- The platform gave a group another id.
UPDATE leader_groups SET chat = :new_chat WHERE channel = :channel AND chat = :chat;

-- name: unit_of(channel, chat)$
-- The unit whose digest a group receives.
SELECT unit_id FROM leader_groups WHERE channel = :channel AND chat = :chat AND ended_at IS NULL;

-- name: groups()
-- Every group that receives a digest: for the job.
SELECT channel, chat, unit_id FROM leader_groups WHERE ended_at IS NULL ORDER BY channel, chat;

-- name: count_below(scope)$
-- How many groups receive the digest of a unit in a scope.
SELECT COUNT(*) FROM leader_groups g JOIN unit_ancestors a ON a.unit_id = g.unit_id AND a.ancestor_id = :scope
WHERE g.ended_at IS NULL;
