-- A round from door to door is reported once, as a session: what its doors said reaches the figures through that session.

CREATE TABLE reported_rounds (
    round_id    TEXT PRIMARY KEY REFERENCES door_rounds (round_id),
    session_id  TEXT NOT NULL REFERENCES outreach_sessions (session_id),
    reported_at BIGINT NOT NULL
);
CREATE INDEX reported_rounds_session ON reported_rounds (session_id);
