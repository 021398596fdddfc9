-- A person may give a telephone number and the name that goes with it, for one purpose; they are asked once.

ALTER TABLE people ADD COLUMN phone TEXT NOT NULL DEFAULT '';  -- E.164, '' when it was not given
ALTER TABLE people ADD COLUMN contact_name TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN phone_asked_at BIGINT;
