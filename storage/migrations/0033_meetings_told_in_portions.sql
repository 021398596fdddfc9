-- Everybody who is invited to a meeting is told of it, and of each change, some people at a time: how far that has come.

CREATE TABLE meeting_tellings (
    meeting_id   TEXT NOT NULL REFERENCES meetings (meeting_id),
    version      INTEGER NOT NULL,
    how          TEXT NOT NULL CHECK (how IN ('invitation', 'moved', 'cancelled')),
    after_person TEXT NOT NULL DEFAULT '',  -- the last one who was told; they are told in the order of their identifiers
    finished_at  BIGINT,
    PRIMARY KEY (meeting_id, version)
);
CREATE INDEX meeting_tellings_open ON meeting_tellings (meeting_id) WHERE finished_at IS NULL;
