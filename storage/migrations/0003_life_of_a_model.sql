-- The life of a model: the rest of its ten items, its own assessment, its recognition, and every step with who and why.

ALTER TABLE models ADD COLUMN situation TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN goals TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN forces TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN resources TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN outputs TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN upkeep TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN assessed_part INTEGER;
ALTER TABLE models ADD COLUMN assessed_whole INTEGER;
ALTER TABLE models ADD COLUMN assessed_unit TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN assessment TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN level TEXT CHECK (level IN ('ward', 'city'));
CREATE INDEX models_waiting ON models (state, registered_on, model_id);
CREATE INDEX sessions_model ON outreach_sessions (model_id) WHERE model_id IS NOT NULL;

-- What was done with a model, by whom and why: never changed, never removed by the program.
-- `position` counts the steps of a model: two who act on what they saw can't both be the next.
CREATE TABLE model_steps (
    step_id    TEXT PRIMARY KEY,
    model_id   TEXT NOT NULL REFERENCES models (model_id),
    position   INTEGER NOT NULL,
    step       TEXT NOT NULL,
    person_id  TEXT NOT NULL REFERENCES people (person_id),
    from_state TEXT,
    to_state   TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    changes    TEXT NOT NULL DEFAULT '{}',
    at         BIGINT NOT NULL,
    UNIQUE (model_id, position)
);
CREATE TRIGGER model_steps_stay BEFORE UPDATE ON model_steps
BEGIN SELECT RAISE(ABORT, 'a step of a model is never changed'); END;
CREATE TRIGGER model_steps_kept BEFORE DELETE ON model_steps
BEGIN SELECT RAISE(ABORT, 'a step of a model is never removed'); END;

-- A model as its card shows it, with the unit to whose scope it belongs and how many steps it has had.
CREATE VIEW model_sheets AS
SELECT m.model_id, m.code, m.campaign_id, c.unit_id AS ward_id, m.owner_unit_id, m.owner_individual_id,
       COALESCE(m.owner_unit_id, i.unit_id) AS home_unit_id, COALESCE(u.name, i.name) AS owner_name,
       m.field_code, f.name AS field_name, m.project_id, p.name AS project_name, m.state, m.registered_on,
       m.starts_on, m.ends_on, m.target, m.name, m.situation, m.goals, m.content, m.audience, m.forces, m.resources,
       m.outputs, m.upkeep, m.assessed_part, m.assessed_whole, m.assessed_unit, m.assessment, m.level,
       (SELECT s.reason FROM model_steps s WHERE s.model_id = m.model_id AND s.step IN ('return', 'ask')
        ORDER BY s.position DESC LIMIT 1) AS returned_for,
       (SELECT s.step FROM model_steps s WHERE s.model_id = m.model_id AND s.step IN ('return', 'ask')
        ORDER BY s.position DESC LIMIT 1) AS returned_by,
       (SELECT s.reason FROM model_steps s WHERE s.model_id = m.model_id AND s.step = 'replicate'
        ORDER BY s.position DESC LIMIT 1) AS replicated_to,
       (SELECT COALESCE(MAX(s.position), 0) FROM model_steps s WHERE s.model_id = m.model_id) AS steps
FROM models m
JOIN campaigns c ON c.campaign_id = m.campaign_id
JOIN fields f ON f.campaign_id = m.campaign_id AND f.code = m.field_code
LEFT JOIN units u ON u.unit_id = m.owner_unit_id
LEFT JOIN individuals i ON i.individual_id = m.owner_individual_id
LEFT JOIN projects p ON p.project_id = m.project_id;
