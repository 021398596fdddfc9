-- A notice has versions, each of which a second person approves. What went to a household, what it answered and what it was
-- served on paper are three kinds of facts: each is only ever added to.

DROP INDEX notices_project;
ALTER TABLE notices RENAME COLUMN published_at TO composed_at;
ALTER TABLE notices ADD COLUMN series_id TEXT REFERENCES notices (notice_id);  -- the first version
ALTER TABLE notices ADD COLUMN number INTEGER NOT NULL DEFAULT 1;
ALTER TABLE notices ADD COLUMN state TEXT NOT NULL DEFAULT 'issued'
    CHECK (state IN ('draft', 'submitted', 'issued', 'replaced', 'withdrawn'));
ALTER TABLE notices ADD COLUMN wording TEXT NOT NULL DEFAULT '';  -- with {names} and [optional parts], as it was then
ALTER TABLE notices ADD COLUMN wording_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN meets_at TEXT;  -- an ISO day or moment
ALTER TABLE notices ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN limits TEXT NOT NULL DEFAULT '[]';  -- JSON: the limits of the day on which it was composed
ALTER TABLE notices ADD COLUMN published_at BIGINT;
UPDATE notices SET series_id = notice_id, published_at = composed_at;
CREATE UNIQUE INDEX notices_version ON notices (series_id, number);
CREATE INDEX notices_project ON notices (project_id, published_at);

-- What was done with a notice, by whom and why. `position` counts: two who act on what they saw can't both be the next.
CREATE TABLE notice_steps (
    step_id   TEXT PRIMARY KEY,
    notice_id TEXT NOT NULL REFERENCES notices (notice_id),
    position  INTEGER NOT NULL,
    step      TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (person_id),
    reason    TEXT NOT NULL DEFAULT '',
    at        BIGINT NOT NULL,
    UNIQUE (notice_id, position)
);
CREATE TRIGGER notice_steps_stay BEFORE UPDATE ON notice_steps
BEGIN SELECT RAISE(ABORT, 'a step of a notice is never changed'); END;
CREATE TRIGGER notice_steps_kept BEFORE DELETE ON notice_steps
BEGIN SELECT RAISE(ABORT, 'a step of a notice is never removed'); END;

-- How far the sending of a notice has come; its households are queued in portions.
CREATE TABLE notice_sendings (
    notice_id   TEXT NOT NULL REFERENCES notices (notice_id),
    purpose     TEXT NOT NULL CHECK (purpose IN ('notice', 'withdrawal')),
    send_from   BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (notice_id, purpose)
);
CREATE INDEX notice_sendings_open ON notice_sendings (send_from) WHERE finished_at IS NULL;
INSERT INTO notice_sendings (notice_id, purpose, send_from, finished_at)
SELECT notice_id, 'notice', composed_at, composed_at FROM notices;

ALTER TABLE notice_recipients ADD COLUMN queued_at BIGINT;
ALTER TABLE notice_recipients ADD COLUMN untold_at BIGINT;  -- when it was told that the notice is withdrawn
UPDATE notice_recipients SET queued_at = (SELECT n.composed_at FROM notices n WHERE n.notice_id = notice_recipients.notice_id);
CREATE INDEX notice_recipients_unqueued ON notice_recipients (notice_id, recipient_id) WHERE queued_at IS NULL;

-- What became of each message to a member of a household: put on its way, sent, delivered (by the platform, or shown by a
-- browser: our own mailbox delivers nothing before), or not.
CREATE TABLE notice_deliveries (
    message_id   TEXT NOT NULL,
    event        TEXT NOT NULL CHECK (event IN ('queued', 'sent', 'delivered', 'failed', 'recalled')),
    recipient_id TEXT NOT NULL REFERENCES notice_recipients (recipient_id),
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    channel      TEXT NOT NULL,
    at           BIGINT NOT NULL,
    why          TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (message_id, event)
);
CREATE INDEX notice_deliveries_recipient ON notice_deliveries (recipient_id, event);
CREATE INDEX notice_deliveries_person ON notice_deliveries (person_id, message_id);
CREATE TRIGGER notice_deliveries_stay BEFORE UPDATE ON notice_deliveries
BEGIN SELECT RAISE(ABORT, 'what became of a message is never changed'); END;
CREATE TRIGGER notice_deliveries_kept BEFORE DELETE ON notice_deliveries
BEGIN SELECT RAISE(ABORT, 'what became of a message is never removed'); END;
INSERT INTO notice_deliveries (message_id, event, recipient_id, person_id, channel, at)
SELECT o.message_id, 'queued', r.recipient_id, a.person_id, o.channel, o.created_at FROM notice_recipients r
JOIN outbox o ON o.about = r.recipient_id
JOIN accounts a ON a.channel = o.channel AND a.chat = o.chat;
INSERT INTO notice_deliveries (message_id, event, recipient_id, person_id, channel, at)
SELECT d.message_id, 'sent', d.recipient_id, d.person_id, d.channel, o.sent_at FROM notice_deliveries d
JOIN outbox o ON o.message_id = d.message_id AND o.sent_at IS NOT NULL;
INSERT INTO notice_deliveries (message_id, event, recipient_id, person_id, channel, at)
SELECT d.message_id, 'delivered', d.recipient_id, d.person_id, d.channel, COALESCE(o.shown_at, o.sent_at) FROM notice_deliveries d
JOIN outbox o ON o.message_id = d.message_id AND (o.shown_at IS NOT NULL OR o.platform_id <> '') WHERE d.event = 'queued';

-- What a household answered. Who has understood may need an explanation later, and understand it then.
ALTER TABLE notice_answers RENAME TO earlier_answers;
CREATE TABLE notice_answers (
    answer_id    TEXT PRIMARY KEY,  -- they sort as they were given
    recipient_id TEXT NOT NULL REFERENCES notice_recipients (recipient_id),
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    answer       TEXT NOT NULL CHECK (answer IN ('received', 'understood', 'explain')),
    channel      TEXT NOT NULL,
    answered_at  BIGINT NOT NULL
);
CREATE INDEX notice_answers_recipient ON notice_answers (recipient_id, person_id, answer_id);
INSERT INTO notice_answers (answer_id, recipient_id, person_id, answer, channel, answered_at)
SELECT CASE answer WHEN 'received' THEN '0' ELSE '1' END || recipient_id || person_id, recipient_id, person_id, answer, channel,
       answered_at
FROM earlier_answers;
DROP TABLE earlier_answers;
CREATE TRIGGER notice_answers_stay BEFORE UPDATE ON notice_answers
BEGIN SELECT RAISE(ABORT, 'a household''s answer is never changed'); END;
CREATE TRIGGER notice_answers_kept BEFORE DELETE ON notice_answers
BEGIN SELECT RAISE(ABORT, 'a household''s answer is never removed'); END;

-- A notice handed over on paper, signed for, or refused with a record.
CREATE TABLE paper_services (
    service_id   TEXT PRIMARY KEY,
    recipient_id TEXT NOT NULL REFERENCES notice_recipients (recipient_id),
    way          TEXT NOT NULL CHECK (way IN ('in_person', 'signed', 'refused')),
    served_at    TEXT NOT NULL,  -- an ISO day or moment
    note         TEXT NOT NULL DEFAULT '',
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    draft        TEXT NOT NULL UNIQUE,
    recorded_at  BIGINT NOT NULL
);
CREATE INDEX paper_services_recipient ON paper_services (recipient_id);
CREATE TRIGGER paper_services_stay BEFORE UPDATE ON paper_services
BEGIN SELECT RAISE(ABORT, 'a service on paper is never changed'); END;
CREATE TRIGGER paper_services_kept BEFORE DELETE ON paper_services
BEGIN SELECT RAISE(ABORT, 'a service on paper is never removed'); END;
CREATE TABLE paper_service_photos (
    service_id TEXT NOT NULL REFERENCES paper_services (service_id),
    media_id   TEXT NOT NULL REFERENCES media (media_id),
    PRIMARY KEY (service_id, media_id)
);

-- The wording of each kind of notice as a ward has set it; the newest version counts, the earlier ones stay.
CREATE TABLE notice_wordings (
    unit_id    TEXT NOT NULL REFERENCES units (unit_id),
    kind       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    wording    TEXT NOT NULL,
    author_id  TEXT NOT NULL REFERENCES people (person_id),
    created_at BIGINT NOT NULL,
    draft      TEXT NOT NULL UNIQUE,
    PRIMARY KEY (unit_id, kind, version)
);
CREATE TRIGGER notice_wordings_stay BEFORE UPDATE ON notice_wordings
BEGIN SELECT RAISE(ABORT, 'a wording is never changed'); END;
CREATE TRIGGER notice_wordings_kept BEFORE DELETE ON notice_wordings
BEGIN SELECT RAISE(ABORT, 'a wording is never removed'); END;

-- Statutory limits by kind of notice, each valid from a day and, if another law followed, to a day. Names are in the texts.
-- LDD2013: in force 01/07/2014. LDD2024: from 01/08/2024, and NQ254: from 01/01/2026; both seen in secondary copies only.
CREATE TABLE legal_limits (
    kind       TEXT NOT NULL,
    code       TEXT NOT NULL,
    amount     INTEGER NOT NULL,
    unit       TEXT NOT NULL CHECK (unit IN ('day', 'month')),
    law        TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to   TEXT,
    position   INTEGER NOT NULL,
    PRIMARY KEY (kind, code, valid_from)
);
INSERT INTO legal_limits (kind, code, amount, unit, law, valid_from, valid_to, position) VALUES
    ('recovery_notice', 'farm_land', 90, 'day', 'LDD2013', '2014-07-01', '2024-07-31', 1),
    ('recovery_notice', 'other_land', 180, 'day', 'LDD2013', '2014-07-01', '2024-07-31', 2),
    ('recovery_notice', 'farm_land', 90, 'day', 'LDD2024', '2024-08-01', '2025-12-31', 1),
    ('recovery_notice', 'other_land', 180, 'day', 'LDD2024', '2024-08-01', '2025-12-31', 2),
    ('recovery_notice', 'validity', 12, 'month', 'LDD2024', '2024-08-01', NULL, 3),
    ('recovery_notice', 'farm_land', 60, 'day', 'NQ254', '2026-01-01', NULL, 1),
    ('recovery_notice', 'other_land', 120, 'day', 'NQ254', '2026-01-01', NULL, 2),
    ('public_posting', 'posting', 20, 'day', 'LDD2013', '2014-07-01', '2024-07-31', 1),
    ('public_posting', 'posting', 30, 'day', 'LDD2024', '2024-08-01', '2025-12-31', 1),
    ('public_posting', 'dialogue', 60, 'day', 'LDD2024', '2024-08-01', '2025-12-31', 2),
    ('public_posting', 'posting', 10, 'day', 'NQ254', '2026-01-01', NULL, 1),
    ('public_posting', 'dialogue', 30, 'day', 'NQ254', '2026-01-01', NULL, 2),
    ('payout', 'payment', 30, 'day', 'LDD2013', '2014-07-01', '2024-07-31', 1),
    ('payout', 'payment', 30, 'day', 'LDD2024', '2024-08-01', NULL, 1);

-- Files that belong to a notice; beside photos there are PDFs now.
ALTER TABLE media ADD COLUMN kind TEXT NOT NULL DEFAULT 'photo' CHECK (kind IN ('photo', 'pdf'));
CREATE TABLE notice_files (
    notice_id TEXT NOT NULL REFERENCES notices (notice_id),
    media_id  TEXT NOT NULL REFERENCES media (media_id),
    PRIMARY KEY (notice_id, media_id)
);

-- A version of a notice as its card shows it, with the unit to whose scope it belongs and how many steps it has had.
CREATE VIEW notice_sheets AS
SELECT n.notice_id, n.series_id, n.number, n.code, n.kind, n.state, n.project_id, p.name AS project_name, p.unit_id,
       n.wording, n.wording_version, n.content, n.meets_at, n.place, n.limits, n.author_id, a.name AS author_name,
       n.composed_at, n.published_at, s.send_from, s.finished_at,
       (SELECT COALESCE(MAX(t.position), 0) FROM notice_steps t WHERE t.notice_id = n.notice_id) AS steps,
       (SELECT MAX(v.number) FROM notices v WHERE v.series_id = n.series_id AND v.state <> 'withdrawn') AS latest,
       (SELECT b.published_at FROM notices b WHERE b.series_id = n.series_id AND b.number < n.number AND b.published_at IS NOT NULL
        ORDER BY b.number DESC LIMIT 1) AS earlier_at
FROM notices n
JOIN projects p ON p.project_id = n.project_id
JOIN people a ON a.person_id = n.author_id
LEFT JOIN notice_sendings s ON s.notice_id = n.notice_id AND s.purpose = 'notice';

-- The ledger: a line for each household and version, with what has happened as flags. What a household needs is in `standing`:
-- served (acknowledged or on paper), explain, or why it has not answered: no_account, undelivered, silent; waiting is not sent yet.
CREATE VIEW notice_lines AS
SELECT f.*, CASE
    WHEN f.explain = 1 THEN 'explain'
    WHEN f.received = 1 OR f.on_paper = 1 THEN 'served'
    WHEN f.queued_at IS NULL THEN 'waiting'
    WHEN f.addressed = 0 THEN 'no_account'
    WHEN f.delivered = 0 THEN 'undelivered'
    ELSE 'silent' END AS standing
FROM (
    SELECT r.recipient_id, r.notice_id, r.household_id, r.queued_at, h.head_name, h.address, h.neighborhood_group,
           CASE WHEN EXISTS (SELECT 1 FROM notice_deliveries d
                             WHERE d.recipient_id = r.recipient_id AND d.event = 'queued') THEN 1 ELSE 0 END AS addressed,
           CASE WHEN EXISTS (SELECT 1 FROM notice_deliveries d
                             WHERE d.recipient_id = r.recipient_id AND d.event = 'sent') THEN 1 ELSE 0 END AS sent,
           CASE WHEN EXISTS (SELECT 1 FROM notice_deliveries d
                             WHERE d.recipient_id = r.recipient_id AND d.event = 'delivered') THEN 1 ELSE 0 END AS delivered,
           CASE WHEN EXISTS (SELECT 1 FROM notice_answers a WHERE a.recipient_id = r.recipient_id) THEN 1 ELSE 0 END AS received,
           CASE WHEN EXISTS (SELECT 1 FROM notice_answers a
                             WHERE a.recipient_id = r.recipient_id AND a.answer = 'understood') THEN 1 ELSE 0 END AS understood,
           CASE WHEN EXISTS (SELECT 1 FROM notice_answers a WHERE a.recipient_id = r.recipient_id AND a.answer = 'explain'
                             AND NOT EXISTS (SELECT 1 FROM notice_answers b WHERE b.recipient_id = r.recipient_id
                                             AND b.answer = 'understood' AND b.answer_id > a.answer_id))
                THEN 1 ELSE 0 END AS explain,
           CASE WHEN EXISTS (SELECT 1 FROM paper_services s WHERE s.recipient_id = r.recipient_id) THEN 1 ELSE 0 END AS on_paper
    FROM notice_recipients r JOIN households h ON h.household_id = r.household_id) AS f;
