-- name: plans_of(scope, most)
-- The newest plans by which a unit or anything below it works.
SELECT p.plan_id, p.number, p.issuer, p.issued_on, p.title FROM plans p
JOIN unit_ancestors a ON a.unit_id = p.unit_id AND a.ancestor_id = :scope
ORDER BY p.issued_on DESC, p.number LIMIT :most;

-- name: plan_of(plan_id, scope)^
-- One plan by which a unit or anything below it works.
SELECT p.plan_id, p.number, p.issuer, p.issued_on, p.title FROM plans p
JOIN unit_ancestors a ON a.unit_id = p.unit_id AND a.ancestor_id = :scope
WHERE p.plan_id = :plan_id;

-- name: add_plan(plan_id, unit_id, number, issuer, issued_on, title, created_at)!
-- A plan, unless it is entered already.
INSERT INTO plans (plan_id, unit_id, number, issuer, issued_on, title, created_at)
VALUES (:plan_id, :unit_id, :number, :issuer, :issued_on, :title, :created_at)
ON CONFLICT (unit_id, number, issued_on) DO NOTHING;

-- name: plan_id_of(unit_id, number, issued_on)$
-- The plan of that number and day.
SELECT plan_id FROM plans WHERE unit_id = :unit_id AND number = :number AND issued_on = :issued_on;

-- name: conferences_of(scope, most)
-- The newest conferences of a unit and of anything below it.
SELECT c.conference_id, c.plan_id, p.number AS plan_number, c.held_on, c.held_at, c.place FROM conferences c
JOIN plans p ON p.plan_id = c.plan_id
JOIN unit_ancestors a ON a.unit_id = c.unit_id AND a.ancestor_id = :scope
ORDER BY c.held_on DESC, c.conference_id LIMIT :most;

-- name: conferences_on(plan_id, scope)
-- The conferences that launched one plan, the oldest first.
SELECT c.conference_id, c.plan_id, p.number AS plan_number, c.held_on, c.held_at, c.place FROM conferences c
JOIN plans p ON p.plan_id = c.plan_id
JOIN unit_ancestors a ON a.unit_id = c.unit_id AND a.ancestor_id = :scope
WHERE c.plan_id = :plan_id ORDER BY c.held_on, c.conference_id;

-- name: groups_of(conference_id)
-- Who came to a conference, in the order in which they were named.
SELECT name, came, invited, share FROM conference_groups WHERE conference_id = :conference_id ORDER BY position;

-- name: add_conference(conference_id, plan_id, unit_id, held_on, held_at, place, draft, author_id, created_at)$
-- A conference; nothing comes back when one on that plan and day is recorded already.
INSERT INTO conferences (conference_id, plan_id, unit_id, held_on, held_at, place, draft, author_id, created_at)
VALUES (:conference_id, :plan_id, :unit_id, :held_on, :held_at, :place, :draft, :author_id, :created_at)
ON CONFLICT (plan_id, unit_id, held_on) DO NOTHING RETURNING conference_id;

-- name: add_group(conference_id, position, name, came, invited, share)!
-- A group that came to a conference.
INSERT INTO conference_groups (conference_id, position, name, came, invited, share)
VALUES (:conference_id, :position, :name, :came, :invited, :share);
