-- A household's printed slip lets several of its people join; a new slip makes the old one worthless.

ALTER TABLE invitations ADD COLUMN uses_left INTEGER NOT NULL DEFAULT 1;
CREATE INDEX invitations_household ON invitations (household_id) WHERE household_id IS NOT NULL;
