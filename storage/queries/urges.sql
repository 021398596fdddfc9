-- name: claim(day, unit_id, person_id, at, people)$
-- A unit is urged; nothing comes back when it was on that day.
INSERT INTO urges (day, unit_id, person_id, at, people) VALUES (:day, :unit_id, :person_id, :at, :people)
ON CONFLICT (day, unit_id) DO NOTHING RETURNING unit_id;

-- name: of(day, unit_id)^
-- Who urged a unit on a day.
SELECT u.unit_id, u.person_id, p.name AS person_name, u.at, u.people FROM urges u
JOIN people p ON p.person_id = u.person_id WHERE u.day = :day AND u.unit_id = :unit_id;
