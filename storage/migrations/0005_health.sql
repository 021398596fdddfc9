-- What is wrong at the moment, and what was: administrators are told once when it begins and once when it is over.
CREATE TABLE alarms (
    alarm_id TEXT PRIMARY KEY,
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL, -- which channel, which job; '' where there is only one
    detail   TEXT NOT NULL, -- JSON: the values of its sentence
    began_at BIGINT NOT NULL,
    over_at  BIGINT
);
CREATE UNIQUE INDEX alarms_open ON alarms (kind, subject) WHERE over_at IS NULL;

-- Channels through which nothing passes, with the moment since when.
CREATE TABLE silent_channels (
    channel TEXT PRIMARY KEY,
    why     TEXT NOT NULL,
    since   BIGINT NOT NULL
);

-- Copies of the database file, each looked through after it was made.
CREATE TABLE backups (
    path    TEXT PRIMARY KEY,
    made_at BIGINT NOT NULL,
    size    BIGINT NOT NULL
);
CREATE INDEX backups_made ON backups (made_at);
CREATE INDEX job_runs_ran ON job_runs (ran_at);
