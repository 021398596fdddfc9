-- name: entries_for(unit_id, day)
-- The answers that hold on a day for a unit and those below it.
SELECT f.faq_id, f.question, f.variants, f.answer, f.source, f.valid_from FROM faq f
JOIN unit_ancestors a ON a.ancestor_id = f.unit_id AND a.unit_id = :unit_id
WHERE f.valid_from <= :day AND (f.valid_to IS NULL OR f.valid_to >= :day)
ORDER BY f.faq_id;

-- name: note_asked(asked_id, person_id, unit_id, words, faq_id, at)!
-- What was asked in free words, and which answer was given.
INSERT INTO asked (asked_id, person_id, unit_id, words, faq_id, at)
VALUES (:asked_id, :person_id, :unit_id, :words, :faq_id, :at);

-- name: asked_by(asked_id, person_id)^
-- What this person asked.
SELECT a.asked_id, a.words, a.faq_id, v.verdict FROM asked a LEFT JOIN asked_verdicts v ON v.asked_id = a.asked_id
WHERE a.asked_id = :asked_id AND a.person_id = :person_id;

-- name: add_verdict(asked_id, verdict, at)$
-- Whether the answer was meant; nothing comes back when that was said before.
INSERT INTO asked_verdicts (asked_id, verdict, at) VALUES (:asked_id, :verdict, :at)
ON CONFLICT (asked_id) DO NOTHING RETURNING asked_id;

-- name: propose(proposal_id, unit_id, ticket_id, question, answer, source, person_id, at)!
-- An answer that an officer wants to be given at once next time.
INSERT INTO faq_proposals (proposal_id, unit_id, ticket_id, question, answer, source, person_id, at)
VALUES (:proposal_id, :unit_id, :ticket_id, :question, :answer, :source, :person_id, :at);

-- name: proposal_in_scope(proposal_id, scope)^
-- A proposal of a scope.
SELECT q.proposal_id, q.unit_id, q.question, q.answer, q.source, q.person_id, p.name AS person_name, d.approved
FROM faq_proposals q
JOIN unit_ancestors a ON a.unit_id = q.unit_id AND a.ancestor_id = :scope
JOIN people p ON p.person_id = q.person_id
LEFT JOIN faq_decisions d ON d.proposal_id = q.proposal_id
WHERE q.proposal_id = :proposal_id;

-- name: undecided(scope)
-- The proposals of a scope that wait.
SELECT q.proposal_id, q.unit_id, q.question, q.answer, q.source, q.person_id, p.name AS person_name, NULL AS approved
FROM faq_proposals q
JOIN unit_ancestors a ON a.unit_id = q.unit_id AND a.ancestor_id = :scope
JOIN people p ON p.person_id = q.person_id
WHERE NOT EXISTS (SELECT 1 FROM faq_decisions d WHERE d.proposal_id = q.proposal_id)
ORDER BY q.proposal_id LIMIT 8;

-- name: decide(proposal_id, approved, person_id, at)$
-- A proposal is decided; nothing comes back when it was before.
INSERT INTO faq_decisions (proposal_id, approved, person_id, at) VALUES (:proposal_id, :approved, :person_id, :at)
ON CONFLICT (proposal_id) DO NOTHING RETURNING proposal_id;

-- name: add_entry(faq_id, unit_id, question, answer, source, valid_from)!
-- An approved answer that came out of a ticket.
INSERT INTO faq (faq_id, unit_id, question, answer, source, valid_from)
VALUES (:faq_id, :unit_id, :question, :answer, :source, :valid_from);

-- name: wanted(scope)
-- Questions of a scope that officers answered and nobody has proposed for approval.
SELECT t.ticket_id, t.code, t.words FROM tickets t
JOIN unit_ancestors a ON a.unit_id = t.unit_id AND a.ancestor_id = :scope
WHERE t.kind = 'question' AND t.state IN ('answered', 'closed')
  AND EXISTS (SELECT 1 FROM ticket_steps s WHERE s.ticket_id = t.ticket_id AND s.step = 'answer')
  AND NOT EXISTS (SELECT 1 FROM faq_proposals q WHERE q.ticket_id = t.ticket_id)
ORDER BY t.created_at DESC LIMIT 8;
