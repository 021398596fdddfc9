-- name: groups_in(scope)
-- The neighbourhood groups of a scope that have households.
SELECT DISTINCT h.neighborhood_group AS name FROM households h
JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
WHERE h.neighborhood_group <> '' ORDER BY h.neighborhood_group LIMIT 200;

-- name: add_meeting(meeting_id, unit_id, project_id, neighborhood_group, topic, moment, place, author_id, draft, created_at)!
-- A meeting.
INSERT INTO meetings (meeting_id, unit_id, project_id, neighborhood_group, topic, moment, place, author_id, draft, created_at)
VALUES (:meeting_id, :unit_id, :project_id, :neighborhood_group, :topic, :moment, :place, :author_id, :draft, :created_at);

-- name: in_scope(meeting_id, scope)^
-- A meeting of a scope.
SELECT m.meeting_id, m.unit_id, m.project_id, m.neighborhood_group, COALESCE(p.name, '') AS project_name, m.topic, m.moment,
       m.place, m.version, m.cancelled
FROM meetings m JOIN unit_ancestors a ON a.unit_id = m.unit_id AND a.ancestor_id = :scope
LEFT JOIN projects p ON p.project_id = m.project_id WHERE m.meeting_id = :meeting_id;

-- name: coming_in(scope, moment, most)
-- The meetings of a scope from a moment on.
SELECT m.meeting_id, m.unit_id, m.project_id, m.neighborhood_group, COALESCE(p.name, '') AS project_name, m.topic, m.moment,
       m.place, m.version, m.cancelled
FROM meetings m JOIN unit_ancestors a ON a.unit_id = m.unit_id AND a.ancestor_id = :scope
LEFT JOIN projects p ON p.project_id = m.project_id
WHERE m.moment >= :moment AND m.cancelled = '' ORDER BY m.moment, m.meeting_id LIMIT :most;

-- name: invited_to(meeting_id, person_id)^
-- A meeting to which a household of this person is invited.
SELECT m.meeting_id, m.unit_id, m.project_id, m.neighborhood_group, COALESCE(p.name, '') AS project_name, m.topic, m.moment,
       m.place, m.version, m.cancelled
FROM meetings m
JOIN meeting_households i ON i.meeting_id = m.meeting_id
JOIN household_members b ON b.household_id = i.household_id AND b.person_id = :person_id AND b.until IS NULL
LEFT JOIN projects p ON p.project_id = m.project_id
WHERE m.meeting_id = :meeting_id
  AND EXISTS (SELECT 1 FROM memberships k WHERE k.person_id = :person_id AND k.role = 'resident' AND k.until IS NULL)
LIMIT 1;

-- name: homes_of(meeting_id, person_id)
-- This person's households that are invited to a meeting, and what each says now.
SELECT s.household_id, s.head_name, COALESCE(s.answer, '') AS answer FROM meeting_sayings s
JOIN household_members b ON b.household_id = s.household_id AND b.person_id = :person_id AND b.until IS NULL
WHERE s.meeting_id = :meeting_id ORDER BY s.household_id;

-- name: invitations_of(person_id, moment, most)
-- The coming meetings to which a household of this person is invited.
SELECT DISTINCT m.meeting_id, m.unit_id, m.project_id, m.neighborhood_group, COALESCE(p.name, '') AS project_name, m.topic,
       m.moment, m.place, m.version, m.cancelled
FROM household_members b
JOIN meeting_households i ON i.household_id = b.household_id
JOIN meetings m ON m.meeting_id = i.meeting_id
LEFT JOIN projects p ON p.project_id = m.project_id
WHERE b.person_id = :person_id AND b.until IS NULL AND m.moment >= :moment AND m.cancelled = ''
ORDER BY m.moment, m.meeting_id LIMIT :most;

-- name: add_telling(meeting_id, version, how)!
-- Everybody is to be told of a meeting as it is in this version; what was still to be told of an earlier one is not any more.
INSERT INTO meeting_tellings (meeting_id, version, how) VALUES (:meeting_id, :version, :how);

-- name: end_tellings(meeting_id, now)!
-- Nothing more is to be told of a meeting.
UPDATE meeting_tellings SET finished_at = :now WHERE meeting_id = :meeting_id AND finished_at IS NULL;

-- name: open_telling()^
-- A meeting of which somebody is still to be told: for the program, never for a person.
SELECT m.meeting_id, m.unit_id, m.project_id, m.neighborhood_group, COALESCE(p.name, '') AS project_name, m.topic, m.moment,
       m.place, m.version, m.cancelled, t.how, t.after_person
FROM meeting_tellings t JOIN meetings m ON m.meeting_id = t.meeting_id
LEFT JOIN projects p ON p.project_id = m.project_id
WHERE t.finished_at IS NULL ORDER BY t.meeting_id LIMIT 1;

-- name: told_up_to(meeting_id, version, after_person)!
-- How far the telling has come.
UPDATE meeting_tellings SET after_person = :after_person WHERE meeting_id = :meeting_id AND version = :version;

-- name: next_to_tell(meeting_id, after_person, most)
-- The next people who are to be told of a meeting, by identifier: members of the invited households who can be written to.
SELECT DISTINCT c.person_id FROM meeting_households i
JOIN household_members m ON m.household_id = i.household_id AND m.until IS NULL AND m.person_id > :after_person
JOIN first_accounts c ON c.person_id = m.person_id
WHERE i.meeting_id = :meeting_id
  AND NOT EXISTS (SELECT 1 FROM declined_purposes d WHERE d.person_id = m.person_id AND d.purpose = 'notices')
  AND EXISTS (SELECT 1 FROM memberships r WHERE r.person_id = m.person_id AND r.role = 'resident' AND r.until IS NULL)
ORDER BY c.person_id LIMIT :most;

-- name: chats_of(meeting_id, person_id)
-- The invited households of a person who wants to be written to, with the account at which they are.
SELECT s.household_id, s.head_name, s.answer, c.person_id, c.channel, c.account, c.chat
FROM household_members m
JOIN meeting_sayings s ON s.household_id = m.household_id AND s.meeting_id = :meeting_id
JOIN first_accounts c ON c.person_id = m.person_id
WHERE m.person_id = :person_id AND m.until IS NULL
  AND NOT EXISTS (SELECT 1 FROM declined_purposes d WHERE d.person_id = m.person_id AND d.purpose = 'notices')
  AND EXISTS (SELECT 1 FROM memberships r WHERE r.person_id = m.person_id AND r.role = 'resident' AND r.until IS NULL)
ORDER BY s.household_id;

-- name: people_of(meeting_id)
-- Who is a member of a household that is invited, and does not say that it stays away: for the reminder.
SELECT DISTINCT m.person_id FROM meeting_sayings s
JOIN household_members m ON m.household_id = s.household_id AND m.until IS NULL
WHERE s.meeting_id = :meeting_id AND (s.answer IS NULL OR s.answer <> 'away') ORDER BY m.person_id;

-- name: coming(meeting_id)^
-- A meeting that is not cancelled: for the reminder, never for a person.
SELECT m.meeting_id, m.unit_id, m.project_id, m.neighborhood_group, COALESCE(p.name, '') AS project_name, m.topic, m.moment,
       m.place, m.version, m.cancelled
FROM meetings m LEFT JOIN projects p ON p.project_id = m.project_id WHERE m.meeting_id = :meeting_id AND m.cancelled = '';

-- name: reach(scope, project_id, neighborhood_group)
-- The households of a project, or of a neighbourhood group, in a scope by the channel on which they are reached; '' is none.
SELECT channel, COUNT(*) AS households FROM (
    SELECT COALESCE((
        SELECT c.channel FROM household_members m
        JOIN reachable_accounts c ON c.person_id = m.person_id AND c.place = 1
        WHERE m.household_id = h.household_id AND m.until IS NULL
          AND NOT EXISTS (SELECT 1 FROM declined_purposes d WHERE d.person_id = m.person_id AND d.purpose = 'notices')
          AND EXISTS (SELECT 1 FROM memberships r WHERE r.person_id = m.person_id AND r.role = 'resident' AND r.until IS NULL)
        ORDER BY c.used_at DESC, c.channel, c.account LIMIT 1), '') AS channel
    FROM households h
    JOIN unit_ancestors a ON a.unit_id = h.unit_id AND a.ancestor_id = :scope
    WHERE (:project_id = '' AND h.neighborhood_group = :neighborhood_group)
       OR EXISTS (SELECT 1 FROM project_households p WHERE p.household_id = h.household_id AND p.project_id = :project_id)
) AS homes
GROUP BY channel ORDER BY channel;

-- name: add_answer(answer_id, meeting_id, version, household_id, person_id, answer, delegate, at)!
-- What a household answers.
INSERT INTO meeting_answers (answer_id, meeting_id, version, household_id, person_id, answer, delegate, at)
VALUES (:answer_id, :meeting_id, :version, :household_id, :person_id, :answer, :delegate, :at);

-- name: sayings(meeting_id)
-- What each invited household says now.
SELECT household_id, head_name, neighborhood_group, COALESCE(answer, '') AS answer, delegate
FROM meeting_sayings WHERE meeting_id = :meeting_id ORDER BY neighborhood_group, household_id;

-- name: change(meeting_id, seen, moment, place, cancelled)!
-- A meeting is moved or cancelled, in the version that was seen.
UPDATE meetings SET moment = :moment, place = :place, cancelled = :cancelled, version = version + 1
WHERE meeting_id = :meeting_id AND version = :seen AND cancelled = '';

-- name: keep_change(meeting_id, version, moment, place, reason, person_id, at)!
-- What a meeting was before.
INSERT INTO meeting_changes (meeting_id, version, moment, place, reason, person_id, at)
VALUES (:meeting_id, :version, :moment, :place, :reason, :person_id, :at);

-- name: between(first, last)
-- The meetings that are held between two moments: for the reminder, never for a person.
SELECT m.meeting_id, m.unit_id, m.project_id, m.neighborhood_group, COALESCE(p.name, '') AS project_name, m.topic, m.moment,
       m.place, m.version, m.cancelled
FROM meetings m LEFT JOIN projects p ON p.project_id = m.project_id
WHERE m.moment >= :first AND m.moment < :last AND m.cancelled = '' ORDER BY m.moment, m.meeting_id;

-- name: end_all_tellings(now)
-- Nobody more is told of the meetings of which people were being told.
UPDATE meeting_tellings SET finished_at = :now WHERE finished_at IS NULL RETURNING meeting_id;
