-- name: campaign_of(scope, day)^
-- The newest campaign begun by a day that a unit takes part in: its own, or the nearest one above it.
SELECT c.campaign_id, c.unit_id, c.year, c.title, c.opens_on, c.registration_deadline, c.focal_body, w.name AS unit_name
FROM unit_ancestors a JOIN campaigns c ON c.unit_id = a.ancestor_id JOIN units w ON w.unit_id = c.unit_id
WHERE a.unit_id = :scope AND c.opens_on <= :day ORDER BY a.depth, c.year DESC LIMIT 1;

-- name: campaign(campaign_id)^
-- One campaign.
SELECT c.campaign_id, c.unit_id, c.year, c.title, c.opens_on, c.registration_deadline, c.focal_body, w.name AS unit_name
FROM campaigns c JOIN units w ON w.unit_id = c.unit_id WHERE c.campaign_id = :campaign_id;

-- name: campaigns_open(day)
-- The newest campaign of each ward that has begun by a day: for jobs.
SELECT c.campaign_id, c.unit_id, c.year, c.title, c.opens_on, c.registration_deadline, c.focal_body, w.name AS unit_name
FROM campaigns c JOIN units w ON w.unit_id = c.unit_id
WHERE c.opens_on <= :day
  AND NOT EXISTS (SELECT 1 FROM campaigns l WHERE l.unit_id = c.unit_id AND l.opens_on <= :day AND l.year > c.year)
ORDER BY c.campaign_id;

-- name: campaigns_below(scope, day)
-- The newest campaigns begun by a day in a unit and everything below it.
SELECT c.campaign_id, c.unit_id, c.year, c.title, c.opens_on, c.registration_deadline, c.focal_body, w.name AS unit_name
FROM unit_ancestors a JOIN campaigns c ON c.unit_id = a.unit_id JOIN units w ON w.unit_id = c.unit_id
WHERE a.ancestor_id = :scope AND c.opens_on <= :day
  AND NOT EXISTS (SELECT 1 FROM campaigns l WHERE l.unit_id = c.unit_id AND l.opens_on <= :day AND l.year > c.year)
ORDER BY c.campaign_id;

-- name: fields_of(campaign_id)
-- The fields of a campaign in their order.
SELECT code, name FROM fields WHERE campaign_id = :campaign_id ORDER BY position;

-- name: projects_of(unit_id, day)
-- The ward's projects that are open on a day.
SELECT project_id, name FROM projects WHERE unit_id = :unit_id AND (closed_on IS NULL OR closed_on > :day) ORDER BY project_id;

-- name: collectives_of(ward_id, day)
-- The ward's collectives that exist on a day.
SELECT unit_id, name FROM units
WHERE parent_id = :ward_id AND valid_from <= :day AND (valid_to IS NULL OR valid_to >= :day) ORDER BY unit_id;

-- name: unit(unit_id)^
-- One unit.
SELECT unit_id, kind, name, parent_id FROM units WHERE unit_id = :unit_id;

-- name: wards()
-- The units that hold a campaign, of whatever year.
SELECT DISTINCT unit_id FROM campaigns ORDER BY unit_id;

-- name: highest()
-- The units that stand under no other.
SELECT unit_id FROM units WHERE parent_id IS NULL ORDER BY unit_id;

-- name: individual_of(person_id)^
-- The individual as which a person takes part.
SELECT individual_id, name, unit_id FROM individuals WHERE person_id = :person_id;

-- name: tie_individual(individual_id, person_id)!
-- A person is this individual.
UPDATE individuals SET person_id = :person_id WHERE individual_id = :individual_id AND person_id IS NULL;

-- name: add_individual(individual_id, name, unit_id, person_id)!
-- A new individual.
INSERT INTO individuals (individual_id, name, unit_id, person_id) VALUES (:individual_id, :name, :unit_id, :person_id);

-- name: last_individual_number()$
-- The highest number of an individual's code.
SELECT COALESCE(MAX(CAST(SUBSTR(individual_id, 3) AS INTEGER)), 0) FROM individuals WHERE individual_id LIKE 'CN%';

-- name: models_of_unit(unit_id, campaign_id)
-- A unit's models, the newest first.
SELECT model_id, code, name, field_code, project_id, state FROM models
WHERE owner_unit_id = :unit_id AND campaign_id = :campaign_id AND state <> 'withdrawn' ORDER BY number DESC;

-- name: models_of_individual(individual_id, campaign_id)
-- An individual's models, the newest first.
SELECT model_id, code, name, field_code, project_id, state FROM models
WHERE owner_individual_id = :individual_id AND campaign_id = :campaign_id AND state <> 'withdrawn' ORDER BY number DESC;

-- name: organisation_models(unit_id, campaign_id)
-- The models of the ward's mass organisations; only a party cell has them as neighbours.
SELECT m.model_id, m.code, m.name, u.name AS owner_name FROM models m
JOIN units u ON u.unit_id = m.owner_unit_id AND u.kind IN ('mass_organization', 'fatherland_front')
WHERE m.campaign_id = :campaign_id AND m.state <> 'withdrawn'
  AND EXISTS (SELECT 1 FROM units c WHERE c.unit_id = :unit_id AND c.kind = 'party_cell')
ORDER BY m.number;

-- name: last_model_number(campaign_id)$
-- The highest number of a model in a campaign.
SELECT COALESCE(MAX(number), 0) FROM models WHERE campaign_id = :campaign_id;

-- name: add_model(model_id, number, code, campaign_id, owner_unit_id, owner_individual_id, field_code, project_id, name, content, audience, target, starts_on, ends_on, registered_on, draft, author_id, created_at)!
-- A model is registered.
INSERT INTO models (model_id, number, code, campaign_id, owner_unit_id, owner_individual_id, field_code, project_id, name, content,
    audience, target, starts_on, ends_on, state, registered_on, draft, author_id, created_at)
VALUES (:model_id, :number, :code, :campaign_id, :owner_unit_id, :owner_individual_id, :field_code, :project_id, :name, :content,
    :audience, :target, :starts_on, :ends_on, 'submitted', :registered_on, :draft, :author_id, :created_at);

-- name: last_session_number(campaign_id)$
-- The highest number of a session in a campaign.
SELECT COALESCE(MAX(number), 0) FROM outreach_sessions WHERE campaign_id = :campaign_id;

-- name: add_session(session_id, number, code, campaign_id, host_unit_id, host_individual_id, held_on, held_at, model_id, field_code, project_id, topic, place, coordinates, attendee_count, household_count, outcome, met_count, agreed_count, hesitating_count, price_count, resettlement_count, papers_count, other_count, draft, author_id, reported_on, created_at)!
-- A session is reported.
INSERT INTO outreach_sessions (session_id, number, code, campaign_id, host_unit_id, host_individual_id, held_on, held_at, model_id,
    field_code, project_id, topic, place, coordinates, attendee_count, household_count, outcome, met_count, agreed_count,
    hesitating_count, price_count, resettlement_count, papers_count, other_count, draft, author_id, reported_on, created_at)
VALUES (:session_id, :number, :code, :campaign_id, :host_unit_id, :host_individual_id, :held_on, :held_at, :model_id,
    :field_code, :project_id, :topic, :place, :coordinates, :attendee_count, :household_count, :outcome, :met_count,
    :agreed_count, :hesitating_count, :price_count, :resettlement_count, :papers_count, :other_count, :draft, :author_id,
    :reported_on, :created_at);

-- name: add_cohost(session_id, unit_id)!
-- A unit held a session together with its host.
INSERT INTO session_cohosts (session_id, unit_id) VALUES (:session_id, :unit_id);

-- name: add_session_photo(session_id, media_id)!
-- A photo of a session.
INSERT INTO session_photos (session_id, media_id) VALUES (:session_id, :media_id);

-- name: household_unit(household_id)$
-- The unit in which a household lives.
SELECT unit_id FROM households WHERE household_id = :household_id;

-- name: individual_unit(individual_id)$
-- The unit of an individual.
SELECT unit_id FROM individuals WHERE individual_id = :individual_id;
