-- name: keys(channel)^
-- The keys of a channel as last kept.
SELECT access, refresh, expires_at, seed FROM channel_keys WHERE channel = :channel;

-- name: keep_keys(channel, access, refresh, expires_at, seed)!
-- Keep new keys in the place of the old.
INSERT INTO channel_keys (channel, access, refresh, expires_at, seed)
VALUES (:channel, :access, :refresh, :expires_at, :seed)
ON CONFLICT (channel) DO UPDATE
SET access = excluded.access, refresh = excluded.refresh, expires_at = excluded.expires_at, seed = excluded.seed;

-- name: heard(channel, chat, at)!
-- Somebody wrote.
INSERT INTO last_words (channel, chat, at) VALUES (:channel, :chat, :at)
ON CONFLICT (channel, chat) DO UPDATE SET at = CASE WHEN excluded.at > last_words.at THEN excluded.at ELSE last_words.at END;

-- name: last_heard(channel, chat)$
-- When somebody last wrote.
SELECT at FROM last_words WHERE channel = :channel AND chat = :chat;

-- name: last_event(channel)$
-- When anything came in from a channel the last time.
SELECT received_at FROM inbox WHERE channel = :channel ORDER BY receipt_id DESC LIMIT 1;

-- name: used_since(channel, since)$
-- How many messages went in either direction since a moment.
SELECT (SELECT COUNT(*) FROM inbox WHERE channel = :channel AND received_at >= :since)
     + (SELECT COUNT(*) FROM outbox WHERE channel = :channel AND state = 'sent' AND sent_at >= :since);

-- name: people_on(channel)$
-- How many people have an account on a channel.
SELECT COUNT(*) FROM accounts WHERE channel = :channel;
