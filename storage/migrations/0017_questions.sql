-- Questions: approved answers, tickets with their steps, complaints that are passed on, and what decides who answers.

-- What may be answered at once: approved by whoever loads the file, or by a second officer.
CREATE TABLE faq (
    faq_id      TEXT PRIMARY KEY,
    unit_id     TEXT NOT NULL REFERENCES units (unit_id),
    question    TEXT NOT NULL,
    variants    TEXT NOT NULL DEFAULT '',  -- other ways to ask it, with bars between them
    answer      TEXT NOT NULL,
    source      TEXT NOT NULL,
    valid_from  TEXT NOT NULL,
    valid_to    TEXT  -- the last day
);

CREATE TABLE answer_templates (
    template_id TEXT PRIMARY KEY,
    unit_id     TEXT NOT NULL REFERENCES units (unit_id),
    title       TEXT NOT NULL,
    body        TEXT NOT NULL,
    source      TEXT NOT NULL DEFAULT ''
);

-- Who answers, and in how many working hours; an empty project or group is any.
CREATE TABLE ticket_rules (
    unit_id            TEXT NOT NULL REFERENCES units (unit_id),
    project_id         TEXT NOT NULL DEFAULT '',
    neighborhood_group TEXT NOT NULL DEFAULT '',
    officer_name       TEXT NOT NULL DEFAULT '',
    hours              INTEGER,
    PRIMARY KEY (unit_id, project_id, neighborhood_group)
);

-- Where a complaint, a denunciation or a petition goes by law, and within which days.
CREATE TABLE legal_routes (
    route_id   TEXT PRIMARY KEY,
    unit_id    TEXT NOT NULL REFERENCES units (unit_id),
    kind       TEXT NOT NULL CHECK (kind IN ('complaint', 'denunciation', 'petition')),
    where_to   TEXT NOT NULL,
    rules      TEXT NOT NULL,
    source     TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to   TEXT
);

-- What was asked in free words, and which approved answer was given.
CREATE TABLE asked (
    asked_id  TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (person_id),
    unit_id   TEXT NOT NULL REFERENCES units (unit_id),
    words     TEXT NOT NULL,
    faq_id    TEXT REFERENCES faq (faq_id),
    at        BIGINT NOT NULL
);
CREATE INDEX asked_unit ON asked (unit_id, at);
CREATE TABLE asked_verdicts (
    asked_id TEXT PRIMARY KEY REFERENCES asked (asked_id),
    verdict  TEXT NOT NULL CHECK (verdict IN ('right', 'wrong')),
    at       BIGINT NOT NULL
);

CREATE TABLE tickets (
    ticket_id    TEXT PRIMARY KEY,
    series       TEXT NOT NULL,
    year         INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    code         TEXT NOT NULL UNIQUE,
    unit_id      TEXT NOT NULL REFERENCES units (unit_id),
    kind         TEXT NOT NULL CHECK (kind IN ('question', 'money', 'notice', 'complaint', 'petition')),
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    household_id TEXT REFERENCES households (household_id),
    project_id   TEXT REFERENCES projects (project_id),
    notice_code  TEXT NOT NULL DEFAULT '',
    words        TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'asked', 'answered', 'closed')),
    assignee_id  TEXT REFERENCES people (person_id),
    hours        INTEGER NOT NULL,
    due_at       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE (series, year, number)
);
CREATE INDEX tickets_waiting ON tickets (due_at) WHERE state <> 'closed';
CREATE INDEX tickets_person ON tickets (person_id, created_at);

-- What was done with a ticket: never changed, never removed by the program.
CREATE TABLE ticket_steps (
    step_id     TEXT PRIMARY KEY,
    ticket_id   TEXT NOT NULL REFERENCES tickets (ticket_id),
    position    INTEGER NOT NULL,
    step        TEXT NOT NULL,
    person_id   TEXT NOT NULL REFERENCES people (person_id),
    to_state    TEXT NOT NULL,
    assignee_id TEXT REFERENCES people (person_id),
    words       TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL DEFAULT '',
    due_at      BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    UNIQUE (ticket_id, position)
);
CREATE TRIGGER ticket_steps_stay BEFORE UPDATE ON ticket_steps
BEGIN SELECT RAISE(ABORT, 'a step of a ticket is never changed'); END;
CREATE TRIGGER ticket_steps_kept BEFORE DELETE ON ticket_steps
BEGIN SELECT RAISE(ABORT, 'a step of a ticket is never removed'); END;

-- A ticket as its card shows it.
CREATE VIEW ticket_sheets AS
SELECT t.ticket_id, t.code, t.kind, t.unit_id, t.person_id, p.name AS asker_name, t.household_id,
       COALESCE(h.head_name, '') AS head_name, COALESCE(h.neighborhood_group, '') AS neighborhood_group, t.project_id,
       COALESCE(j.name, '') AS project_name, t.notice_code, t.words, t.state, t.assignee_id,
       COALESCE(o.name, '') AS assignee_name, t.hours, t.due_at, t.created_at,
       (SELECT COALESCE(MAX(s.position), 0) FROM ticket_steps s WHERE s.ticket_id = t.ticket_id) AS steps
FROM tickets t
JOIN people p ON p.person_id = t.person_id
LEFT JOIN households h ON h.household_id = t.household_id
LEFT JOIN projects j ON j.project_id = t.project_id
LEFT JOIN people o ON o.person_id = t.assignee_id;

-- Complaints, denunciations and petitions that were shown their way. A denunciation has no words here, and a person
-- only where they asked to be called.
CREATE TABLE referrals (
    referral_id TEXT PRIMARY KEY,
    code        TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL CHECK (kind IN ('complaint', 'denunciation', 'petition')),
    unit_id     TEXT NOT NULL REFERENCES units (unit_id),
    person_id   TEXT REFERENCES people (person_id),
    route_id    TEXT REFERENCES legal_routes (route_id),
    at          BIGINT NOT NULL
);
CREATE TRIGGER referrals_stay BEFORE UPDATE ON referrals
BEGIN SELECT RAISE(ABORT, 'a referral is never changed'); END;
CREATE TRIGGER referrals_kept BEFORE DELETE ON referrals
BEGIN SELECT RAISE(ABORT, 'a referral is never removed'); END;
CREATE TABLE referral_views (
    referral_id TEXT NOT NULL REFERENCES referrals (referral_id),
    person_id   TEXT NOT NULL REFERENCES people (person_id),
    at          BIGINT NOT NULL
);

-- An answer that an officer wants to be given at once next time; somebody else decides.
CREATE TABLE faq_proposals (
    proposal_id TEXT PRIMARY KEY,
    unit_id     TEXT NOT NULL REFERENCES units (unit_id),
    ticket_id   TEXT NOT NULL REFERENCES tickets (ticket_id),
    question    TEXT NOT NULL,
    answer      TEXT NOT NULL,
    source      TEXT NOT NULL,
    person_id   TEXT NOT NULL REFERENCES people (person_id),
    at          BIGINT NOT NULL
);
CREATE TABLE faq_decisions (
    proposal_id TEXT PRIMARY KEY REFERENCES faq_proposals (proposal_id),
    approved    BOOLEAN NOT NULL,
    person_id   TEXT NOT NULL REFERENCES people (person_id),
    at          BIGINT NOT NULL
);
