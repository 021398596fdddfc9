-- name: note_outage(outage_id, channel, began_at, ended_at)!
-- Nothing reached us over a channel for a while; one that was noted already is not noted again.
INSERT INTO outages (outage_id, channel, began_at, ended_at)
SELECT :outage_id, :channel, :began_at, :ended_at
WHERE NOT EXISTS (SELECT 1 FROM outages WHERE channel = :channel AND ended_at > :began_at);

-- name: open_outage()^
-- An outage of which somebody is still to be told: for the program, never for a person.
SELECT outage_id, channel, began_at, ended_at, after_account FROM outages
WHERE finished_at IS NULL ORDER BY outage_id LIMIT 1;

-- name: next_to_tell(channel, after_account, wrote_from, wrote_until, most)
-- The next accounts to be told of an outage, by identifier: who wrote over the channel lately may have written then.
SELECT a.account, a.chat, EXISTS (
    SELECT 1 FROM memberships m WHERE m.person_id = a.person_id AND m.role <> 'resident' AND m.until IS NULL
) AS staff
FROM accounts a
WHERE a.channel = :channel AND a.account > :after_account AND a.unreachable IS NULL AND a.account IN (
    SELECT i.sender FROM inbox i
    WHERE i.channel = :channel AND i.received_at > :wrote_from AND i.received_at <= :wrote_until)
ORDER BY a.account LIMIT :most;

-- name: told_up_to(outage_id, after_account)!
-- How far the telling has come.
UPDATE outages SET after_account = :after_account WHERE outage_id = :outage_id;

-- name: end_outage(outage_id, now)!
-- Everybody was told; whoever was the last of them needs not be known any more.
UPDATE outages SET finished_at = :now, after_account = '' WHERE outage_id = :outage_id;
