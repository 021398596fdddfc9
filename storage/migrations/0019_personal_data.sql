-- What people ask about their data, how long things are kept, and who did what.

-- Days that the law or the ward sets: rows, not code. valid_from '' is the ward's own proposal before any law.
CREATE TABLE data_rules (
    rule       TEXT NOT NULL,
    days       INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to   TEXT,
    source     TEXT NOT NULL,
    PRIMARY KEY (rule, valid_from)
);
INSERT INTO data_rules (rule, days, valid_from, valid_to, source) VALUES
    ('request.see', 10, '', '2025-12-31', 'đề xuất của phường'),
    ('request.see', 10, '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025'),
    ('request.stop', 15, '', '2025-12-31', 'đề xuất của phường'),
    ('request.stop', 15, '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025'),
    ('request.delete', 20, '', '2025-12-31', 'đề xuất của phường'),
    ('request.delete', 20, '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025'),
    ('keep.words', 90, '', NULL, 'đề xuất của phường'),
    ('keep.media', 180, '', NULL, 'đề xuất của phường'),
    ('keep.audit', 1825, '', NULL, 'đề xuất của phường'),
    ('keep.ledger', 730, '', NULL, 'đề xuất của phường: sau khi dự án kết thúc');

CREATE TABLE data_requests (
    request_id   TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    kind         TEXT NOT NULL CHECK (kind IN ('see', 'stop', 'delete')),
    channel      TEXT NOT NULL,
    asked_at     BIGINT NOT NULL,
    due_on       TEXT NOT NULL,
    done_at      BIGINT,
    withdrawn_at BIGINT
);
CREATE UNIQUE INDEX data_requests_deletion ON data_requests (person_id)
WHERE kind = 'delete' AND done_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX data_requests_person ON data_requests (person_id, asked_at);

-- Purposes to which somebody said no, or took every yes back.
CREATE VIEW declined_purposes AS
SELECT person_id, purpose FROM consents GROUP BY person_id, purpose HAVING COUNT(withdrawn_at) = COUNT(*);

ALTER TABLE inbox ADD COLUMN sender TEXT;  -- who wrote it, once it is answered: to be found when that person is forgotten
CREATE INDEX inbox_sender ON inbox (channel, sender) WHERE sender IS NOT NULL;
CREATE INDEX media_expired ON media (media_id) WHERE why = 'expired' AND sha256 IS NOT NULL;
CREATE INDEX media_hash ON media (sha256) WHERE sha256 IS NOT NULL;
ALTER TABLE outbox ADD COLUMN emptied_at BIGINT;  -- its words were taken away; when it was sent, and how, stays

-- Who saw, sent, changed what. Nothing is changed; what is older than the mark audit_from may be removed, nothing else.
CREATE TABLE audit (
    audit_id  TEXT PRIMARY KEY,
    at        BIGINT NOT NULL,
    unit_id   TEXT NOT NULL REFERENCES units (unit_id),
    person_id TEXT REFERENCES people (person_id),
    role      TEXT NOT NULL,
    act       TEXT NOT NULL,
    about     TEXT NOT NULL,
    channel   TEXT NOT NULL
);
CREATE INDEX audit_unit ON audit (unit_id, audit_id);
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'what was written down is never changed'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
WHEN OLD.at >= COALESCE((SELECT at FROM marks WHERE name = 'audit_from'), 0)
BEGIN SELECT RAISE(ABORT, 'what was written down is kept for its time'); END;
