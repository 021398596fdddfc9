-- What is under way is what the post still has; who was put down for a notice can be taken off again before it goes out.

DROP VIEW notice_fates;
-- What became of a notice at each household it is for: each has exactly one of these, so that they add up.
-- A message that will never go, because its person had their data deleted or a copy was put back, is not under way.
CREATE VIEW notice_fates AS
SELECT r.recipient_id, r.notice_id, CASE
    WHEN EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'sent') THEN 'sent'
    WHEN r.again AND s.finished_at IS NULL THEN 'going'
    WHEN EXISTS (SELECT 1 FROM notice_deliveries d JOIN outbox o ON o.message_id = d.message_id
                 WHERE d.recipient_id = r.recipient_id AND d.event = 'queued' AND o.state IN ('queued', 'sending')) THEN 'going'
    WHEN r.queued_at IS NULL AND s.finished_at IS NULL THEN 'going'
    WHEN r.queued_at IS NULL THEN 'stopped'
    WHEN EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'failed') THEN 'failed'
    WHEN EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.recipient_id = r.recipient_id AND d.event = 'recalled') THEN 'stopped'
    ELSE 'no_account' END AS fate
FROM notice_recipients r
LEFT JOIN notice_sendings s ON s.notice_id = r.notice_id AND s.purpose = 'notice';

DROP TRIGGER notice_recipients_kept;
CREATE TRIGGER notice_recipients_kept BEFORE DELETE ON notice_recipients
WHEN OLD.queued_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outlived_recipients o WHERE o.recipient_id = OLD.recipient_id)
BEGIN SELECT RAISE(ABORT, 'who was told is kept for its time'); END;
