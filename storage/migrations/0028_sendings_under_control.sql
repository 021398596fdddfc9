-- The officer sees how far a notice has come, holds it, lets it go on, ends it, and has it sent again to whom it did not reach.

ALTER TABLE notice_sendings ADD COLUMN paused_at BIGINT;
ALTER TABLE notice_sendings ADD COLUMN told INTEGER NOT NULL DEFAULT 0;  -- quarters of the way of which the author has been told
ALTER TABLE notice_sendings ADD COLUMN look_at BIGINT NOT NULL DEFAULT 0;  -- when its progress is looked at again
ALTER TABLE notice_sendings ADD COLUMN reported_at BIGINT;  -- when the author was told how it ended
UPDATE notice_sendings SET reported_at = finished_at;
CREATE INDEX notice_sendings_unreported ON notice_sendings (look_at) WHERE reported_at IS NULL;

ALTER TABLE notice_recipients ADD COLUMN again BOOLEAN NOT NULL DEFAULT FALSE;  -- is to be queued once more
CREATE INDEX notice_recipients_again ON notice_recipients (notice_id, recipient_id) WHERE again;

-- What became of a notice at each household it is for: each has exactly one of these, so that they add up.
CREATE VIEW notice_fates AS
SELECT r.recipient_id, r.notice_id, CASE
    WHEN EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'sent') THEN 'sent'
    WHEN r.again AND s.finished_at IS NULL THEN 'going'
    WHEN EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'queued'
                 AND NOT EXISTS (SELECT 1 FROM notice_deliveries e
                                 WHERE e.message_id = d.message_id AND e.event IN ('failed', 'recalled'))) THEN 'going'
    WHEN r.queued_at IS NULL AND s.finished_at IS NULL THEN 'going'
    WHEN r.queued_at IS NULL THEN 'stopped'
    WHEN EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'failed') THEN 'failed'
    WHEN EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'recalled') THEN 'stopped'
    ELSE 'no_account' END AS fate
FROM notice_recipients r
LEFT JOIN notice_sendings s ON s.notice_id = r.notice_id AND s.purpose = 'notice';
