-- name: want(media_id, channel, chat, ref, size, not_before)!
-- A file that a person sent and that we must fetch.
INSERT INTO media (media_id, channel, chat, ref, size, not_before) VALUES (:media_id, :channel, :chat, :ref, :size, :not_before);

-- name: wanted(now, most)
-- Files to fetch now.
SELECT media_id, channel, chat, ref, attempts FROM media
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
