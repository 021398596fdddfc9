-- Figures that stay quick when there are many wards and years: what the queries begin with is looked up, not worked out.

-- A unit with all above and all below it, itself included: the units in whose campaigns it takes part.
CREATE VIEW unit_relatives AS
SELECT unit_id, ancestor_id AS relative_id FROM unit_ancestors
UNION ALL
SELECT ancestor_id AS unit_id, unit_id AS relative_id FROM unit_ancestors;

CREATE INDEX sessions_reported ON outreach_sessions (campaign_id, reported_on);
CREATE INDEX projects_unit ON projects (unit_id);
CREATE INDEX notices_project ON notices (project_id, published_at);
