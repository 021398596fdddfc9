-- Who urged which unit: once a day, whoever of several leaders is first. Never changed, never removed by the program.
CREATE TABLE urges (
    day       TEXT NOT NULL,
    unit_id   TEXT NOT NULL REFERENCES units (unit_id),
    person_id TEXT NOT NULL REFERENCES people (person_id),
    at        BIGINT NOT NULL,
    people    INTEGER NOT NULL,
    PRIMARY KEY (day, unit_id)
);
CREATE TRIGGER urges_stay BEFORE UPDATE ON urges
BEGIN SELECT RAISE(ABORT, 'an urge is never changed'); END;
CREATE TRIGGER urges_kept BEFORE DELETE ON urges
BEGIN SELECT RAISE(ABORT, 'an urge is never removed'); END;
