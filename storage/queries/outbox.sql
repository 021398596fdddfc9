-- name: put(message_id, channel, chat, lane, body, supersedes, about, not_before, not_after, created_at, instead_of)!
-- A message that must be delivered.
INSERT INTO outbox (message_id, channel, chat, lane, body, supersedes, about, not_before, not_after, created_at, instead_of)
VALUES (:message_id, :channel, :chat, :lane, :body, :supersedes, :about, :not_before, :not_after, :created_at, :instead_of);

-- name: supersede(channel, chat, key)!
-- An unsent message that a newer one replaces.
UPDATE outbox SET state = 'superseded'
WHERE channel = :channel AND chat = :chat AND supersedes = :key AND state = 'queued';

-- name: unsay(about, now)!
-- The words of every message about something are taken away; none of them is sent any more.
UPDATE outbox SET body = '{"text":"","choices":[],"controls":[]}', emptied_at = :now,
    state = CASE WHEN state IN ('queued', 'sending') THEN 'superseded' ELSE state END
WHERE about = :about AND emptied_at IS NULL;

-- name: claim(channel, now, slowest, most)
-- Take the messages that may go now, the first of each (chat, lane), and note the attempt before it is made.
UPDATE outbox SET state = 'sending', attempts = attempts + 1, attempted_at = :now
WHERE message_id IN (
    SELECT o.message_id FROM outbox o
    WHERE o.state = 'queued' AND o.channel = :channel AND o.lane <= :slowest AND o.not_before <= :now
      AND NOT EXISTS (
        SELECT 1 FROM outbox e
        WHERE e.channel = o.channel AND e.chat = o.chat AND e.lane = o.lane
          AND e.message_id < o.message_id AND e.state = 'queued')
      AND NOT EXISTS (
        SELECT 1 FROM outbox s WHERE s.channel = o.channel AND s.chat = o.chat AND s.state = 'sending')
      AND NOT EXISTS (
        SELECT 1 FROM holds h WHERE h.channel IN ('', o.channel) AND h.chat IN ('', o.chat) AND h.until > :now)
    ORDER BY o.lane, o.message_id
    LIMIT :most)
RETURNING message_id, channel, chat, lane, body, attempts, parts_sent, about, created_at, not_after, supersedes, instead_of;

-- name: next_due(channel, now)$
-- When the next waiting message may be looked at again: its own moment, or the end of a hold.
SELECT MIN(moment) FROM (
    SELECT MIN(not_before) AS moment FROM outbox WHERE state = 'queued' AND channel = :channel AND not_before > :now
    UNION ALL
    SELECT MIN(until) FROM holds WHERE channel IN ('', :channel) AND until > :now);

-- name: part_sent(message_id, parts_sent)!
-- One more part of a long message has arrived.
UPDATE outbox SET parts_sent = :parts_sent WHERE message_id = :message_id;

-- name: sent(message_id, sent_at, platform_id, parts_sent)!
-- The platform has the whole message.
UPDATE outbox SET state = 'sent', sent_at = :sent_at, platform_id = :platform_id, parts_sent = :parts_sent, why = NULL
WHERE message_id = :message_id;

-- name: standing(channel, chat, key)^
-- The last message with a key that left and still has its words.
SELECT message_id, platform_id FROM outbox
WHERE supersedes = :key AND channel = :channel AND chat = :chat AND state = 'sent' AND emptied_at IS NULL
ORDER BY message_id DESC LIMIT 1;

-- name: change(message_id, body, changed_at)!
-- A message that left says something else now, which nobody has seen yet.
UPDATE outbox SET body = :body, changed_at = :changed_at, shown_at = NULL WHERE message_id = :message_id;

-- name: let_stand(key)!
-- What left with a key is changed no more.
UPDATE outbox SET supersedes = NULL WHERE supersedes = :key AND state = 'sent';

-- name: again(message_id, not_before, why)!
-- Try once more, not before that moment; not what was emptied meanwhile, nor a notice that was held or ended.
UPDATE outbox SET state = CASE WHEN emptied_at IS NOT NULL OR EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.message_id = outbox.message_id AND d.event = 'recalled') THEN 'superseded' ELSE 'queued' END,
    not_before = :not_before, why = :why WHERE message_id = :message_id;

-- name: give_back(message_id)!
-- A message taken and not tried after all; not what was emptied meanwhile, nor a notice that was held or ended.
UPDATE outbox SET state = CASE WHEN emptied_at IS NOT NULL OR EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.message_id = outbox.message_id AND d.event = 'recalled') THEN 'superseded' ELSE 'queued' END,
    attempts = attempts - 1 WHERE message_id = :message_id;

-- name: postpone(message_id, not_before)!
-- A message taken and not tried after all waits until a moment.
UPDATE outbox SET state = CASE WHEN emptied_at IS NULL THEN 'queued' ELSE 'superseded' END, attempts = attempts - 1,
    not_before = :not_before WHERE message_id = :message_id;

-- name: reword(message_id, body)!
-- A message that is about to leave says something else.
UPDATE outbox SET body = :body WHERE message_id = :message_id AND emptied_at IS NULL;

-- name: end_unsent(message_id, state, why)!
-- The message will not be tried again: refused for good, or in doubt and not to be repeated.
UPDATE outbox SET state = :state, why = :why WHERE message_id = :message_id;

-- name: end_useless(now, why, most)!
-- Some of what has waited until nobody needs it any more.
UPDATE outbox SET state = 'failed', why = :why WHERE message_id IN (
    SELECT message_id FROM outbox WHERE state = 'queued' AND not_after IS NOT NULL AND not_after < :now LIMIT :most);

-- name: hold(channel, chat, until)!
-- Nothing goes to this chat before that moment; an empty chat is everybody on the channel, an empty channel all of them.
INSERT INTO holds (channel, chat, until) VALUES (:channel, :chat, :until)
ON CONFLICT (channel, chat) DO UPDATE SET until = CASE WHEN excluded.until > holds.until THEN excluded.until ELSE holds.until END;

-- name: held_until(channel)$
-- Until when nothing goes to anybody on a channel.
SELECT COALESCE(MAX(until), 0) FROM holds WHERE channel = :channel AND chat = '';

-- name: sent_since(channel, first, moment)
-- What left a channel since a moment, the oldest first; nothing that was queued before `first`.
SELECT chat, sent_at FROM outbox
WHERE channel = :channel AND state = 'sent' AND message_id >= :first AND sent_at >= :moment ORDER BY sent_at;

-- name: end_hold(channel, chat)!
-- Messages may go again.
DELETE FROM holds WHERE channel = :channel AND chat = :chat;

-- name: waiting_since_before(moment)$
-- How many messages were queued before a moment and have not gone.
SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending') AND created_at <= :moment;

-- name: give_up_older(moment, why)!
-- The messages queued before a moment will not be sent.
UPDATE outbox SET state = 'failed', why = :why WHERE state IN ('queued', 'sending') AND created_at <= :moment;

-- name: move(channel, chat, new_chat)!
-- The platform gave the chat another id.
UPDATE outbox SET chat = :new_chat WHERE message_id IN (
    SELECT message_id FROM outbox WHERE channel = :channel AND chat = :chat AND state = 'queued'
    UNION ALL
    SELECT message_id FROM outbox WHERE channel = :channel AND chat = :chat AND state = 'sending');

-- name: left_sending()
-- What was being sent when the program ended: nobody knows whether it arrived.
SELECT message_id, channel, chat, lane, body, attempts, parts_sent, about, created_at, not_after, supersedes, instead_of
FROM outbox WHERE state = 'sending';

-- name: waiting()$
-- How many messages are still to be delivered.
SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'queued') + (SELECT COUNT(*) FROM outbox WHERE state = 'sending');

-- name: oldest_due(now)$
-- Since when the oldest message waits that could have gone.
SELECT MIN(not_before) FROM outbox WHERE state = 'queued' AND not_before <= :now;

-- name: sent_to(channel, most)
-- The latest delivered messages of a channel, newest first: our side of a mailbox.
SELECT o.message_id, o.chat, o.lane, o.body, o.sent_at, o.shown_at, o.changed_at, l.token FROM outbox o
LEFT JOIN links l ON l.message_id = o.message_id
WHERE o.channel = :channel AND o.state = 'sent' AND o.emptied_at IS NULL ORDER BY o.message_id DESC LIMIT :most;

-- name: shown(message_id, shown_at)!
-- The person's screen has shown the message.
UPDATE outbox SET shown_at = :shown_at WHERE message_id = :message_id AND shown_at IS NULL;

-- name: wait_all()!
-- What was being sent waits like everything else.
UPDATE outbox SET state = 'queued' WHERE state = 'sending';

-- name: put_right(now, latest)!
-- What a clock that ran ahead put off for its own time may go now.
UPDATE outbox SET not_before = :now
WHERE state = 'queued' AND not_before > :latest AND (created_at > :latest OR attempted_at > :latest);

-- name: given_up_late(lane, since, now)
-- The messages of a lane that waited until they were of no use, by what they were about.
SELECT about, COUNT(*) AS count FROM outbox
WHERE about IS NOT NULL AND lane = :lane AND state = 'failed' AND why = 'too_late' AND not_after > :since AND not_after <= :now
GROUP BY about ORDER BY about;

-- name: states_about(about)
-- What became of the messages about something.
SELECT state, COUNT(*) AS count FROM outbox WHERE about = :about GROUP BY state;

-- name: unsent(channel, chat, lane, most)$
SELECT COUNT(*) AS n FROM (
    SELECT 1 FROM outbox WHERE channel = :channel AND chat = :chat AND lane = :lane AND state = 'queued' LIMIT :most
);

-- name: is_unsent(channel, chat, key)$
SELECT 1 AS found FROM outbox WHERE channel = :channel AND chat = :chat AND supersedes = :key AND state = 'queued' LIMIT 1;
