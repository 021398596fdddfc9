-- A platform drops what it could not hand over for too long. Who may have written meanwhile is told, some at a time.

CREATE TABLE outages (
    outage_id     TEXT PRIMARY KEY,
    channel       TEXT NOT NULL,
    began_at      BIGINT NOT NULL,
    ended_at      BIGINT NOT NULL,
    after_account TEXT NOT NULL DEFAULT '',  -- the last one that was told; they are told in the order of their identifiers
    finished_at   BIGINT
);
CREATE INDEX outages_open ON outages (outage_id) WHERE finished_at IS NULL;
