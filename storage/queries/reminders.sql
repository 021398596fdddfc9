-- name: wish_of(person_id)^
-- How somebody wants to be reminded.
SELECT person_id, hour, off, again_on FROM reminder_wishes WHERE person_id = :person_id;

-- name: keep(person_id, hour, off, again_on)!
-- What somebody asks for from now on.
INSERT INTO reminder_wishes (person_id, hour, off, again_on) VALUES (:person_id, :hour, :off, :again_on)
ON CONFLICT (person_id) DO UPDATE SET hour = excluded.hour, off = excluded.off, again_on = excluded.again_on;

-- name: wait(person_id, day)!
-- A reminder waits for its person to finish what they are doing.
INSERT INTO reminder_waits (person_id, day) VALUES (:person_id, :day)
ON CONFLICT (person_id) DO UPDATE SET day = excluded.day;

-- name: asked_for(hour, day)$
-- Whether anybody wants to be reminded at an hour, or has a reminder of that day that waits.
SELECT EXISTS (SELECT 1 FROM reminder_wishes WHERE hour = :hour) OR EXISTS (SELECT 1 FROM reminder_waits WHERE day = :day);

-- name: turns(hour, usual, day, job, purpose)
-- The secretaries who agreed to be written to, have not been reminded that day, and whose hour it is: their own, the usual
-- one where they have none, or any when their reminder waits.
SELECT DISTINCT m.person_id FROM memberships m
LEFT JOIN reminder_wishes w ON w.person_id = m.person_id
WHERE m.role = 'secretary' AND m.until IS NULL
  AND (w.hour = :hour OR (w.hour IS NULL AND :usual)
       OR EXISTS (SELECT 1 FROM reminder_waits x WHERE x.person_id = m.person_id AND x.day = :day))
  AND EXISTS (SELECT 1 FROM consents c WHERE c.person_id = m.person_id AND c.purpose = :purpose AND c.withdrawn_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM job_runs r WHERE r.job = :job AND r.slot = :day AND r.recipient = m.person_id)
ORDER BY m.person_id;

-- name: waits(person_id, day)$
-- Whether somebody's reminder of a day waits.
SELECT 1 FROM reminder_waits WHERE person_id = :person_id AND day = :day;
