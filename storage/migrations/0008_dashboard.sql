-- The dashboard is entered by a link from the chat: used once, soon worthless; only hashes of its secrets are kept.

CREATE TABLE dashboard_links (
    code_hash     TEXT PRIMARY KEY,
    membership_id TEXT NOT NULL REFERENCES memberships (membership_id),
    expires_at    BIGINT NOT NULL,
    opened_at     BIGINT
);

-- Somebody at the dashboard, until it ends by itself or is ended. What they may see is what their role is now.
CREATE TABLE dashboard_visits (
    token_hash    TEXT PRIMARY KEY,
    membership_id TEXT NOT NULL REFERENCES memberships (membership_id),
    ends_at       BIGINT NOT NULL
);
