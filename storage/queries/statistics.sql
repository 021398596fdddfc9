-- name: campaign_year(scope, day)$
-- The year of the newest campaign begun by a day that a scope takes part in: its own, one above it, or one below it.
SELECT MAX(k.year) FROM campaigns k WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.opens_on <= :day;

-- name: units_counted(scope, most)$
-- How many units a scope has, counted up to a bound.
SELECT COUNT(*) FROM (SELECT 1 FROM unit_ancestors a WHERE a.ancestor_id = :scope LIMIT :most) AS some;

-- name: owners(scope, year, day)^
-- How many distinct collectives and individuals have a counted model, and how many models there are.
SELECT COUNT(DISTINCT m.owner_unit_id) AS collectives, COUNT(DISTINCT m.owner_individual_id) AS individuals, COUNT(*) AS models
FROM campaigns k
JOIN counted_models m ON m.campaign_id = k.campaign_id
JOIN unit_ancestors a ON a.unit_id = m.home_unit_id AND a.ancestor_id = :scope
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND m.registered_on <= :day;

-- name: field_owners(scope, year, day, clearance)
-- By field, the distinct owners; in the clearance field only those who were not obliged to it.
SELECT f.code, MIN(f.name) AS name,
       COUNT(DISTINCT CASE WHEN m.field_code <> :clearance
             OR NOT EXISTS (SELECT 1 FROM obligations o WHERE o.unit_id = m.owner_unit_id)
             THEN m.owner_unit_id END) AS collectives,
       COUNT(DISTINCT m.owner_individual_id) AS individuals
FROM campaigns k
JOIN fields f ON f.campaign_id = k.campaign_id
LEFT JOIN models m ON m.campaign_id = f.campaign_id AND m.field_code = f.code AND m.state <> 'withdrawn'
     AND m.registered_on <= :day
     AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = m.owner_unit_id AND a.ancestor_id = :scope)
          OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
                     WHERE d.individual_id = m.owner_individual_id))
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year
GROUP BY f.code ORDER BY MIN(f.position);

-- name: states(scope, year, day, ended_at)
-- Counted models by the state in which they were when the day ended: the step before that moment, or the one after it, says so.
SELECT state, COUNT(*) AS models FROM (
    SELECT COALESCE(
        (SELECT t.to_state FROM model_steps t WHERE t.model_id = m.model_id AND t.at < :ended_at ORDER BY t.position DESC LIMIT 1),
        (SELECT t.from_state FROM model_steps t WHERE t.model_id = m.model_id AND t.at >= :ended_at ORDER BY t.position LIMIT 1),
        e.state) AS state
    FROM campaigns k
    JOIN counted_models m ON m.campaign_id = k.campaign_id
    JOIN models e ON e.model_id = m.model_id
    JOIN unit_ancestors a ON a.unit_id = m.home_unit_id AND a.ancestor_id = :scope
    WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND m.registered_on <= :day) AS lived
GROUP BY state ORDER BY state;

-- name: obliged(scope, year, day, clearance)
-- Each obliged unit that exists on the day: when did it first have a clearance model, and a session?
SELECT u.unit_id AS code, u.name, MIN(c.registration_deadline) AS due_on,
       (SELECT MIN(m.registered_on) FROM counted_models m JOIN campaigns y ON y.campaign_id = m.campaign_id AND y.year = :year
        WHERE m.owner_unit_id = u.unit_id AND m.field_code = :clearance AND m.registered_on <= :day) AS model_on,
       (SELECT MIN(first_on) FROM (
            SELECT MIN(s.held_on) AS first_on FROM outreach_sessions s
            JOIN campaigns y ON y.campaign_id = s.campaign_id AND y.year = :year
            WHERE s.host_unit_id = u.unit_id AND s.held_on <= :day
            UNION ALL
            SELECT MIN(s.held_on) FROM session_cohosts h JOIN outreach_sessions s ON s.session_id = h.session_id
            JOIN campaigns y ON y.campaign_id = s.campaign_id AND y.year = :year
            WHERE h.unit_id = u.unit_id AND s.held_on <= :day) AS held) AS session_on
FROM units u
JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope
JOIN unit_ancestors w ON w.unit_id = u.unit_id
JOIN campaigns c ON c.unit_id = w.ancestor_id AND c.year = :year
WHERE EXISTS (SELECT 1 FROM obligations o WHERE o.unit_id = u.unit_id)
  AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
GROUP BY u.unit_id, u.name ORDER BY u.unit_id;

-- name: collectives(scope, year, day)
-- Each collective of the wards in a scope: when did it first have a model, and a session? A scope below a ward is one collective.
SELECT u.unit_id AS code, u.name, k.registration_deadline AS due_on,
       (SELECT MIN(m.registered_on) FROM counted_models m JOIN campaigns y ON y.campaign_id = m.campaign_id AND y.year = :year
        WHERE m.owner_unit_id = u.unit_id AND m.registered_on <= :day) AS model_on,
       (SELECT MIN(first_on) FROM (
            SELECT MIN(s.held_on) AS first_on FROM outreach_sessions s
            JOIN campaigns y ON y.campaign_id = s.campaign_id AND y.year = :year
            WHERE s.host_unit_id = u.unit_id AND s.held_on <= :day
            UNION ALL
            SELECT MIN(s.held_on) FROM session_cohosts h JOIN outreach_sessions s ON s.session_id = h.session_id
            JOIN campaigns y ON y.campaign_id = s.campaign_id AND y.year = :year
            WHERE h.unit_id = u.unit_id AND s.held_on <= :day) AS held) AS session_on
FROM units u
JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope
JOIN campaigns k ON k.unit_id = u.parent_id AND k.year = :year
WHERE u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
ORDER BY u.unit_id;

-- name: sessions(scope, year, day)^
-- How many sessions were held by units of a scope, as host or as co-host, a joint one counted once; how many of them were
-- joint; how many were reported that day.
SELECT COUNT(*) AS held,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM session_cohosts h WHERE h.session_id = s.session_id) THEN 1 END) AS joint,
       COUNT(CASE WHEN s.reported_on = :day THEN 1 END) AS reported_that_day,
       COALESCE(SUM(s.attendee_count), 0) AS attendees
FROM campaigns k
JOIN outreach_sessions s ON s.campaign_id = k.campaign_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND s.held_on <= :day
  AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.host_unit_id AND a.ancestor_id = :scope)
       OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
                  WHERE d.individual_id = s.host_individual_id)
       OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
                  WHERE h.session_id = s.session_id));

-- name: households(scope, year, day)^
-- How many households were met and agreed in the sessions of a scope (one met twice counts twice), and how many still
-- hesitate, by main reason, as each host's latest session on a project that speaks of it says.
SELECT COALESCE(SUM(s.met_count), 0) AS met, COALESCE(SUM(s.agreed_count), 0) AS agreed,
       COALESCE(SUM(CASE WHEN s.latest THEN s.hesitating_count END), 0) AS hesitating,
       COALESCE(SUM(CASE WHEN s.latest THEN s.price_count END), 0) AS price,
       COALESCE(SUM(CASE WHEN s.latest THEN s.resettlement_count END), 0) AS resettlement,
       COALESCE(SUM(CASE WHEN s.latest THEN s.papers_count END), 0) AS papers,
       COALESCE(SUM(CASE WHEN s.latest THEN s.other_count END), 0) AS other
FROM (
    SELECT o.*, o.hesitating_count IS NOT NULL AND ROW_NUMBER() OVER (
        PARTITION BY o.campaign_id, o.host_unit_id, o.host_individual_id, o.project_id, o.hesitating_count IS NULL
        ORDER BY o.held_on DESC, COALESCE(o.held_at, '') DESC, o.number DESC) = 1 AS latest
    FROM campaigns k JOIN outreach_sessions o ON o.campaign_id = k.campaign_id
    WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND o.held_on <= :day
      AND (o.met_count IS NOT NULL OR o.agreed_count IS NOT NULL OR o.hesitating_count IS NOT NULL)
) s
WHERE EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.host_unit_id AND a.ancestor_id = :scope)
   OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
              WHERE d.individual_id = s.host_individual_id)
   OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
              WHERE h.session_id = s.session_id);

-- name: hosts(scope, year, day)
-- Sessions of a scope by host and project; a joint one stands at its host, also for a scope that only took part.
SELECT COALESCE(u.name, i.name) AS host, COALESCE(p.name, '') AS project, COUNT(*) AS held
FROM campaigns k
JOIN outreach_sessions s ON s.campaign_id = k.campaign_id
LEFT JOIN units u ON u.unit_id = s.host_unit_id
LEFT JOIN individuals i ON i.individual_id = s.host_individual_id
LEFT JOIN projects p ON p.project_id = s.project_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND s.held_on <= :day
  AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.host_unit_id AND a.ancestor_id = :scope)
       OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
                  WHERE d.individual_id = s.host_individual_id)
       OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
                  WHERE h.session_id = s.session_id))
GROUP BY COALESCE(s.host_unit_id, s.host_individual_id), COALESCE(u.name, i.name), s.project_id, p.name
ORDER BY MIN(s.number);

-- name: projects(scope, year, day)
-- Sessions of a scope by project; those without one come last.
SELECT COALESCE(s.project_id, '') AS code, COALESCE(p.name, '') AS name, COUNT(*) AS held,
       COALESCE(SUM(s.attendee_count), 0) AS attendees
FROM campaigns k
JOIN outreach_sessions s ON s.campaign_id = k.campaign_id
LEFT JOIN projects p ON p.project_id = s.project_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND s.held_on <= :day
  AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.host_unit_id AND a.ancestor_id = :scope)
       OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
                  WHERE d.individual_id = s.host_individual_id)
       OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
                  WHERE h.session_id = s.session_id))
GROUP BY s.project_id, p.name ORDER BY s.project_id IS NULL, s.project_id;

-- name: resolutions(scope, year_begins, day)^
-- Party cells that reported a resolution of the year on any duty that asks for one, of all that there were when the year
-- began or that were given such a duty since: a cell founded in spring lacks nothing that was asked of others in January.
SELECT COUNT(*) AS cells,
       COUNT(CASE WHEN EXISTS (SELECT 1 FROM duty_units r JOIN duties d ON d.duty_id = r.duty_id
                                WHERE r.unit_id = u.unit_id AND d.evidence = 'resolution' AND d.cancelled_at IS NULL
                                AND r.done_on BETWEEN :year_begins AND :day) THEN 1 END) AS issued
FROM units u JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope
WHERE u.kind = 'party_cell' AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
  AND (u.valid_from <= :year_begins
       OR EXISTS (SELECT 1 FROM duty_units r JOIN duties d ON d.duty_id = r.duty_id
                  WHERE r.unit_id = u.unit_id AND d.evidence = 'resolution' AND d.cancelled_at IS NULL
                  AND d.given_on BETWEEN :year_begins AND :day));

-- name: notices(scope, began_at, ended_at)
-- The year's notices of a scope's projects by the end of a day, in households: reached, acknowledging, asking, silent.
SELECT code, kind, project_name, published_at, COUNT(*) AS households, COUNT(CASE WHEN reached THEN 1 END) AS delivered,
       COUNT(CASE WHEN received THEN 1 END) AS received, COUNT(CASE WHEN understood THEN 1 END) AS understood,
       COUNT(CASE WHEN explain THEN 1 END) AS explain,
       COUNT(CASE WHEN NOT received AND NOT explain THEN 1 END) AS silent
FROM (
    SELECT n.notice_id, n.code, n.kind, p.name AS project_name, n.published_at,
           EXISTS (SELECT 1 FROM outbox o WHERE o.about = r.recipient_id AND o.state = 'sent' AND o.sent_at < :ended_at) AS reached,
           EXISTS (SELECT 1 FROM notice_answers w WHERE w.recipient_id = r.recipient_id AND w.answer IN ('received', 'understood')
                   AND w.answered_at < :ended_at) AS received,
           EXISTS (SELECT 1 FROM notice_answers w WHERE w.recipient_id = r.recipient_id AND w.answer = 'understood'
                   AND w.answered_at < :ended_at) AS understood,
           EXISTS (SELECT 1 FROM notice_answers w WHERE w.recipient_id = r.recipient_id AND w.answer = 'explain'
                   AND w.answered_at < :ended_at) AS explain
    FROM unit_ancestors a
    JOIN projects p ON p.unit_id = a.unit_id
    JOIN notices n ON n.project_id = p.project_id AND n.published_at >= :began_at AND n.published_at < :ended_at
    JOIN notice_recipients r ON r.notice_id = n.notice_id
    WHERE a.ancestor_id = :scope) AS told
GROUP BY notice_id, code, kind, project_name, published_at ORDER BY notice_id DESC;

-- name: questions(scope, began_at, today_at, ended_at)^
-- The residents' questions of the year by the end of a day, as they stood then: asked, answered, open, and overdue since
-- before that day. What may be a complaint is no question.
SELECT COUNT(*) AS asked, COUNT(CASE WHEN state IN ('answered', 'closed') THEN 1 END) AS answered,
       COUNT(CASE WHEN state NOT IN ('answered', 'closed') THEN 1 END) AS open,
       COUNT(CASE WHEN state = 'open' AND due_at < :today_at THEN 1 END) AS overdue
FROM (
    SELECT COALESCE((SELECT s.to_state FROM ticket_steps s WHERE s.ticket_id = t.ticket_id AND s.at < :ended_at
                     ORDER BY s.position DESC LIMIT 1), 'open') AS state,
           COALESCE((SELECT s.due_at FROM ticket_steps s WHERE s.ticket_id = t.ticket_id AND s.at < :ended_at
                     ORDER BY s.position DESC LIMIT 1), t.due_at) AS due_at
    FROM unit_ancestors a JOIN tickets t ON t.unit_id = a.unit_id
    WHERE a.ancestor_id = :scope AND t.kind IN ('question', 'money', 'notice')
      AND t.created_at >= :began_at AND t.created_at < :ended_at) AS stood;

-- name: questions_within(scope, began_at, ended_at)$
-- How many questions residents asked within some days.
SELECT COUNT(*) FROM unit_ancestors a
JOIN tickets t ON t.unit_id = a.unit_id AND t.created_at >= :began_at AND t.created_at < :ended_at
WHERE a.ancestor_id = :scope AND t.kind IN ('question', 'money', 'notice');

-- name: duties(scope, year, day)
-- The year's duties given by a day, with how many units of a scope have each and have done it by then.
SELECT d.duty_id AS code, d.title, d.due_on, COUNT(*) AS given, COUNT(CASE WHEN g.done_on <= :day THEN 1 END) AS done,
       COUNT(CASE WHEN g.done_on <= :day AND g.done_on <= d.due_on THEN 1 END) AS on_time
FROM unit_ancestors a
JOIN duty_units g ON g.unit_id = a.unit_id
JOIN duties d ON d.duty_id = g.duty_id AND d.year = :year AND d.cancelled_at IS NULL AND d.given_on <= :day
WHERE a.ancestor_id = :scope
GROUP BY d.duty_id, d.title, d.due_on ORDER BY d.due_on, d.duty_id;

-- name: duties_missing(scope, year, day)
-- The units of a scope that have not done a duty by a day.
SELECT d.duty_id AS code, u.name FROM unit_ancestors a
JOIN duty_units g ON g.unit_id = a.unit_id AND (g.done_on IS NULL OR g.done_on > :day)
JOIN duties d ON d.duty_id = g.duty_id AND d.year = :year AND d.cancelled_at IS NULL AND d.given_on <= :day
JOIN units u ON u.unit_id = g.unit_id
WHERE a.ancestor_id = :scope ORDER BY d.duty_id, u.unit_id;

-- name: duties_within(scope, year, first, last)^
-- How many of the year's duties were given to units of a scope within some days, how many units reported one done, how many late.
SELECT COUNT(DISTINCT CASE WHEN d.given_on BETWEEN :first AND :last THEN d.duty_id END) AS duties_given,
       COUNT(CASE WHEN g.reported_on BETWEEN :first AND :last THEN 1 END) AS duties_done,
       COUNT(CASE WHEN g.reported_on BETWEEN :first AND :last AND g.done_on > d.due_on THEN 1 END) AS duties_late
FROM unit_ancestors a
JOIN duty_units g ON g.unit_id = a.unit_id
JOIN duties d ON d.duty_id = g.duty_id AND d.year = :year AND d.cancelled_at IS NULL AND d.given_on <= :last
WHERE a.ancestor_id = :scope;

-- name: goals(scope, year, day)
-- The goals of the units in a scope and how far each has come by a day; a unit's goal is reached by all below it together.
-- CROSS JOIN keeps SQLite beginning at the unit, which has few sessions, not at its campaign, which has many.
SELECT u.unit_id AS unit_code, u.name AS unit_name, g.measure, g.target, g.due_on,
       CASE g.measure WHEN 'models' THEN (
           SELECT COUNT(*) FROM counted_models m JOIN unit_ancestors b ON b.unit_id = m.home_unit_id AND b.ancestor_id = g.unit_id
           WHERE m.campaign_id = g.campaign_id AND m.registered_on <= :day)
       ELSE (
           SELECT CASE g.measure WHEN 'sessions' THEN COUNT(*) ELSE COALESCE(SUM(
                      CASE g.measure WHEN 'attendees' THEN s.attendee_count WHEN 'households_met' THEN s.met_count
                                     ELSE s.agreed_count END), 0) END
           FROM (
               SELECT x.session_id FROM unit_ancestors b CROSS JOIN outreach_sessions x
               WHERE b.ancestor_id = g.unit_id AND x.host_unit_id = b.unit_id AND x.campaign_id = g.campaign_id
               UNION
               SELECT x.session_id FROM unit_ancestors b CROSS JOIN individuals d CROSS JOIN outreach_sessions x
               WHERE b.ancestor_id = g.unit_id AND d.unit_id = b.unit_id
                 AND x.host_individual_id = d.individual_id AND x.campaign_id = g.campaign_id
               UNION
               SELECT h.session_id FROM unit_ancestors b JOIN session_cohosts h ON h.unit_id = b.unit_id
               WHERE b.ancestor_id = g.unit_id) AS t
           CROSS JOIN outreach_sessions s
           WHERE s.session_id = t.session_id AND s.campaign_id = g.campaign_id AND s.held_on <= :day)
       END AS reached
FROM goals g
JOIN units u ON u.unit_id = g.unit_id
JOIN unit_ancestors a ON a.unit_id = g.unit_id AND a.ancestor_id = :scope
JOIN campaigns c ON c.campaign_id = g.campaign_id AND c.year = :year
ORDER BY g.unit_id, g.measure;

-- name: models_within(scope, year, first, last)$
-- How many models were registered within some days.
SELECT COUNT(*) FROM campaigns k
JOIN counted_models m ON m.campaign_id = k.campaign_id
JOIN unit_ancestors a ON a.unit_id = m.home_unit_id AND a.ancestor_id = :scope
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND m.registered_on BETWEEN :first AND :last;

-- name: notices_within(scope, began_at, ended_at)$
-- How many notices were published within some days.
SELECT COUNT(*) FROM unit_ancestors a
JOIN projects p ON p.unit_id = a.unit_id
JOIN notices n ON n.project_id = p.project_id AND n.published_at >= :began_at AND n.published_at < :ended_at
WHERE a.ancestor_id = :scope;

-- name: models_by_day(scope, year, first, last)
-- On which of some days how many models were registered.
SELECT m.registered_on AS day, COUNT(*) AS counted FROM campaigns k
JOIN counted_models m ON m.campaign_id = k.campaign_id
JOIN unit_ancestors a ON a.unit_id = m.home_unit_id AND a.ancestor_id = :scope
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND m.registered_on BETWEEN :first AND :last
GROUP BY m.registered_on;

-- name: sessions_by_day(scope, year, first, last)
-- Sessions that were held or reported within some days, by both days, with how many people came to them.
SELECT s.held_on, s.reported_on, COUNT(*) AS counted, COALESCE(SUM(s.attendee_count), 0) AS attendees FROM campaigns k
JOIN outreach_sessions s ON s.campaign_id = k.campaign_id
WHERE k.unit_id IN (SELECT r.relative_id FROM unit_relatives r WHERE r.unit_id = :scope) AND k.year = :year AND (s.held_on BETWEEN :first AND :last OR s.reported_on BETWEEN :first AND :last)
  AND (EXISTS (SELECT 1 FROM unit_ancestors a WHERE a.unit_id = s.host_unit_id AND a.ancestor_id = :scope)
       OR EXISTS (SELECT 1 FROM individuals d JOIN unit_ancestors a ON a.unit_id = d.unit_id AND a.ancestor_id = :scope
                  WHERE d.individual_id = s.host_individual_id)
       OR EXISTS (SELECT 1 FROM session_cohosts h JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
                  WHERE h.session_id = s.session_id))
GROUP BY s.held_on, s.reported_on;

-- name: answers_given(scope, began_at, ended_at)
-- What the households of a scope's notices answered within some days.
SELECT w.recipient_id, w.answer, w.answered_at
FROM unit_ancestors a
JOIN projects p ON p.unit_id = a.unit_id
JOIN notices n ON n.project_id = p.project_id
JOIN notice_recipients r ON r.notice_id = n.notice_id
JOIN notice_answers w ON w.recipient_id = r.recipient_id AND w.answered_at >= :began_at AND w.answered_at < :ended_at
WHERE a.ancestor_id = :scope;

-- name: keep_sent(span, day, unit_id, figures, sent_at)!
-- What was sent for a unit; the first of several leaders of a unit says it for all.
INSERT INTO sent_figures (span, day, unit_id, figures, sent_at) VALUES (:span, :day, :unit_id, :figures, :sent_at)
ON CONFLICT (unit_id, day, span) DO NOTHING;

-- name: sent(span, day, unit_id)^
-- The figures that were sent for a unit and a day.
SELECT span, day, sent_at, figures FROM sent_figures WHERE unit_id = :unit_id AND day = :day AND span = :span;
