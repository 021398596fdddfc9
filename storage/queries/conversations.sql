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

-- name: finish_draft(draft, form, finished_at)!
-- A form was sent; a second sending of the same draft violates the key.
INSERT INTO finished_drafts (draft, form, finished_at) VALUES (:draft, :form, :finished_at);

-- name: draft_finished_at(draft)$
-- When a draft was sent, if it was.
SELECT finished_at FROM finished_drafts WHERE draft = :draft;
