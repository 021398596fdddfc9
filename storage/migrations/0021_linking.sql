-- A code may invite to be somebody who is known already: one person on a second channel.
ALTER TABLE invitations ADD COLUMN links_to TEXT REFERENCES people (person_id);
