-- name: open_link(token, message_id, until)$
-- The link to a message: a new one, or the one that it has, open for longer.
INSERT INTO links (token, message_id, until) VALUES (:token, :message_id, :until)
ON CONFLICT (message_id) DO UPDATE SET until = excluded.until
RETURNING token;

-- name: behind(token, now)^
-- The message behind a link that is still open.
SELECT o.message_id, o.channel, o.chat, o.lane, o.body, o.attempts, o.parts_sent, o.about, o.created_at,
       o.not_after, o.supersedes, o.instead_of
FROM links l JOIN outbox o ON o.message_id = l.message_id
WHERE l.token = :token AND l.until > :now;
