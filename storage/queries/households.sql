-- name: with_plot(scope, project_id, map_sheet, plot)
-- The households in a scope that own a parcel of a project now, with how many people joined for each.
SELECT h.household_id, h.head_name, h.address,
       (SELECT COUNT(*) FROM household_members m WHERE m.household_id = h.household_id AND m.until IS NULL) AS members
FROM households h
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
JOIN parcels p ON p.household_id = h.household_id AND p.gone_on IS NULL
WHERE p.project_id = :project_id AND p.map_sheet = :map_sheet AND p.plot = :plot ORDER BY h.household_id;

-- name: of_person(person_id)
-- The households that a person belongs to.
SELECT h.household_id, h.unit_id, h.head_name, h.address, m.representative,
       (SELECT p.name FROM household_members r JOIN people p ON p.person_id = r.person_id
        WHERE r.household_id = h.household_id AND r.representative AND r.until IS NULL) AS speaker,
       (SELECT COUNT(*) FROM household_members o WHERE o.household_id = h.household_id AND o.until IS NULL) AS members
FROM household_members m JOIN households h ON h.household_id = m.household_id
WHERE m.person_id = :person_id AND m.until IS NULL ORDER BY h.household_id;

-- name: land_of(household_id, person_id)
-- The parcels of a household to which a person belongs.
SELECT j.name AS project_name, p.map_sheet, p.plot, p.area_m2, p.land_type FROM parcels p
JOIN projects j ON j.project_id = p.project_id
JOIN household_members m ON m.household_id = p.household_id AND m.person_id = :person_id AND m.until IS NULL
WHERE p.household_id = :household_id AND p.gone_on IS NULL ORDER BY j.project_id, p.map_sheet, p.plot;

-- name: become_representative(household_id, person_id)$
-- A member speaks for the household; nothing comes back when somebody else does already.
UPDATE household_members SET representative = TRUE
WHERE household_id = :household_id AND person_id = :person_id AND until IS NULL
  AND NOT EXISTS (SELECT 1 FROM household_members r
                  WHERE r.household_id = :household_id AND r.representative AND r.until IS NULL)
RETURNING household_id;

-- name: for_slips(project_id)
-- The households of a project with their land in it, for the slips that an administrator prints.
SELECT h.household_id, h.unit_id, h.head_name, h.address, h.neighborhood_group, p.map_sheet, p.plot
FROM parcels p JOIN households h ON h.household_id = p.household_id
WHERE p.project_id = :project_id AND p.gone_on IS NULL
ORDER BY h.neighborhood_group, h.household_id, p.map_sheet, p.plot;

-- name: void_slips(household_id, now)!
-- The codes of earlier slips are worth nothing any more.
UPDATE invitations SET revoked_at = :now
WHERE household_id = :household_id AND used_at IS NULL AND revoked_at IS NULL;

-- name: open_projects(day)
-- The projects that are open on a day, with the wards whose they are: public, no household is in it.
SELECT project_id AS code, name FROM projects WHERE closed_on IS NULL OR closed_on > :day ORDER BY project_id;

-- name: project_unit(project_id)$
-- The ward of a project.
SELECT unit_id FROM projects WHERE project_id = :project_id;

-- name: claim(claim_id, unit_id, project_id, channel, account, chat, name, map_sheet, plot, text_version, draft, made_at)!
-- Somebody without a code says which land is theirs.
INSERT INTO household_claims (claim_id, unit_id, project_id, channel, account, chat, name, map_sheet, plot, text_version,
    draft, made_at)
VALUES (:claim_id, :unit_id, :project_id, :channel, :account, :chat, :name, :map_sheet, :plot, :text_version, :draft,
    :made_at);

-- name: claims_since(channel, account, since)$
-- How many claims an account made since then.
SELECT COUNT(*) FROM household_claims WHERE channel = :channel AND account = :account AND made_at >= :since;

-- name: claim_in_scope(claim_id, scope)^
-- A claim that is put to somebody's ward.
SELECT c.claim_id, c.unit_id, c.project_id, p.name AS project_name, c.channel, c.account, c.chat, c.name, c.map_sheet,
       c.plot, c.text_version, c.made_at, c.outcome, c.reason, c.decided_at, d.name AS decided_by
FROM household_claims c
JOIN unit_ancestors a ON a.unit_id = c.unit_id AND a.ancestor_id = :scope
JOIN projects p ON p.project_id = c.project_id
LEFT JOIN people d ON d.person_id = c.decided_by
WHERE c.claim_id = :claim_id;

-- name: waiting_claims(scope, most)
-- The claims in a scope that nobody has decided, the oldest first.
SELECT c.claim_id, c.name, c.map_sheet, c.plot, p.name AS project_name, c.made_at FROM household_claims c
JOIN unit_ancestors a ON a.unit_id = c.unit_id AND a.ancestor_id = :scope
JOIN projects p ON p.project_id = c.project_id
WHERE c.outcome IS NULL ORDER BY c.made_at, c.claim_id LIMIT :most;

-- name: decide(claim_id, outcome, household_id, reason, decided_by, now)$
-- A claim is decided, once; nothing comes back when somebody else was faster.
UPDATE household_claims SET outcome = :outcome, household_id = :household_id, reason = :reason, decided_by = :decided_by,
    decided_at = :now
WHERE claim_id = :claim_id AND outcome IS NULL RETURNING claim_id;

-- name: officers_over(unit_id)
-- The reachable chats of the officers in whose scope a unit lies: for what the program itself sends.
SELECT DISTINCT c.channel, c.account, c.chat FROM memberships m
JOIN unit_ancestors a ON a.ancestor_id = m.unit_id AND a.unit_id = :unit_id
JOIN first_accounts c ON c.person_id = m.person_id
WHERE m.role = 'officer' AND m.until IS NULL ORDER BY c.channel, c.account;
