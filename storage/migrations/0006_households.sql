-- Households and their people: parcels that a newer list no longer has, who speaks for a household, claims without a code.

ALTER TABLE parcels ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE parcels ADD COLUMN gone_on TEXT;  -- the day from which the project's list no longer has it; NULL is there now
CREATE INDEX parcels_plot ON parcels (map_sheet, plot);

ALTER TABLE household_members ADD COLUMN representative BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX household_members_representative ON household_members (household_id)
WHERE representative AND until IS NULL;

-- Which households a project is about now: those with land in its latest list.
CREATE VIEW project_households AS
SELECT DISTINCT project_id, household_id FROM parcels WHERE gone_on IS NULL;

-- Somebody without a code says which land is theirs; an officer decides, once.
CREATE TABLE household_claims (
    claim_id     TEXT PRIMARY KEY,
    unit_id      TEXT NOT NULL REFERENCES units (unit_id),
    project_id   TEXT NOT NULL REFERENCES projects (project_id),
    channel      TEXT NOT NULL,
    account      TEXT NOT NULL,
    chat         TEXT NOT NULL,
    name         TEXT NOT NULL,
    map_sheet    TEXT NOT NULL,
    plot         TEXT NOT NULL,
    text_version TEXT NOT NULL,
    draft        TEXT UNIQUE,
    made_at      BIGINT NOT NULL,
    outcome      TEXT CHECK (outcome IN ('approved', 'refused')),
    household_id TEXT REFERENCES households (household_id),
    reason       TEXT NOT NULL DEFAULT '',
    decided_by   TEXT REFERENCES people (person_id),
    decided_at   BIGINT
);
CREATE INDEX household_claims_waiting ON household_claims (unit_id, made_at) WHERE outcome IS NULL;
CREATE INDEX household_claims_account ON household_claims (channel, account, made_at);
