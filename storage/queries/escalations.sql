-- name: overdue(above, day, since, clearance)
-- What units below one owe though its deadline lies behind a day, and nobody above them was told: a model, the clearance
-- model, a report on a duty. `hours` is how long their campaign waits; `led_by` the nearest unit above that has a leader
-- who can be written to.
SELECT o.*, COALESCE((
    SELECT v.ancestor_id FROM unit_ancestors v
    JOIN memberships l ON l.unit_id = v.ancestor_id AND l.role = 'leader' AND l.until IS NULL
    JOIN accounts b ON b.person_id = l.person_id AND b.unreachable IS NULL
    WHERE v.unit_id = o.unit_id AND v.depth > 0 ORDER BY v.depth LIMIT 1), '') AS led_by
FROM (
    SELECT 'model' AS what, c.campaign_id AS about, u.unit_id, u.name AS unit_name, '' AS title,
           c.registration_deadline AS due_on, COALESCE(c.escalate_after, 24) AS hours
    FROM campaigns c
    JOIN units u ON u.parent_id = c.unit_id AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
    JOIN unit_ancestors s ON s.unit_id = u.unit_id AND s.ancestor_id = :above AND s.depth > 0
    WHERE c.registration_deadline < :day AND c.registration_deadline >= :since
      AND NOT EXISTS (SELECT 1 FROM counted_models m WHERE m.owner_unit_id = u.unit_id AND m.campaign_id = c.campaign_id)
      AND NOT EXISTS (SELECT 1 FROM escalations e WHERE e.what = 'model' AND e.about = c.campaign_id AND e.unit_id = u.unit_id)
    UNION ALL
    SELECT 'clearance_model', c.campaign_id, u.unit_id, u.name, '', c.registration_deadline, COALESCE(c.escalate_after, 24)
    FROM campaigns c
    JOIN units u ON u.parent_id = c.unit_id AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
    JOIN unit_ancestors s ON s.unit_id = u.unit_id AND s.ancestor_id = :above AND s.depth > 0
    WHERE c.registration_deadline < :day AND c.registration_deadline >= :since
      AND EXISTS (SELECT 1 FROM obligations o WHERE o.unit_id = u.unit_id)
      AND EXISTS (SELECT 1 FROM counted_models m WHERE m.owner_unit_id = u.unit_id AND m.campaign_id = c.campaign_id)
      AND NOT EXISTS (SELECT 1 FROM counted_models m WHERE m.owner_unit_id = u.unit_id AND m.campaign_id = c.campaign_id
                      AND m.field_code = :clearance)
      AND NOT EXISTS (SELECT 1 FROM escalations e
                      WHERE e.what = 'clearance_model' AND e.about = c.campaign_id AND e.unit_id = u.unit_id)
    UNION ALL
    SELECT 'duty', d.duty_id, u.unit_id, u.name, d.title, d.due_on,
           COALESCE((SELECT c.escalate_after FROM unit_ancestors a JOIN campaigns c ON c.unit_id = a.ancestor_id
                     WHERE a.unit_id = d.unit_id AND c.opens_on <= :day ORDER BY a.depth, c.year DESC LIMIT 1), 24)
    FROM duties d
    JOIN duty_units g ON g.duty_id = d.duty_id AND g.done_on IS NULL
    JOIN units u ON u.unit_id = g.unit_id AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
    JOIN unit_ancestors s ON s.unit_id = u.unit_id AND s.ancestor_id = :above AND s.depth > 0
    WHERE d.cancelled_at IS NULL AND d.due_on < :day AND d.due_on >= :since
      AND NOT EXISTS (SELECT 1 FROM escalations e WHERE e.what = 'duty' AND e.about = d.duty_id AND e.unit_id = u.unit_id)
) o ORDER BY o.unit_id, o.what, o.about;

-- name: leading()
-- The units that have a leader who can be written to: for the job.
SELECT DISTINCT l.unit_id FROM memberships l JOIN accounts b ON b.person_id = l.person_id AND b.unreachable IS NULL
WHERE l.role = 'leader' AND l.until IS NULL ORDER BY l.unit_id;

-- name: note(what, about, unit_id, to_unit_id, at)$
-- Something overdue is reported to the leaders of a unit; nothing comes back when it was before.
INSERT INTO escalations (what, about, unit_id, to_unit_id, at) VALUES (:what, :about, :unit_id, :to_unit_id, :at)
ON CONFLICT (what, about, unit_id) DO NOTHING RETURNING unit_id;
