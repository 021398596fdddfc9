-- name: units_with_goals(scope, ward_id, day)
-- The units of a ward, itself included, that exist on a day and lie in a scope: those to which a goal can be given.
SELECT u.unit_id AS code, u.name FROM units u
JOIN unit_ancestors a ON a.unit_id = u.unit_id AND a.ancestor_id = :scope
WHERE (u.parent_id = :ward_id OR u.unit_id = :ward_id)
  AND u.valid_from <= :day AND (u.valid_to IS NULL OR u.valid_to >= :day)
ORDER BY u.unit_id <> :ward_id, u.unit_id;

-- name: target(campaign_id, unit_id, measure)$
-- What a unit is to reach.
SELECT target FROM goals WHERE campaign_id = :campaign_id AND unit_id = :unit_id AND measure = :measure;

-- name: set_target(campaign_id, unit_id, measure, target)!
-- What a unit is to reach from now on; a day that the goal has stays.
INSERT INTO goals (campaign_id, unit_id, measure, target) VALUES (:campaign_id, :unit_id, :measure, :target)
ON CONFLICT (campaign_id, unit_id, measure) DO UPDATE SET target = excluded.target;

-- name: add_change(draft, campaign_id, unit_id, measure, old_target, new_target, person_id, changed_at)!
-- Who set a goal, when, and what stood there before.
INSERT INTO goal_changes (draft, campaign_id, unit_id, measure, old_target, new_target, person_id, changed_at)
VALUES (:draft, :campaign_id, :unit_id, :measure, :old_target, :new_target, :person_id, :changed_at);
