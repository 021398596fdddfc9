-- Who is away, until when, and who stands in; a deputy of a unit hears of what is owed only while its secretary is away.

ALTER TABLE memberships ADD COLUMN deputy BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE invitations ADD COLUMN deputy BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE leaves (
    leave_id  TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (person_id),
    first_on  TEXT NOT NULL,
    last_on   TEXT NOT NULL,
    deputy_id TEXT REFERENCES people (person_id),  -- whom the person named, if anybody
    ended_on  TEXT,                                -- the day from which it no longer holds: back early, or said anew
    draft     TEXT NOT NULL UNIQUE,
    said_at   BIGINT NOT NULL,
    CHECK (first_on <= last_on)
);
CREATE INDEX leaves_days ON leaves (last_on, person_id);
