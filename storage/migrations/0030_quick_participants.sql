-- Who took part in a session is found from the unit: joined by UNION ALL the view is looked up, not worked out for the whole city.

DROP VIEW session_participants;
CREATE VIEW session_participants AS
SELECT session_id, campaign_id, held_on, host_unit_id AS unit_id FROM outreach_sessions WHERE host_unit_id IS NOT NULL
UNION ALL
SELECT s.session_id, s.campaign_id, s.held_on, c.unit_id FROM session_cohosts c
JOIN outreach_sessions s ON s.session_id = c.session_id WHERE s.host_unit_id IS NULL OR s.host_unit_id <> c.unit_id;

-- Nothing asks these any more.
DROP VIEW campaign_scopes;
DROP VIEW session_homes;
