-- name: rule(rule, day)$
-- How many days a rule gives on a day.
SELECT days FROM data_rules
WHERE rule = :rule AND valid_from <= :day AND (valid_to IS NULL OR valid_to >= :day)
ORDER BY valid_from DESC LIMIT 1;

-- name: accounts_of(person_id)
-- Where a person writes from.
SELECT channel, account, chat, joined_at FROM accounts WHERE person_id = :person_id ORDER BY joined_at, channel, account;

-- name: homes_of(person_id)
-- The households a person belongs to.
SELECT h.head_name, m.since, m.representative FROM household_members m
JOIN households h ON h.household_id = m.household_id
WHERE m.person_id = :person_id AND m.until IS NULL ORDER BY m.since, h.household_id;

-- name: consents_of(person_id)
-- What a person said yes or no to: the latest word on each purpose.
SELECT c.purpose, c.text_version, c.channel, c.given_at, c.withdrawn_at FROM consents c
WHERE c.person_id = :person_id AND NOT EXISTS (
    SELECT 1 FROM consents l WHERE l.person_id = c.person_id AND l.purpose = c.purpose AND l.consent_id > c.consent_id)
ORDER BY c.purpose;

-- name: counts_of(person_id)^
-- How many records carry a person's name.
SELECT (SELECT COUNT(*) FROM notice_answers WHERE person_id = :person_id) AS answers,
       (SELECT COUNT(*) FROM models WHERE author_id = :person_id) AS models,
       (SELECT COUNT(*) FROM outreach_sessions WHERE author_id = :person_id) AS sessions;

-- name: withdraw(person_id, purpose, now)!
-- Every yes to a purpose is taken back.
UPDATE consents SET withdrawn_at = :now WHERE person_id = :person_id AND purpose = :purpose AND withdrawn_at IS NULL;

-- name: agrees(person_id, purpose)$
-- Whether a person said yes to a purpose and has not taken it back.
SELECT 1 FROM consents WHERE person_id = :person_id AND purpose = :purpose AND withdrawn_at IS NULL LIMIT 1;

-- name: ask(request_id, person_id, kind, channel, asked_at, due_on, done_at)!
-- A person asks something about their data; a second deletion while one waits is the same request.
INSERT INTO data_requests (request_id, person_id, kind, channel, asked_at, due_on, done_at)
VALUES (:request_id, :person_id, :kind, :channel, :asked_at, :due_on, :done_at)
ON CONFLICT DO NOTHING;

-- name: deletion_of(person_id)^
-- The deletion that a person waits for.
SELECT request_id, asked_at, due_on FROM data_requests
WHERE person_id = :person_id AND kind = 'delete' AND done_at IS NULL AND withdrawn_at IS NULL;

-- name: take_back(person_id, now)$
-- The person does not want the deletion any more.
UPDATE data_requests SET withdrawn_at = :now
WHERE person_id = :person_id AND kind = 'delete' AND done_at IS NULL AND withdrawn_at IS NULL
RETURNING request_id;

-- name: deletions(before)
-- The deletions that were asked for before a moment and wait.
SELECT request_id FROM data_requests
WHERE kind = 'delete' AND done_at IS NULL AND withdrawn_at IS NULL AND asked_at < :before ORDER BY asked_at, request_id;

-- name: to_delete(request_id)$
-- Of whom a deletion is asked for that still waits.
SELECT person_id FROM data_requests
WHERE request_id = :request_id AND kind = 'delete' AND done_at IS NULL AND withdrawn_at IS NULL;

-- name: done(request_id, now)!
-- A request was carried out.
UPDATE data_requests SET done_at = :now WHERE request_id = :request_id;

-- name: rename(person_id, name)!
-- A person is called something else.
UPDATE people SET name = :name WHERE person_id = :person_id;

-- name: empty_chat(channel, chat, now)!
-- The words of everything sent to a chat are taken away; what was sent when, and how it went, stays.
UPDATE outbox SET body = '{"text":"","choices":[],"controls":[]}', emptied_at = :now
WHERE channel = :channel AND chat = :chat AND state NOT IN ('queued', 'sending') AND emptied_at IS NULL;

-- name: drop_waiting(channel, chat)!
-- What still waits for a chat is not sent any more.
UPDATE outbox SET state = 'superseded', why = 'forgotten' WHERE channel = :channel AND chat = :chat AND state = 'queued';

-- name: forget_words(channel, account)!
-- What a person wrote.
DELETE FROM inbox WHERE channel = :channel AND sender = :account AND state <> 'received';

-- name: forget_conversation(channel, account)!
-- What was going on with a person.
DELETE FROM conversations WHERE channel = :channel AND sender = :account;

-- name: forget_guesses(channel, account)!
-- The wrong codes that a person typed.
DELETE FROM wrong_codes WHERE channel = :channel AND account = :account;

-- name: forget_account(channel, account)!
-- An account is nobody's.
DELETE FROM accounts WHERE channel = :channel AND account = :account;

-- name: forget_claims(channel, account)!
-- Who it was that claimed land without a code.
UPDATE household_claims SET name = '', chat = '', account = '' WHERE channel = :channel AND account = :account;

-- name: forget_pictures(channel, chat)!
-- The pictures that came from a chat are not kept any longer; what a notice or its service on paper rests on is.
UPDATE media SET state = 'lost', why = 'expired' WHERE channel = :channel AND chat = :chat AND state <> 'lost'
  AND NOT EXISTS (SELECT 1 FROM paper_service_photos p WHERE p.media_id = media.media_id)
  AND NOT EXISTS (SELECT 1 FROM notice_files n WHERE n.media_id = media.media_id);

-- name: end_roles(person_id, now)!
-- A person holds no role any more.
UPDATE memberships SET until = :now WHERE person_id = :person_id AND until IS NULL;

-- name: leave_homes(person_id, now)!
-- A person belongs to no household any more.
UPDATE household_members SET until = :now WHERE person_id = :person_id AND until IS NULL;

-- name: untie_individual(person_id)!
-- An individual's public record is no longer tied to a person.
UPDATE individuals SET person_id = NULL WHERE person_id = :person_id;

-- name: forget_invited_name(person_id)!
-- The name that stood on the invitation.
UPDATE invitations SET person_name = '' WHERE used_by = :person_id;

-- name: withdraw_all(person_id, now)!
-- Every yes is taken back; that it was given, when and to which words, stays as the proof.
UPDATE consents SET withdrawn_at = :now WHERE person_id = :person_id AND withdrawn_at IS NULL;

-- name: old_words(until)
-- What people wrote longer ago than it is kept, also what nobody could read.
SELECT receipt_id AS id FROM inbox WHERE state <> 'received' AND received_at < :until ORDER BY receipt_id;

-- name: forget_old_words(id)*!
-- Something that somebody wrote.
DELETE FROM inbox WHERE receipt_id = :id AND state <> 'received';

-- name: old_conversations(until)!
-- Forms that somebody left open, or dropped, longer ago than words are kept.
DELETE FROM conversations WHERE acted_at > 0 AND acted_at < :until;

-- name: old_replies(until)
-- What was sent longer ago than its words are kept.
SELECT message_id AS id FROM outbox
WHERE created_at < :until AND state NOT IN ('queued', 'sending') AND emptied_at IS NULL ORDER BY message_id;

-- name: forget_old_replies(id, now)*!
-- The words of something that was sent.
UPDATE outbox SET body = '{"text":"","choices":[],"controls":[]}', emptied_at = :now
WHERE message_id = :id AND state NOT IN ('queued', 'sending') AND emptied_at IS NULL;

-- name: old_guesses(until)!
-- Wrong codes of long ago.
DELETE FROM wrong_codes WHERE at < :until;

-- name: old_pictures(until_id)
-- Pictures that came longer ago than they are kept; those that belong to a ledger stay as long as it does.
SELECT media_id AS id FROM media WHERE media_id < :until_id AND state <> 'lost'
  AND NOT EXISTS (SELECT 1 FROM paper_service_photos p WHERE p.media_id = media.media_id)
  AND NOT EXISTS (SELECT 1 FROM notice_files n WHERE n.media_id = media.media_id) ORDER BY media_id;

-- name: forget_old_pictures(id)*!
-- A picture, unless it has come to belong to a ledger.
UPDATE media SET state = 'lost', why = 'expired' WHERE media_id = :id AND state <> 'lost'
  AND NOT EXISTS (SELECT 1 FROM paper_service_photos p WHERE p.media_id = media.media_id)
  AND NOT EXISTS (SELECT 1 FROM notice_files n WHERE n.media_id = media.media_id);
