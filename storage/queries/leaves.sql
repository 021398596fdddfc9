-- name: add_leave(leave_id, person_id, first_on, last_on, deputy_id, draft, said_at)!
-- A person is away from one day to another.
INSERT INTO leaves (leave_id, person_id, first_on, last_on, deputy_id, draft, said_at)
VALUES (:leave_id, :person_id, :first_on, :last_on, :deputy_id, :draft, :said_at);

-- name: end_between(person_id, first_on, last_on)!
-- What a person said before of days that are now said anew no longer holds from the first of them.
UPDATE leaves SET ended_on = :first_on
WHERE person_id = :person_id AND first_on <= :last_on AND last_on >= :first_on AND (ended_on IS NULL OR ended_on > :first_on);

-- name: end_from(person_id, day)
-- A person is back: nothing that they said of this day or later ones holds; what ended is returned.
UPDATE leaves SET ended_on = :day
WHERE person_id = :person_id AND last_on >= :day AND (ended_on IS NULL OR ended_on > :day)
  AND (ended_on IS NULL OR ended_on > first_on)
RETURNING leave_id;

-- name: away_from(unit_id, role, day)
-- Who of those with a role in a unit is away on a day, by what was said last: for what the program itself sends.
SELECT l.person_id, p.name, l.first_on, l.last_on, l.deputy_id FROM memberships m
JOIN leaves l ON l.person_id = m.person_id AND l.first_on <= :day AND l.last_on >= :day
    AND (l.ended_on IS NULL OR l.ended_on > :day)
JOIN people p ON p.person_id = l.person_id
WHERE m.unit_id = :unit_id AND m.role = :role AND m.until IS NULL
ORDER BY l.leave_id;

-- name: of_person(person_id, day)^
-- The leave of a person that holds on a day or is to come, the nearest first.
SELECT l.person_id, p.name, l.first_on, l.last_on, l.deputy_id FROM leaves l JOIN people p ON p.person_id = l.person_id
WHERE l.person_id = :person_id AND l.last_on >= :day
  AND (l.ended_on IS NULL OR (l.ended_on > :day AND l.ended_on > l.first_on))
ORDER BY l.first_on, l.leave_id DESC LIMIT 1;

-- name: in_scope(scope, day)
-- Who of a unit and everything below it is away on a day or will be.
SELECT DISTINCT l.person_id, p.name, l.first_on, l.last_on, l.deputy_id, u.unit_id, u.name AS unit_name
FROM leaves l JOIN people p ON p.person_id = l.person_id
JOIN memberships m ON m.person_id = l.person_id AND m.until IS NULL AND m.role <> 'resident'
JOIN unit_ancestors a ON a.unit_id = m.unit_id AND a.ancestor_id = :scope
JOIN units u ON u.unit_id = m.unit_id
WHERE l.last_on >= :day AND (l.ended_on IS NULL OR (l.ended_on > :day AND l.ended_on > l.first_on))
ORDER BY l.first_on, p.name, u.unit_id LIMIT 50;

-- name: posts_in(unit_id, role)
-- Who holds a role in a unit, with the chats that can be reached, the newest first: for what the program itself sends.
SELECT m.person_id, p.name, m.unit_id, m.deputy, a.channel, a.account, a.chat FROM memberships m
JOIN people p ON p.person_id = m.person_id
LEFT JOIN accounts a ON a.person_id = m.person_id AND a.unreachable IS NULL
WHERE m.unit_id = :unit_id AND m.role = :role AND m.until IS NULL
ORDER BY m.person_id, a.joined_at DESC, a.channel, a.account;

-- name: units_of(person_id, role)
-- The units in which a person holds a role.
SELECT unit_id FROM memberships WHERE person_id = :person_id AND role = :role AND until IS NULL ORDER BY unit_id;

-- name: colleagues(person_id)
-- Who is secretary or deputy of a unit of which a person is too, deputies first.
SELECT c.person_id, p.name, MAX(c.deputy) AS deputy FROM memberships m
JOIN memberships c ON c.unit_id = m.unit_id AND c.role = 'secretary' AND c.until IS NULL AND c.person_id <> m.person_id
JOIN people p ON p.person_id = c.person_id
WHERE m.person_id = :person_id AND m.role = 'secretary' AND m.until IS NULL
GROUP BY c.person_id, p.name ORDER BY MAX(c.deputy) DESC, p.name, c.person_id LIMIT 8;
