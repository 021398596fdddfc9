-- Instants are epoch milliseconds UTC, days ISO text, identifiers sortable text made by the program.
-- Codes that people use for units, projects and campaigns are unique in an installation and serve as keys.

-- The receipt, the conversation, the reply ------------------------------------------------------

CREATE TABLE inbox (
    receipt_id  TEXT PRIMARY KEY,
    channel     TEXT NOT NULL,
    bot         TEXT NOT NULL,
    update_key  TEXT NOT NULL,
    raw         TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'received'
                CHECK (state IN ('received', 'done', 'ignored', 'quarantined')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    done_at     BIGINT,
    trouble     TEXT,
    UNIQUE (channel, bot, update_key)
);
CREATE INDEX inbox_undone ON inbox (receipt_id) WHERE state = 'received';
CREATE INDEX inbox_quarantined ON inbox (receipt_id) WHERE state = 'quarantined';

CREATE TABLE conversations (
    channel TEXT NOT NULL,
    chat    TEXT NOT NULL,
    sender  TEXT NOT NULL,
    state   TEXT NOT NULL,
    PRIMARY KEY (channel, chat, sender)
);

CREATE TABLE finished_drafts (
    draft       TEXT PRIMARY KEY,
    form        TEXT NOT NULL,
    finished_at BIGINT NOT NULL
);

CREATE TABLE outbox (
    message_id   TEXT PRIMARY KEY,
    channel      TEXT NOT NULL,
    chat         TEXT NOT NULL,
    lane         INTEGER NOT NULL,
    body         TEXT NOT NULL,
    supersedes   TEXT,
    about        TEXT,
    state        TEXT NOT NULL DEFAULT 'queued'
                 CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'in_doubt', 'superseded')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    not_before   BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    attempted_at BIGINT,
    sent_at      BIGINT,
    shown_at     BIGINT,
    parts_sent   INTEGER NOT NULL DEFAULT 0,
    platform_id  TEXT,
    why          TEXT
);
CREATE INDEX outbox_line ON outbox (channel, chat, lane, message_id) WHERE state = 'queued';
CREATE INDEX outbox_ready ON outbox (channel, lane, message_id) WHERE state = 'queued';
CREATE INDEX outbox_sending ON outbox (channel, chat) WHERE state = 'sending';
CREATE INDEX outbox_mail ON outbox (channel, message_id) WHERE state = 'sent';
CREATE INDEX outbox_about ON outbox (about) WHERE about IS NOT NULL;

CREATE TABLE holds (
    channel TEXT NOT NULL,
    chat    TEXT NOT NULL,
    until   BIGINT NOT NULL,
    PRIMARY KEY (channel, chat)
);

CREATE TABLE job_runs (
    job       TEXT NOT NULL,
    slot      TEXT NOT NULL,
    recipient TEXT NOT NULL,
    outcome   TEXT NOT NULL CHECK (outcome IN ('queued', 'skipped')),
    reason    TEXT,
    ran_at    BIGINT NOT NULL,
    detail    TEXT,
    PRIMARY KEY (job, slot, recipient)
);

CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    at   BIGINT NOT NULL
);

CREATE TABLE media (
    media_id   TEXT PRIMARY KEY,
    channel    TEXT NOT NULL,
    chat       TEXT NOT NULL,
    ref        TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'kept', 'lost')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before BIGINT NOT NULL,
    sha256     TEXT,
    size       INTEGER,
    why        TEXT
);
CREATE INDEX media_wanted ON media (not_before) WHERE state = 'wanted';

-- Units and people ------------------------------------------------------------------------------

CREATE TABLE units (
    unit_id    TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    parent_id  TEXT REFERENCES units (unit_id),
    valid_from TEXT NOT NULL,
    valid_to   TEXT,
    source     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX units_parent ON units (parent_id);

-- Which units lie below which, every unit being below itself: what a scope is. Rebuilt whenever units change.
CREATE TABLE unit_ancestors (
    unit_id     TEXT NOT NULL REFERENCES units (unit_id),
    ancestor_id TEXT NOT NULL REFERENCES units (unit_id),
    depth       INTEGER NOT NULL,
    PRIMARY KEY (unit_id, ancestor_id)
);
CREATE INDEX unit_ancestors_ancestor ON unit_ancestors (ancestor_id, unit_id);

CREATE TABLE people (
    person_id  TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    channel     TEXT NOT NULL,
    account     TEXT NOT NULL,
    chat        TEXT NOT NULL,
    person_id   TEXT NOT NULL REFERENCES people (person_id),
    unreachable TEXT,
    joined_at   BIGINT NOT NULL,
    PRIMARY KEY (channel, account)
);
CREATE INDEX accounts_person ON accounts (person_id);
CREATE INDEX accounts_chat ON accounts (channel, chat);

CREATE TABLE memberships (
    membership_id TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (person_id),
    unit_id       TEXT NOT NULL REFERENCES units (unit_id),
    role          TEXT NOT NULL CHECK (role IN ('secretary', 'resident', 'officer', 'leader', 'admin')),
    since         BIGINT NOT NULL,
    until         BIGINT,
    UNIQUE (person_id, unit_id, role)
);
CREATE INDEX memberships_unit ON memberships (unit_id, role);

CREATE TABLE invitations (
    code_hash    TEXT PRIMARY KEY,
    role         TEXT NOT NULL,
    unit_id      TEXT NOT NULL REFERENCES units (unit_id),
    household_id TEXT REFERENCES households (household_id),
    individual_id TEXT REFERENCES individuals (individual_id),
    person_name  TEXT NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    used_by      TEXT REFERENCES people (person_id),
    revoked_at   BIGINT
);

CREATE TABLE wrong_codes (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX wrong_codes_account ON wrong_codes (channel, account, at);

CREATE TABLE consents (
    consent_id   TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    purpose      TEXT NOT NULL,
    text_version TEXT NOT NULL,
    channel      TEXT NOT NULL,
    given_at     BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX consents_person ON consents (person_id);

-- The campaign ----------------------------------------------------------------------------------

CREATE TABLE campaigns (
    campaign_id           TEXT PRIMARY KEY,
    unit_id               TEXT NOT NULL REFERENCES units (unit_id),
    year                  INTEGER NOT NULL,
    title                 TEXT NOT NULL,
    opens_on              TEXT NOT NULL,
    registration_deadline TEXT NOT NULL,
    focal_body            TEXT NOT NULL,
    UNIQUE (unit_id, year)
);

CREATE TABLE fields (
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    code        TEXT NOT NULL,
    name        TEXT NOT NULL,
    position    INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, code)
);

CREATE TABLE projects (
    project_id   TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    unit_id      TEXT NOT NULL REFERENCES units (unit_id),
    road_width_m TEXT,
    closed_on    TEXT
);

CREATE TABLE obligations (
    unit_id    TEXT NOT NULL REFERENCES units (unit_id),
    project_id TEXT NOT NULL REFERENCES projects (project_id),
    PRIMARY KEY (unit_id, project_id)
);

CREATE TABLE resolutions (
    unit_id   TEXT NOT NULL REFERENCES units (unit_id),
    number    TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    PRIMARY KEY (unit_id, number)
);

CREATE TABLE individuals (
    individual_id TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    unit_id       TEXT NOT NULL REFERENCES units (unit_id),
    person_id     TEXT REFERENCES people (person_id)
);
CREATE UNIQUE INDEX individuals_person ON individuals (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX individuals_unit ON individuals (unit_id);

CREATE TABLE models (
    model_id            TEXT PRIMARY KEY,
    campaign_id         TEXT NOT NULL REFERENCES campaigns (campaign_id),
    number              INTEGER NOT NULL,
    code                TEXT NOT NULL,
    owner_unit_id       TEXT REFERENCES units (unit_id),
    owner_individual_id TEXT REFERENCES individuals (individual_id),
    field_code          TEXT NOT NULL,
    project_id          TEXT REFERENCES projects (project_id),
    name                TEXT NOT NULL,
    content             TEXT NOT NULL DEFAULT '',
    audience            TEXT NOT NULL DEFAULT '',
    target              TEXT NOT NULL DEFAULT '',
    starts_on           TEXT,
    ends_on             TEXT,
    state               TEXT NOT NULL CHECK (state IN (
        'submitted', 'needs_changes', 'approved', 'in_progress', 'self_assessed',
        'recognized', 'not_recognized', 'archived', 'withdrawn')),
    registered_on       TEXT NOT NULL,
    draft               TEXT UNIQUE,
    author_id           TEXT REFERENCES people (person_id),
    created_at          BIGINT NOT NULL,
    UNIQUE (campaign_id, number),
    CHECK ((owner_unit_id IS NULL) <> (owner_individual_id IS NULL)),
    FOREIGN KEY (campaign_id, field_code) REFERENCES fields (campaign_id, code)
);
CREATE INDEX models_unit ON models (owner_unit_id, campaign_id, number);
CREATE INDEX models_individual ON models (owner_individual_id, campaign_id, number);
CREATE INDEX models_campaign ON models (campaign_id, field_code);

-- What counts in figures, with the unit to whose scope it belongs: everything submitted or further on, but the withdrawn.
CREATE VIEW counted_models AS
SELECT m.model_id, m.campaign_id, m.field_code, m.registered_on, m.owner_unit_id, m.owner_individual_id,
       COALESCE(m.owner_unit_id, i.unit_id) AS home_unit_id
FROM models m LEFT JOIN individuals i ON i.individual_id = m.owner_individual_id
WHERE m.state <> 'withdrawn';

CREATE TABLE outreach_sessions (
    session_id         TEXT PRIMARY KEY,
    campaign_id        TEXT NOT NULL REFERENCES campaigns (campaign_id),
    number             INTEGER NOT NULL,
    code               TEXT NOT NULL,
    host_unit_id       TEXT REFERENCES units (unit_id),
    host_individual_id TEXT REFERENCES individuals (individual_id),
    held_on            TEXT NOT NULL,
    held_at            TEXT,
    model_id           TEXT REFERENCES models (model_id),
    field_code         TEXT,
    project_id         TEXT REFERENCES projects (project_id),
    topic              TEXT NOT NULL DEFAULT '',
    audience           TEXT NOT NULL DEFAULT '',
    place              TEXT NOT NULL DEFAULT '',
    attendee_count     INTEGER,
    household_count    INTEGER,
    outcome            TEXT NOT NULL DEFAULT '',
    draft              TEXT UNIQUE,
    author_id          TEXT REFERENCES people (person_id),
    reported_on        TEXT NOT NULL,
    created_at         BIGINT NOT NULL,
    UNIQUE (campaign_id, number),
    CHECK ((host_unit_id IS NULL) <> (host_individual_id IS NULL))
);
CREATE INDEX sessions_campaign ON outreach_sessions (campaign_id, held_on);
CREATE INDEX sessions_unit ON outreach_sessions (host_unit_id, campaign_id);
CREATE INDEX sessions_individual ON outreach_sessions (host_individual_id, campaign_id);

CREATE TABLE session_cohosts (
    session_id TEXT NOT NULL REFERENCES outreach_sessions (session_id),
    unit_id    TEXT NOT NULL REFERENCES units (unit_id),
    PRIMARY KEY (session_id, unit_id)
);
CREATE INDEX session_cohosts_unit ON session_cohosts (unit_id);

-- A session counts once, for its host and for each co-host.
CREATE VIEW session_participants AS
SELECT session_id, campaign_id, held_on, host_unit_id AS unit_id FROM outreach_sessions WHERE host_unit_id IS NOT NULL
UNION
SELECT s.session_id, s.campaign_id, s.held_on, c.unit_id FROM session_cohosts c
JOIN outreach_sessions s ON s.session_id = c.session_id;

CREATE TABLE session_photos (
    session_id TEXT NOT NULL REFERENCES outreach_sessions (session_id),
    media_id   TEXT NOT NULL REFERENCES media (media_id),
    PRIMARY KEY (session_id, media_id)
);

-- Households and notices ------------------------------------------------------------------------

CREATE TABLE households (
    household_id       TEXT PRIMARY KEY,
    unit_id            TEXT NOT NULL REFERENCES units (unit_id),
    head_name          TEXT NOT NULL,
    address            TEXT NOT NULL,
    neighborhood_group TEXT NOT NULL DEFAULT '',
    source             TEXT NOT NULL DEFAULT ''
);

CREATE TABLE parcels (
    household_id TEXT NOT NULL REFERENCES households (household_id),
    project_id   TEXT NOT NULL REFERENCES projects (project_id),
    map_sheet    TEXT NOT NULL,
    plot         TEXT NOT NULL,
    area_m2      TEXT NOT NULL,
    land_type    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, map_sheet, plot, household_id)
);
CREATE INDEX parcels_household ON parcels (household_id);

CREATE TABLE household_members (
    household_id TEXT NOT NULL REFERENCES households (household_id),
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    since        BIGINT NOT NULL,
    until        BIGINT,
    PRIMARY KEY (household_id, person_id)
);
CREATE INDEX household_members_person ON household_members (person_id);

CREATE TABLE notices (
    notice_id    TEXT PRIMARY KEY,
    code         TEXT NOT NULL UNIQUE,
    project_id   TEXT NOT NULL REFERENCES projects (project_id),
    kind         TEXT NOT NULL,
    content      TEXT NOT NULL,
    draft        TEXT UNIQUE,
    author_id    TEXT NOT NULL REFERENCES people (person_id),
    published_at BIGINT NOT NULL
);

CREATE TABLE notice_recipients (
    recipient_id TEXT PRIMARY KEY,
    notice_id    TEXT NOT NULL REFERENCES notices (notice_id),
    household_id TEXT NOT NULL REFERENCES households (household_id),
    text_hash    TEXT NOT NULL,
    UNIQUE (notice_id, household_id)
);
CREATE INDEX notice_recipients_household ON notice_recipients (household_id);

-- What a household answered: never changed, never removed by the program.
CREATE TABLE notice_answers (
    recipient_id TEXT NOT NULL REFERENCES notice_recipients (recipient_id),
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    answer       TEXT NOT NULL CHECK (answer IN ('received', 'explain')),
    channel      TEXT NOT NULL,
    answered_at  BIGINT NOT NULL,
    PRIMARY KEY (recipient_id, person_id, answer)
);
CREATE TRIGGER notice_answers_stay BEFORE UPDATE ON notice_answers
BEGIN SELECT RAISE(ABORT, 'a household''s answer is never changed'); END;
CREATE TRIGGER notice_answers_kept BEFORE DELETE ON notice_answers
BEGIN SELECT RAISE(ABORT, 'a household''s answer is never removed'); END;
