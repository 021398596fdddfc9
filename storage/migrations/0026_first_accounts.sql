-- Somebody with several accounts is written to on the one that they used last; what fails there for good goes once to the next.

ALTER TABLE accounts ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
UPDATE accounts SET used_at = joined_at;

-- Each person's reachable accounts, the one used last at place 1: what "whom do we write to, and where" is decided by.
CREATE VIEW reachable_accounts AS
SELECT a.channel, a.account, a.chat, a.person_id, a.used_at, 1 + (
    SELECT COUNT(*) FROM accounts b WHERE b.person_id = a.person_id AND b.unreachable IS NULL
      AND (b.used_at > a.used_at OR (b.used_at = a.used_at AND b.channel || ' ' || b.account > a.channel || ' ' || a.account))) AS place
FROM accounts a WHERE a.unreachable IS NULL;
CREATE VIEW first_accounts AS SELECT channel, account, chat, person_id FROM reachable_accounts WHERE place = 1;

-- A message that goes to another account because the first could not be reached names the one that failed.
ALTER TABLE outbox ADD COLUMN instead_of TEXT;
