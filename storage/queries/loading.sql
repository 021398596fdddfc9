-- name: all_units()
-- Every unit as files describe it.
SELECT unit_id, kind, name, parent_id, valid_from, valid_to, source FROM units;

-- name: put_unit(unit_id, kind, name, parent_id, valid_from, valid_to, source)!
-- A unit, new or changed.
INSERT INTO units (unit_id, kind, name, parent_id, valid_from, valid_to, source)
VALUES (:unit_id, :kind, :name, :parent_id, :valid_from, :valid_to, :source)
ON CONFLICT (unit_id) DO UPDATE SET kind = excluded.kind, name = excluded.name, parent_id = excluded.parent_id,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, source = excluded.source;

-- name: forget_ancestors()!
-- Nothing is below anything, until it is worked out again.
DELETE FROM unit_ancestors;

-- name: find_ancestors()!
-- Every unit is below itself, its parent, its parent's parent and so on; a loop would stop at a depth no tree has.
INSERT INTO unit_ancestors (unit_id, ancestor_id, depth)
WITH RECURSIVE above (unit_id, ancestor_id, depth) AS (
    SELECT unit_id, unit_id, 0 FROM units
    UNION ALL
    SELECT a.unit_id, u.parent_id, a.depth + 1 FROM above a JOIN units u ON u.unit_id = a.ancestor_id
    WHERE u.parent_id IS NOT NULL AND a.depth < 50)
SELECT unit_id, ancestor_id, depth FROM above;

-- name: all_campaigns()
-- Every campaign.
SELECT campaign_id, unit_id, year, title, opens_on, registration_deadline, focal_body, locks_on,
       escalate_after FROM campaigns;

-- name: put_campaign(campaign_id, unit_id, year, title, opens_on, registration_deadline, focal_body, locks_on, escalate_after)!
-- A campaign, new or changed.
INSERT INTO campaigns (campaign_id, unit_id, year, title, opens_on, registration_deadline, focal_body, locks_on, escalate_after)
VALUES (:campaign_id, :unit_id, :year, :title, :opens_on, :registration_deadline, :focal_body, :locks_on, :escalate_after)
ON CONFLICT (campaign_id) DO UPDATE SET unit_id = excluded.unit_id, year = excluded.year, title = excluded.title,
    opens_on = excluded.opens_on, registration_deadline = excluded.registration_deadline, focal_body = excluded.focal_body,
    locks_on = excluded.locks_on, escalate_after = excluded.escalate_after;

-- name: all_fields()
-- Every field of every campaign.
SELECT campaign_id, code, name, position FROM fields;

-- name: put_field(campaign_id, code, name, position)!
-- A field of a campaign, new or changed.
INSERT INTO fields (campaign_id, code, name, position) VALUES (:campaign_id, :code, :name, :position)
ON CONFLICT (campaign_id, code) DO UPDATE SET name = excluded.name, position = excluded.position;

-- name: all_projects()
-- Every project, open or closed.
SELECT project_id, name, unit_id, road_width_m, closed_on FROM projects;

-- name: put_project(project_id, name, unit_id, road_width_m, closed_on)!
-- A project, new or changed.
INSERT INTO projects (project_id, name, unit_id, road_width_m, closed_on)
VALUES (:project_id, :name, :unit_id, :road_width_m, :closed_on)
ON CONFLICT (project_id) DO UPDATE SET name = excluded.name, unit_id = excluded.unit_id,
    road_width_m = excluded.road_width_m, closed_on = excluded.closed_on;

-- name: all_individuals()
-- Every individual, and the person who joined as it.
SELECT individual_id, name, unit_id, person_id FROM individuals;

-- name: put_individual(individual_id, name, unit_id)!
-- An individual, new or changed; the person who joined as this individual stays.
INSERT INTO individuals (individual_id, name, unit_id) VALUES (:individual_id, :name, :unit_id)
ON CONFLICT (individual_id) DO UPDATE SET name = excluded.name, unit_id = excluded.unit_id;

-- name: all_goals()
-- Every goal.
SELECT campaign_id, unit_id, measure, target, due_on FROM goals;

-- name: put_goal(campaign_id, unit_id, measure, target, due_on)!
-- What a unit is to reach, new or changed.
INSERT INTO goals (campaign_id, unit_id, measure, target, due_on)
VALUES (:campaign_id, :unit_id, :measure, :target, :due_on)
ON CONFLICT (campaign_id, unit_id, measure) DO UPDATE SET target = excluded.target, due_on = excluded.due_on;

-- name: all_obligations()
-- Every duty to register a clearance model.
SELECT unit_id, project_id FROM obligations;

-- name: put_obligation(unit_id, project_id)!
-- A unit has clearance in a project.
INSERT INTO obligations (unit_id, project_id) VALUES (:unit_id, :project_id)
ON CONFLICT (unit_id, project_id) DO NOTHING;

-- name: all_plans()
-- Every plan.
SELECT plan_id, unit_id, number, issuer, issued_on, title, created_at FROM plans;

-- name: put_plan(plan_id, unit_id, number, issuer, issued_on, title, created_at)!
-- A plan, new or changed.
INSERT INTO plans (plan_id, unit_id, number, issuer, issued_on, title, created_at)
VALUES (:plan_id, :unit_id, :number, :issuer, :issued_on, :title, :created_at)
ON CONFLICT (plan_id) DO UPDATE SET unit_id = excluded.unit_id, number = excluded.number, issuer = excluded.issuer,
    issued_on = excluded.issued_on, title = excluded.title;

-- name: all_conferences()
-- Every conference.
SELECT conference_id, plan_id, unit_id, held_on, held_at, place, created_at FROM conferences;

-- name: put_conference(conference_id, plan_id, unit_id, held_on, held_at, place, created_at)!
-- A conference, new or changed.
INSERT INTO conferences (conference_id, plan_id, unit_id, held_on, held_at, place, created_at)
VALUES (:conference_id, :plan_id, :unit_id, :held_on, :held_at, :place, :created_at)
ON CONFLICT (conference_id) DO UPDATE SET plan_id = excluded.plan_id, unit_id = excluded.unit_id,
    held_on = excluded.held_on, held_at = excluded.held_at, place = excluded.place;

-- name: all_conference_groups()
-- Every group that came to a conference.
SELECT conference_id, position, name, came, invited, share FROM conference_groups;

-- name: put_conference_group(conference_id, position, name, came, invited, share)!
-- A group of a conference, new or changed.
INSERT INTO conference_groups (conference_id, position, name, came, invited, share)
VALUES (:conference_id, :position, :name, :came, :invited, :share)
ON CONFLICT (conference_id, position) DO UPDATE SET name = excluded.name, came = excluded.came,
    invited = excluded.invited, share = excluded.share;

-- name: all_duties()
-- Every duty as files describe it, without its units.
SELECT duty_id, unit_id, year, title, plan_id, evidence, given_on, due_on, created_at FROM duties;

-- name: all_duty_units()
-- Which units have which duty.
SELECT duty_id, unit_id FROM duty_units ORDER BY duty_id, unit_id;

-- name: put_duty(duty_id, unit_id, year, title, plan_id, evidence, given_on, due_on, created_at)!
-- A duty, new or changed; its deadline, who gave it by chat, and whether it was cancelled, stay.
INSERT INTO duties (duty_id, unit_id, year, title, plan_id, evidence, given_on, due_on, created_at)
VALUES (:duty_id, :unit_id, :year, :title, :plan_id, :evidence, :given_on, :due_on, :created_at)
ON CONFLICT (duty_id) DO UPDATE SET title = excluded.title, plan_id = excluded.plan_id, evidence = excluded.evidence,
    given_on = excluded.given_on, version = duties.version + 1;

-- name: forget_duty_units(duty_id)!
-- A duty has none of the units that never acted on it, until they are put again.
DELETE FROM duty_units WHERE duty_id = :duty_id AND done_on IS NULL AND version = 1;

-- name: put_duty_unit(duty_id, unit_id)!
-- A unit has a duty.
INSERT INTO duty_units (duty_id, unit_id) VALUES (:duty_id, :unit_id) ON CONFLICT (duty_id, unit_id) DO NOTHING;

-- name: all_resolutions()
-- What units reported as done.
SELECT duty_id, unit_id, number, done_on, reported_on FROM duty_units WHERE done_on IS NOT NULL;

-- name: put_resolution(duty_id, unit_id, number, done_on, reported_on)!
-- A unit's report on a duty, new or changed.
INSERT INTO duty_units (duty_id, unit_id, number, done_on, reported_on)
VALUES (:duty_id, :unit_id, :number, :done_on, :reported_on)
ON CONFLICT (duty_id, unit_id) DO UPDATE SET number = excluded.number, done_on = excluded.done_on,
    reported_on = excluded.reported_on, version = duty_units.version + 1;

-- name: all_models()
-- Every model as files describe it.
SELECT model_id, campaign_id, number, code, owner_unit_id, owner_individual_id, field_code, project_id, name, content,
       audience, target, starts_on, ends_on, state, registered_on, created_at FROM models;

-- name: put_model(model_id, campaign_id, number, code, owner_unit_id, owner_individual_id, field_code, project_id, name, content, audience, target, starts_on, ends_on, state, registered_on, created_at)!
-- A model, new or changed; its state, who sent it by chat, and when, stay.
INSERT INTO models (model_id, campaign_id, number, code, owner_unit_id, owner_individual_id, field_code, project_id, name,
    content, audience, target, starts_on, ends_on, state, registered_on, created_at)
VALUES (:model_id, :campaign_id, :number, :code, :owner_unit_id, :owner_individual_id, :field_code, :project_id, :name,
    :content, :audience, :target, :starts_on, :ends_on, :state, :registered_on, :created_at)
ON CONFLICT (model_id) DO UPDATE SET owner_unit_id = excluded.owner_unit_id,
    owner_individual_id = excluded.owner_individual_id, field_code = excluded.field_code, project_id = excluded.project_id,
    name = excluded.name, content = excluded.content, audience = excluded.audience, target = excluded.target,
    starts_on = excluded.starts_on, ends_on = excluded.ends_on, registered_on = excluded.registered_on;

-- name: all_sessions()
-- Every session as files describe it, without its co-hosts.
SELECT session_id, campaign_id, number, code, host_unit_id, host_individual_id, held_on, held_at, model_id, field_code,
       project_id, topic, audience, place, attendee_count, household_count, outcome, met_count, agreed_count,
       hesitating_count, price_count, resettlement_count, papers_count, other_count, reported_on, created_at
FROM outreach_sessions;

-- name: all_cohosts()
-- Who held which session together with its host.
SELECT session_id, unit_id FROM session_cohosts ORDER BY session_id, unit_id;

-- name: put_session(session_id, campaign_id, number, code, host_unit_id, host_individual_id, held_on, held_at, model_id, field_code, project_id, topic, audience, place, attendee_count, household_count, outcome, met_count, agreed_count, hesitating_count, price_count, resettlement_count, papers_count, other_count, reported_on, created_at)!
-- A session, new or changed; the day it was reported, who did so by chat, and its photos, stay.
INSERT INTO outreach_sessions (session_id, campaign_id, number, code, host_unit_id, host_individual_id, held_on, held_at,
    model_id, field_code, project_id, topic, audience, place, attendee_count, household_count, outcome, met_count, agreed_count,
    hesitating_count, price_count, resettlement_count, papers_count, other_count, reported_on, created_at)
VALUES (:session_id, :campaign_id, :number, :code, :host_unit_id, :host_individual_id, :held_on, :held_at,
    :model_id, :field_code, :project_id, :topic, :audience, :place, :attendee_count, :household_count, :outcome, :met_count,
    :agreed_count, :hesitating_count, :price_count, :resettlement_count, :papers_count, :other_count, :reported_on, :created_at)
ON CONFLICT (session_id) DO UPDATE SET host_unit_id = excluded.host_unit_id, host_individual_id = excluded.host_individual_id,
    held_on = excluded.held_on, held_at = excluded.held_at, model_id = excluded.model_id, field_code = excluded.field_code,
    project_id = excluded.project_id, topic = excluded.topic, audience = excluded.audience, place = excluded.place,
    attendee_count = excluded.attendee_count, household_count = excluded.household_count, outcome = excluded.outcome,
    met_count = excluded.met_count, agreed_count = excluded.agreed_count, hesitating_count = excluded.hesitating_count,
    price_count = excluded.price_count, resettlement_count = excluded.resettlement_count,
    papers_count = excluded.papers_count, other_count = excluded.other_count,
    version = outreach_sessions.version + 1;

-- name: forget_cohosts(session_id)!
-- A session has no co-hosts, until they are put again.
DELETE FROM session_cohosts WHERE session_id = :session_id;

-- name: put_cohost(session_id, unit_id)!
-- A unit held a session together with its host.
INSERT INTO session_cohosts (session_id, unit_id) VALUES (:session_id, :unit_id);

-- name: all_households()
-- Every household.
SELECT household_id, unit_id, head_name, address, neighborhood_group, source FROM households;

-- name: put_household(household_id, unit_id, head_name, address, neighborhood_group, source)!
-- A household, new or changed.
INSERT INTO households (household_id, unit_id, head_name, address, neighborhood_group, source)
VALUES (:household_id, :unit_id, :head_name, :address, :neighborhood_group, :source)
ON CONFLICT (household_id) DO UPDATE SET unit_id = excluded.unit_id, head_name = excluded.head_name,
    address = excluded.address, neighborhood_group = excluded.neighborhood_group, source = excluded.source;

-- name: all_parcels()
-- Every parcel, also those that are gone.
SELECT household_id, project_id, map_sheet, plot, area_m2, land_type, note, gone_on FROM parcels;

-- name: put_parcel(household_id, project_id, map_sheet, plot, area_m2, land_type, note, gone_on)!
-- A parcel, new, changed, gone or back again.
INSERT INTO parcels (household_id, project_id, map_sheet, plot, area_m2, land_type, note, gone_on)
VALUES (:household_id, :project_id, :map_sheet, :plot, :area_m2, :land_type, :note, :gone_on)
ON CONFLICT (project_id, map_sheet, plot, household_id) DO UPDATE SET area_m2 = excluded.area_m2,
    land_type = excluded.land_type, note = excluded.note, gone_on = excluded.gone_on;

-- name: all_faq()
-- Every approved answer.
SELECT faq_id, unit_id, question, variants, answer, source, valid_from, valid_to FROM faq;

-- name: put_faq(faq_id, unit_id, question, variants, answer, source, valid_from, valid_to)!
-- An approved answer, new or changed.
INSERT INTO faq (faq_id, unit_id, question, variants, answer, source, valid_from, valid_to)
VALUES (:faq_id, :unit_id, :question, :variants, :answer, :source, :valid_from, :valid_to)
ON CONFLICT (faq_id) DO UPDATE SET question = excluded.question, variants = excluded.variants, answer = excluded.answer,
    source = excluded.source, valid_from = excluded.valid_from, valid_to = excluded.valid_to;

-- name: all_answer_templates()
-- Every ready answer.
SELECT template_id, unit_id, title, body, source FROM answer_templates;

-- name: put_answer_template(template_id, unit_id, title, body, source)!
-- A ready answer, new or changed.
INSERT INTO answer_templates (template_id, unit_id, title, body, source)
VALUES (:template_id, :unit_id, :title, :body, :source)
ON CONFLICT (template_id) DO UPDATE SET unit_id = excluded.unit_id, title = excluded.title, body = excluded.body,
    source = excluded.source;

-- name: all_ticket_rules()
-- Everything that decides who answers.
SELECT unit_id, project_id, neighborhood_group, officer_name, hours FROM ticket_rules;

-- name: put_ticket_rule(unit_id, project_id, neighborhood_group, officer_name, hours)!
-- Who answers, new or changed.
INSERT INTO ticket_rules (unit_id, project_id, neighborhood_group, officer_name, hours)
VALUES (:unit_id, :project_id, :neighborhood_group, :officer_name, :hours)
ON CONFLICT (unit_id, project_id, neighborhood_group) DO UPDATE SET officer_name = excluded.officer_name,
    hours = excluded.hours;

-- name: all_legal_routes()
-- Every legal way of a complaint, a denunciation or a petition.
SELECT route_id, unit_id, kind, where_to, rules, source, valid_from, valid_to FROM legal_routes;

-- name: put_legal_route(route_id, unit_id, kind, where_to, rules, source, valid_from, valid_to)!
-- A legal way, new or changed.
INSERT INTO legal_routes (route_id, unit_id, kind, where_to, rules, source, valid_from, valid_to)
VALUES (:route_id, :unit_id, :kind, :where_to, :rules, :source, :valid_from, :valid_to)
ON CONFLICT (route_id) DO UPDATE SET unit_id = excluded.unit_id, kind = excluded.kind, where_to = excluded.where_to,
    rules = excluded.rules, source = excluded.source, valid_from = excluded.valid_from, valid_to = excluded.valid_to;

-- name: all_ward_days()
-- Every day of which the ward has decided otherwise than the law.
SELECT day, off, reason FROM ward_days;

-- name: put_ward_day(day, off, reason)!
-- A day, new or decided anew.
INSERT INTO ward_days (day, off, reason) VALUES (:day, :off, :reason)
ON CONFLICT (day) DO UPDATE SET off = excluded.off, reason = excluded.reason;
