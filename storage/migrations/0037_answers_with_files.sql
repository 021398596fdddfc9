-- An answer may rest on a document or a photo that goes with it.
ALTER TABLE ticket_steps ADD COLUMN media_id TEXT REFERENCES media (media_id);
