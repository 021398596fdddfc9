-- How duties are read.

-- A duty with how far it is: its units, those that did it, those that did it after the deadline.
CREATE VIEW duty_sheets AS
SELECT d.duty_id, d.unit_id, d.title, d.plan_id, p.number AS plan_number, d.evidence, d.given_on, d.due_on, d.cancelled_at,
       d.version,
       (SELECT COUNT(*) FROM duty_units t WHERE t.duty_id = d.duty_id) AS units,
       (SELECT COUNT(*) FROM duty_units t WHERE t.duty_id = d.duty_id AND t.done_on IS NOT NULL) AS done,
       (SELECT COUNT(*) FROM duty_units t WHERE t.duty_id = d.duty_id AND t.done_on > d.due_on) AS late
FROM duties d LEFT JOIN plans p ON p.plan_id = d.plan_id;

-- A duty as one unit has it.
CREATE VIEW duty_assignments AS
SELECT t.duty_id, t.unit_id, u.name AS unit_name, u.kind AS unit_kind, d.title, p.number AS plan_number, d.evidence,
       d.due_on, d.cancelled_at, t.done_on, t.number, t.words, t.reported_on, t.version,
       (SELECT COUNT(*) FROM duty_photos f WHERE f.duty_id = t.duty_id AND f.unit_id = t.unit_id) AS photos
FROM duty_units t
JOIN duties d ON d.duty_id = t.duty_id
JOIN units u ON u.unit_id = t.unit_id
LEFT JOIN plans p ON p.plan_id = d.plan_id;
