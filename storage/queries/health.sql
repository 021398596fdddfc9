-- name: open_alarms()
-- What is wrong at the moment, the oldest first.
SELECT alarm_id, kind, subject, detail, began_at, well_since FROM alarms WHERE over_at IS NULL ORDER BY began_at, alarm_id;

-- name: raise_alarm(alarm_id, kind, subject, detail, began_at)!
-- Something began to be wrong.
INSERT INTO alarms (alarm_id, kind, subject, detail, began_at) VALUES (:alarm_id, :kind, :subject, :detail, :began_at);

-- name: end_alarm(alarm_id, over_at)!
-- It is well again.
UPDATE alarms SET over_at = :over_at WHERE alarm_id = :alarm_id;

-- name: seems_well(alarm_id, since)!
-- Since when it has not been seen any more; nothing when it is seen again.
UPDATE alarms SET well_since = :since WHERE alarm_id = :alarm_id;

-- name: falls_silent(channel, why, since)!
-- Nothing passes through a channel; the first moment of it is kept.
INSERT INTO silent_channels (channel, why, since) VALUES (:channel, :why, :since)
ON CONFLICT (channel) DO UPDATE SET why = excluded.why;

-- name: passes_again(channel)!
-- Something passed through the channel.
DELETE FROM silent_channels WHERE channel = :channel;

-- name: silent_since(before)
-- The channels through which nothing has passed since some moment or longer.
SELECT channel, why, since FROM silent_channels WHERE since <= :before ORDER BY channel;

-- name: stuck(lane, before)^
-- How many messages of a lane could have gone before a moment and still wait, and since when the first of them.
SELECT COUNT(*) AS count, MIN(not_before) AS since FROM outbox
WHERE state = 'queued' AND lane = :lane AND not_before <= :before;

-- name: skipped_since(since)
-- The runs of jobs that came too late to be of use.
SELECT DISTINCT job, slot FROM job_runs WHERE outcome = 'skipped' AND reason = 'too_late' AND ran_at > :since
ORDER BY slot, job;

-- name: set_aside_since(since)$
-- How many updates were set aside, because they could not be understood or answered.
SELECT COUNT(*) FROM inbox WHERE state = 'quarantined' AND done_at > :since;

-- name: note_backup(path, made_at, size)!
-- A copy was made and looked through.
INSERT INTO backups (path, made_at, size) VALUES (:path, :made_at, :size)
ON CONFLICT (path) DO UPDATE SET made_at = excluded.made_at, size = excluded.size;

-- name: last_backup(latest)^
-- The newest copy that was not made while the clock ran ahead.
SELECT path, made_at, size FROM backups WHERE made_at <= :latest ORDER BY made_at DESC LIMIT 1;

-- name: messages_by_state()
-- How many messages there are in each state, by channel.
SELECT channel, state, COUNT(*) AS count FROM outbox GROUP BY channel, state ORDER BY channel, state;

-- name: updates_by_state()
-- How many updates there are in each state, by channel.
SELECT channel, state, COUNT(*) AS count FROM inbox GROUP BY channel, state ORDER BY channel, state;

-- name: failed_since(since)
-- What platforms have refused for good lately: how many messages of each channel, for each reason.
SELECT channel, why, COUNT(*) AS count FROM outbox
WHERE state = 'failed' AND attempted_at > :since AND why IS NOT NULL
GROUP BY channel, why ORDER BY channel, why;
