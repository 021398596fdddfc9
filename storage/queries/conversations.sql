-- name: load(channel, chat, sender)$
-- What is going on with this person in this chat.
SELECT state FROM conversations WHERE channel = :channel AND chat = :chat AND sender = :sender;

-- name: save(channel, chat, sender, state, acted_at)!
-- Remember what is going on, and when the person last did something; what we say ourselves (0) moves nothing.
INSERT INTO conversations (channel, chat, sender, state, acted_at)
VALUES (:channel, :chat, :sender, :state, :acted_at)
ON CONFLICT (channel, chat, sender) DO UPDATE SET state = excluded.state,
    acted_at = CASE WHEN excluded.acted_at > 0 THEN excluded.acted_at ELSE conversations.acted_at END;

-- name: acted_at(channel, chat, sender)$
-- When the person last did something here.
SELECT acted_at FROM conversations WHERE channel = :channel AND chat = :chat AND sender = :sender;

-- name: left_by(idle_from, idle_until, purpose)
-- Who may have left a form half-filled, did nothing since, and agreed to be written to. Secretaries are reminded of theirs.
SELECT DISTINCT a.person_id FROM conversations c
JOIN accounts a ON a.channel = c.channel AND a.account = c.sender AND a.chat = c.chat AND a.unreachable IS NULL
WHERE c.acted_at > :idle_from AND c.acted_at <= :idle_until AND instr(c.state, '"draft"') > 0
  AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = a.person_id AND m.role = 'secretary' AND m.until IS NULL)
  AND EXISTS (SELECT 1 FROM consents k WHERE k.person_id = a.person_id AND k.purpose = :purpose AND k.withdrawn_at IS NULL)
ORDER BY a.person_id;

-- name: left_of(person_id, idle_from, idle_until)
-- What somebody is in the middle of, in their own chats, and did nothing since.
SELECT a.person_id, c.channel, c.chat, a.account, c.state FROM accounts a
JOIN conversations c ON c.channel = a.channel AND c.chat = a.chat AND c.sender = a.account
WHERE a.person_id = :person_id AND a.unreachable IS NULL AND c.acted_at > :idle_from AND c.acted_at <= :idle_until
ORDER BY c.acted_at DESC;

-- name: finish_draft(draft, form, finished_at)!
-- A form was sent; a second sending of the same draft violates the key.
INSERT INTO finished_drafts (draft, form, finished_at) VALUES (:draft, :form, :finished_at);

-- name: draft_finished_at(draft)$
-- When a draft was sent, if it was.
SELECT finished_at FROM finished_drafts WHERE draft = :draft;
