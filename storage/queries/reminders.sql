-- name: wish_of(person_id)^
-- How somebody wants to be reminded.
SELECT person_id, hour, off, again_on FROM reminder_wishes WHERE person_id = :person_id;

-- name: wishes()
-- How everybody wants to be reminded who has ever said so.
SELECT person_id, hour, off, again_on FROM reminder_wishes;

-- name: keep(person_id, hour, off, again_on)!
-- What somebody asks for from now on.
INSERT INTO reminder_wishes (person_id, hour, off, again_on) VALUES (:person_id, :hour, :off, :again_on)
ON CONFLICT (person_id) DO UPDATE SET hour = excluded.hour, off = excluded.off, again_on = excluded.again_on;

-- name: wait(person_id, day)!
-- A reminder waits for its person to finish what they are doing.
INSERT INTO reminder_waits (person_id, day) VALUES (:person_id, :day)
ON CONFLICT (person_id) DO UPDATE SET day = excluded.day;

-- name: waiting(day)
-- Whose reminder of a day waits.
SELECT person_id FROM reminder_waits WHERE day = :day;
