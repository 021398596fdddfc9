-- name: want(media_id, channel, chat, ref, size, kind, not_before)!
-- A file that a person sent and that we must fetch.
INSERT INTO media (media_id, channel, chat, ref, size, kind, not_before)
VALUES (:media_id, :channel, :chat, :ref, :size, :kind, :not_before);

-- name: wanted(now, most)
-- Files to fetch now.
SELECT media_id, channel, chat, ref, attempts, kind FROM media
WHERE state = 'wanted' AND not_before <= :now ORDER BY not_before LIMIT :most;

-- name: fetch_later(media_id, not_before, why)!
-- The fetch failed and is tried again.
UPDATE media SET attempts = attempts + 1, not_before = :not_before, why = :why WHERE media_id = :media_id;

-- name: kept(media_id, sha256, size)!
-- The file is on our disk under its content's hash.
UPDATE media SET state = 'kept', sha256 = :sha256, size = :size, why = NULL WHERE media_id = :media_id;

-- name: lost(media_id, why)!
-- The file can't be had any more.
UPDATE media SET state = 'lost', why = :why WHERE media_id = :media_id;

-- name: own_file(media_id, channel, chat)^
-- A file that came from a chat, and whether we have it.
SELECT media_id, kind, state, sha256 FROM media WHERE media_id = :media_id AND channel = :channel AND chat = :chat;

-- name: expired()
-- Files that are not kept any longer and are still on our disk, and whether nobody else's is the same.
SELECT m.media_id, m.sha256,
       NOT EXISTS (SELECT 1 FROM media o WHERE o.sha256 = m.sha256 AND o.media_id <> m.media_id) AS alone
FROM media m WHERE m.why = 'expired' AND m.sha256 IS NOT NULL ORDER BY m.media_id LIMIT 50;

-- name: removed(media_id)!
-- The file has left our disk.
UPDATE media SET sha256 = NULL, ref = '' WHERE media_id = :media_id;
