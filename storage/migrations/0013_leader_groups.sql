-- Chat groups of leaders that receive the digest of a unit. A group is registered with a code that an administrator asked for.

CREATE TABLE leader_groups (
    channel  TEXT NOT NULL,
    chat     TEXT NOT NULL,
    unit_id  TEXT NOT NULL REFERENCES units (unit_id),
    added_by TEXT NOT NULL REFERENCES people (person_id),
    added_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (channel, chat)
);

CREATE TABLE group_codes (
    code_hash  TEXT PRIMARY KEY,
    unit_id    TEXT NOT NULL REFERENCES units (unit_id),
    person_id  TEXT NOT NULL REFERENCES people (person_id),
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
