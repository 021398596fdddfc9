-- Duties: what an officer gives to units with a deadline, the plan it rests on, and the conference that launched a plan.

CREATE TABLE plans (
    plan_id    TEXT PRIMARY KEY,
    unit_id    TEXT NOT NULL REFERENCES units (unit_id),  -- the unit that works by it; who issued it may stand above
    number     TEXT NOT NULL,
    issuer     TEXT NOT NULL,
    issued_on  TEXT NOT NULL,
    title      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (unit_id, number, issued_on)
);

CREATE TABLE conferences (
    conference_id TEXT PRIMARY KEY,
    plan_id       TEXT NOT NULL REFERENCES plans (plan_id),
    unit_id       TEXT NOT NULL REFERENCES units (unit_id),
    held_on       TEXT NOT NULL,
    held_at       TEXT,
    place         TEXT NOT NULL DEFAULT '',
    draft         TEXT UNIQUE,
    author_id     TEXT REFERENCES people (person_id),
    created_at    BIGINT NOT NULL,
    UNIQUE (plan_id, unit_id, held_on)
);

-- Who came, by group: so many of so many, or only the share where nobody counted.
CREATE TABLE conference_groups (
    conference_id TEXT NOT NULL REFERENCES conferences (conference_id),
    position      INTEGER NOT NULL,
    name          TEXT NOT NULL,
    came          INTEGER,
    invited       INTEGER,
    share         TEXT,
    PRIMARY KEY (conference_id, position),
    CHECK ((came IS NULL) = (invited IS NULL) AND (share IS NULL) <> (came IS NULL))
);

CREATE TABLE duties (
    duty_id      TEXT PRIMARY KEY,  -- its code, NV2021-001: files and people name a duty by it
    unit_id      TEXT NOT NULL REFERENCES units (unit_id),
    year         INTEGER NOT NULL,
    title        TEXT NOT NULL,
    plan_id      TEXT REFERENCES plans (plan_id),
    evidence     TEXT NOT NULL CHECK (evidence IN ('resolution', 'document', 'photo', 'words')),
    given_on     TEXT NOT NULL,
    due_on       TEXT NOT NULL,
    cancelled_at BIGINT,
    version      INTEGER NOT NULL DEFAULT 1,  -- grows by one with each act of those who gave it
    draft        TEXT UNIQUE,
    author_id    TEXT REFERENCES people (person_id),
    created_at   BIGINT NOT NULL
);
CREATE INDEX duties_unit ON duties (unit_id, due_on);

-- A unit that has the duty, and what it reported as done; nothing in done_on is still owed.
CREATE TABLE duty_units (
    duty_id     TEXT NOT NULL REFERENCES duties (duty_id),
    unit_id     TEXT NOT NULL REFERENCES units (unit_id),
    done_on     TEXT,
    number      TEXT NOT NULL DEFAULT '',
    words       TEXT NOT NULL DEFAULT '',
    reported_on TEXT,
    version     INTEGER NOT NULL DEFAULT 1,  -- grows by one with each act of the unit
    PRIMARY KEY (duty_id, unit_id),
    CHECK ((done_on IS NULL) = (reported_on IS NULL))
);
CREATE INDEX duty_units_unit ON duty_units (unit_id, duty_id);

CREATE TABLE duty_photos (
    duty_id  TEXT NOT NULL,
    unit_id  TEXT NOT NULL,
    media_id TEXT NOT NULL REFERENCES media (media_id),
    PRIMARY KEY (duty_id, unit_id, media_id),
    FOREIGN KEY (duty_id, unit_id) REFERENCES duty_units (duty_id, unit_id)
);

-- What was done with a duty, by whom and why: never changed, never removed by the program.
CREATE TABLE duty_steps (
    step_id   TEXT PRIMARY KEY,
    duty_id   TEXT NOT NULL REFERENCES duties (duty_id),
    unit_id   TEXT REFERENCES units (unit_id),  -- the unit whose report it is about; none for the duty itself
    step      TEXT NOT NULL CHECK (step IN ('give', 'extend', 'cancel', 'report', 'correct', 'withdraw')),
    person_id TEXT NOT NULL REFERENCES people (person_id),
    reason    TEXT NOT NULL DEFAULT '',
    changes   TEXT NOT NULL DEFAULT '{}',
    at        BIGINT NOT NULL
);
CREATE INDEX duty_steps_duty ON duty_steps (duty_id, at);
CREATE TRIGGER duty_steps_stay BEFORE UPDATE ON duty_steps
BEGIN SELECT RAISE(ABORT, 'a step of a duty is never changed'); END;
CREATE TRIGGER duty_steps_kept BEFORE DELETE ON duty_steps
BEGIN SELECT RAISE(ABORT, 'a step of a duty is never removed'); END;

-- The resolutions that were loaded so far become reports on one duty for each ward and year; a unit's later ones of that
-- year are kept as words of its first.
INSERT INTO duties (duty_id, unit_id, year, title, evidence, given_on, due_on, created_at)
SELECT 'NQ' || SUBSTR(r.issued_on, 1, 4) || '-' || COALESCE(u.parent_id, u.unit_id), COALESCE(u.parent_id, u.unit_id),
       CAST(SUBSTR(r.issued_on, 1, 4) AS INTEGER), COALESCE(MIN(c.title), SUBSTR(r.issued_on, 1, 4)), 'resolution',
       SUBSTR(r.issued_on, 1, 4) || '-01-01', SUBSTR(r.issued_on, 1, 4) || '-12-31', 0
FROM resolutions r
JOIN units u ON u.unit_id = r.unit_id
LEFT JOIN campaigns c ON c.unit_id = u.parent_id AND CAST(c.year AS TEXT) = SUBSTR(r.issued_on, 1, 4)
GROUP BY COALESCE(u.parent_id, u.unit_id), SUBSTR(r.issued_on, 1, 4);
INSERT INTO duty_units (duty_id, unit_id, done_on, number, words, reported_on)
SELECT 'NQ' || SUBSTR(r.issued_on, 1, 4) || '-' || COALESCE(u.parent_id, u.unit_id), r.unit_id, r.issued_on, r.number,
       COALESCE((SELECT GROUP_CONCAT(l.number || ' (' || l.issued_on || ')', '; ') FROM resolutions l
                 WHERE l.unit_id = r.unit_id AND SUBSTR(l.issued_on, 1, 4) = SUBSTR(r.issued_on, 1, 4)
                   AND (l.issued_on, l.number) > (r.issued_on, r.number)), ''), r.issued_on
FROM resolutions r JOIN units u ON u.unit_id = r.unit_id
WHERE NOT EXISTS (SELECT 1 FROM resolutions e WHERE e.unit_id = r.unit_id
                  AND SUBSTR(e.issued_on, 1, 4) = SUBSTR(r.issued_on, 1, 4)
                  AND (e.issued_on, e.number) < (r.issued_on, r.number));
DROP TABLE resolutions;
