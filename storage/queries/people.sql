-- name: person_of(channel, account)^
-- Who writes from this account.
SELECT p.person_id, p.name, a.chat, a.unreachable, a.used_at FROM accounts a JOIN people p ON p.person_id = a.person_id
WHERE a.channel = :channel AND a.account = :account;

-- name: memberships_of(person_id)
-- What a person is now, and where.
SELECT m.membership_id, m.role, m.unit_id, u.name AS unit_name, m.deputy FROM memberships m JOIN units u ON u.unit_id = m.unit_id
WHERE m.person_id = :person_id AND m.until IS NULL ORDER BY m.since, m.membership_id;

-- name: add_person(person_id, name, created_at)!
-- A new person.
INSERT INTO people (person_id, name, created_at) VALUES (:person_id, :name, :created_at);

-- name: add_account(channel, account, chat, person_id, joined_at)!
-- The account with which a person writes.
INSERT INTO accounts (channel, account, chat, person_id, joined_at, used_at)
VALUES (:channel, :account, :chat, :person_id, :joined_at, :joined_at)
ON CONFLICT (channel, account) DO UPDATE SET chat = excluded.chat, unreachable = NULL, used_at = excluded.used_at;

-- name: used(channel, account, at)!
-- Somebody writes from an account.
UPDATE accounts SET used_at = :at WHERE channel = :channel AND account = :account AND used_at < :at;

-- name: next_account(channel, chat)^
-- Of whoever cannot be reached in a chat: the account on another channel that they used last and that can be reached.
SELECT r.person_id, r.channel, r.account, r.chat FROM accounts a
JOIN reachable_accounts r ON r.person_id = a.person_id AND r.channel <> a.channel
WHERE a.channel = :channel AND a.chat = :chat ORDER BY r.place LIMIT 1;

-- name: add_membership(membership_id, person_id, unit_id, role, since, deputy)!
-- A person takes a role in a unit.
INSERT INTO memberships (membership_id, person_id, unit_id, role, since, deputy)
VALUES (:membership_id, :person_id, :unit_id, :role, :since, :deputy)
ON CONFLICT (person_id, unit_id, role) DO UPDATE SET until = NULL, deputy = excluded.deputy;

-- name: end_membership(person_id, unit_id, role, until)!
-- A person gives a role up, or loses it.
UPDATE memberships SET until = :until
WHERE person_id = :person_id AND unit_id = :unit_id AND role = :role AND until IS NULL;

-- name: set_reachable(channel, chat, why)!
-- Whether we can write to a chat; why is empty when we can.
UPDATE accounts SET unreachable = :why WHERE channel = :channel AND chat = :chat;

-- name: move_chat(channel, chat, new_chat)!
-- The platform gave a chat another id.
UPDATE accounts SET chat = :new_chat WHERE channel = :channel AND chat = :chat;

-- name: holders_of(role)
-- The chats of those who hold a role anywhere now, with the unit in which they hold it: for jobs, never for a person.
SELECT m.person_id, p.name, m.unit_id, a.channel, a.account, a.chat FROM memberships m
JOIN people p ON p.person_id = m.person_id
JOIN first_accounts a ON a.person_id = m.person_id
WHERE m.role = :role AND m.until IS NULL
ORDER BY m.person_id, m.unit_id;

-- name: holder(role, person_id)^
-- The chat of somebody who holds a role now, with the first unit in which they hold it: for what is sent to them in it.
SELECT m.person_id, p.name, m.unit_id, a.channel, a.account, a.chat FROM memberships m
JOIN people p ON p.person_id = m.person_id
JOIN first_accounts a ON a.person_id = m.person_id
WHERE m.person_id = :person_id AND m.role = :role AND m.until IS NULL
ORDER BY m.unit_id LIMIT 1;

-- name: holders_in(role, unit_id)
-- The chats of those who hold a role in a unit now: for what is sent to them in this role.
SELECT m.person_id, p.name, m.unit_id, a.channel, a.account, a.chat FROM memberships m
JOIN people p ON p.person_id = m.person_id
JOIN first_accounts a ON a.person_id = m.person_id
WHERE m.unit_id = :unit_id AND m.role = :role AND m.until IS NULL
ORDER BY m.person_id;

-- name: invite(code_hash, role, unit_id, household_id, individual_id, person_name, uses_left, links_to, deputy, created_at, expires_at)!
-- An invitation for so many people; only the hash of its code is kept.
INSERT INTO invitations
    (code_hash, role, unit_id, household_id, individual_id, person_name, uses_left, links_to, deputy, created_at,
     expires_at)
VALUES
    (:code_hash, :role, :unit_id, :household_id, :individual_id, :person_name, :uses_left, :links_to, :deputy, :created_at,
     :expires_at);

-- name: revoke_links(person_id, now)!
-- A person's earlier codes for a second channel end when there is a new one.
UPDATE invitations SET revoked_at = :now WHERE links_to = :person_id AND used_at IS NULL AND revoked_at IS NULL;

-- name: invitation(code_hash)^
-- What a code invites to, whether or not it still does.
SELECT i.role, i.unit_id, u.name AS unit_name, i.household_id, h.head_name, i.individual_id, i.person_name,
       i.links_to, i.deputy, i.expires_at, i.used_at, i.revoked_at
FROM invitations i JOIN units u ON u.unit_id = i.unit_id LEFT JOIN households h ON h.household_id = i.household_id
WHERE i.code_hash = :code_hash;

-- name: use_invitation(code_hash, person_id, now)$
-- Consume a code; nothing comes back when somebody else was faster.
UPDATE invitations SET uses_left = uses_left - 1, used_at = CASE WHEN uses_left = 1 THEN :now END, used_by = :person_id
WHERE code_hash = :code_hash AND used_at IS NULL AND revoked_at IS NULL AND expires_at > :now
RETURNING code_hash;

-- name: note_wrong_code(channel, account, at)!
-- Somebody typed a code that does not exist.
INSERT INTO wrong_codes (channel, account, at) VALUES (:channel, :account, :at);

-- name: wrong_codes_since(channel, account, since)$
-- How many wrong codes an account typed since then.
SELECT COUNT(*) FROM wrong_codes WHERE channel = :channel AND account = :account AND at >= :since;

-- name: consent(consent_id, person_id, purpose, text_version, channel, given_at)!
-- A person agreed to one purpose, in these words, at this moment.
INSERT INTO consents (consent_id, person_id, purpose, text_version, channel, given_at)
VALUES (:consent_id, :person_id, :purpose, :text_version, :channel, :given_at);

-- name: join_household(household_id, person_id, since)!
-- A person belongs to a household.
INSERT INTO household_members (household_id, person_id, since) VALUES (:household_id, :person_id, :since)
ON CONFLICT (household_id, person_id) DO UPDATE SET until = NULL;

-- name: ask_phone(person_id, now)$
-- A person is asked for a telephone number; nothing comes back when they were asked before, or gave one.
UPDATE people SET phone_asked_at = :now WHERE person_id = :person_id AND phone = '' AND phone_asked_at IS NULL
RETURNING person_id;

-- name: phone_of(person_id)^
-- The telephone number that a person gave, if any, and when they were asked for it.
SELECT phone, contact_name, phone_asked_at FROM people WHERE person_id = :person_id;

-- name: keep_phone(person_id, phone, contact_name)!
-- The telephone number that a person gave, and the name that came with it; both empty to forget them.
UPDATE people SET phone = :phone, contact_name = :contact_name WHERE person_id = :person_id;

-- name: accounts_of_holders(role)
-- Every chat that takes something of those who hold a role anywhere now, the one used last first: for what the program tells.
SELECT m.person_id, p.name, MIN(m.unit_id) AS unit_id, a.channel, a.account, a.chat FROM memberships m
JOIN people p ON p.person_id = m.person_id
JOIN reachable_accounts a ON a.person_id = m.person_id
WHERE m.role = :role AND m.until IS NULL
GROUP BY m.person_id, p.name, a.channel, a.account, a.chat, a.place
ORDER BY m.person_id, a.place;
