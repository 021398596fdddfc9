-- name: load(channel, chat, sender)$
-- What is going on with this person in this chat.
SELECT state FROM conversations WHERE channel = :channel AND chat = :chat AND sender = :sender;

-- name: save(channel, chat, sender, state)!
-- Remember what is going on.
INSERT INTO conversations (channel, chat, sender, state) VALUES (:channel, :chat, :sender, :state)
ON CONFLICT (channel, chat, sender) DO UPDATE SET state = excluded.state;

-- name: finish_draft(draft, form, finished_at)!
-- A form was sent; a second sending of the same draft violates the key.
INSERT INTO finished_drafts (draft, form, finished_at) VALUES (:draft, :form, :finished_at);

-- name: draft_finished_at(draft)$
-- When a draft was sent, if it was.
SELECT finished_at FROM finished_drafts WHERE draft = :draft;
