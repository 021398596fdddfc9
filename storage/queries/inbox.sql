-- name: receive(receipt_id, channel, bot, update_key, raw, received_at)$
-- Keep an update once; nothing comes back when it is already here.
INSERT INTO inbox (receipt_id, channel, bot, update_key, raw, received_at)
VALUES (:receipt_id, :channel, :bot, :update_key, :raw, :received_at)
ON CONFLICT (channel, bot, update_key) DO NOTHING
RETURNING receipt_id;

-- name: undone()
-- The updates that were received and never finished, in order of receipt.
SELECT receipt_id, channel, raw, received_at, attempts FROM inbox WHERE state = 'received' ORDER BY receipt_id;

-- name: count_attempt(receipt_id)!
-- One more try of an update that did not finish the last time.
UPDATE inbox SET attempts = attempts + 1 WHERE receipt_id = :receipt_id;

-- name: settle(receipt_id, state, done_at, trouble, sender)!
-- The update is finished, ignored by rule, or set aside for a person to look at; who wrote it, where that is known.
UPDATE inbox SET state = :state, done_at = :done_at, trouble = :trouble, sender = :sender WHERE receipt_id = :receipt_id;

-- name: last_received(channel)$
-- When the last update of a channel came.
SELECT MAX(received_at) FROM inbox WHERE channel = :channel;

-- name: hush(receipt_id)!
-- What an update said is taken away; that it came, and under which key, stays.
UPDATE inbox SET raw = '{}' WHERE receipt_id = :receipt_id;

-- name: quarantined()$
-- How many updates wait for a person to look at them.
SELECT COUNT(*) FROM inbox WHERE state = 'quarantined';

-- name: try_again()
-- What was set aside counts as received again, to be tried from the start.
UPDATE inbox SET state = 'received', attempts = 0, done_at = NULL, trouble = NULL WHERE state = 'quarantined'
RETURNING receipt_id;

-- name: said_on(channel, most)
-- The latest updates of a channel as they came, newest first: the person's side of a mailbox.
SELECT receipt_id, raw, received_at FROM inbox WHERE channel = :channel ORDER BY receipt_id DESC LIMIT :most;
