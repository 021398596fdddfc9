-- name: wards(wards)!
-- The city and its wards.
INSERT INTO units (unit_id, kind, name, parent_id, valid_from)
SELECT 'TP', 'city', 'Thành phố (giả định)', NULL, '2000-01-01'
UNION ALL SELECT 'P' || w.n, 'ward', 'Phường ' || w.n || ' (giả định)', 'TP', '2000-01-01' FROM numbers w WHERE w.n < :wards;

-- name: collectives()!
-- 21 party cells and 10 offices in each ward.
INSERT INTO units (unit_id, kind, name, parent_id, valid_from)
SELECT w.unit_id || 'C' || c.n, CASE WHEN c.n < 21 THEN 'party_cell' ELSE 'office' END, 'Đơn vị ' || c.n, w.unit_id, '2000-01-01'
FROM units w JOIN numbers c ON c.n < 31 WHERE w.kind = 'ward';

-- name: individuals()!
-- 12 individuals in each ward.
INSERT INTO individuals (individual_id, name, unit_id)
SELECT w.unit_id || 'N' || i.n, 'Cá nhân ' || i.n || ' (giả định)', w.unit_id || 'C' || i.n
FROM units w JOIN numbers i ON i.n < 12 WHERE w.kind = 'ward';

-- name: campaigns(years, first_year)!
-- A campaign a year in each ward.
INSERT INTO campaigns (campaign_id, unit_id, year, title, opens_on, registration_deadline, focal_body)
SELECT w.unit_id || '-' || (:first_year + y.n), w.unit_id, :first_year + y.n, 'Dân vận khéo', (:first_year + y.n) || '-01-04',
       (:first_year + y.n) || '-03-26', 'Ban'
FROM units w JOIN numbers y ON y.n < :years WHERE w.kind = 'ward';

-- name: fields()!
-- Six fields in each campaign.
INSERT INTO fields (campaign_id, code, name, position)
SELECT c.campaign_id, CASE f.n WHEN 0 THEN 'GPMB' ELSE 'F' || f.n END, 'Lĩnh vực ' || f.n, f.n
FROM campaigns c JOIN numbers f ON f.n < 6;

-- name: projects()!
-- Three projects in each ward.
INSERT INTO projects (project_id, name, unit_id)
SELECT w.unit_id || 'D' || p.n, 'Dự án ' || p.n, w.unit_id FROM units w JOIN numbers p ON p.n < 3 WHERE w.kind = 'ward';

-- name: obligations()!
-- 11 party cells of each ward owe a clearance model.
INSERT INTO obligations (unit_id, project_id)
SELECT w.unit_id || 'C' || c.n, w.unit_id || 'D' || (c.n % 3) FROM units w JOIN numbers c ON c.n < 11 WHERE w.kind = 'ward';

-- name: models()!
-- 49 models a campaign: 37 of collectives, 12 of individuals, spread over two months; every fiftieth is withdrawn.
INSERT INTO models (model_id, campaign_id, number, code, owner_unit_id, owner_individual_id, field_code, name, state,
    registered_on, created_at)
SELECT c.campaign_id || 'M' || m.n, c.campaign_id, m.n, 'MH' || c.year || '-' || m.n,
       CASE WHEN m.n < 37 THEN c.unit_id || 'C' || (m.n % 31) END, CASE WHEN m.n >= 37 THEN c.unit_id || 'N' || (m.n - 37) END,
       CASE WHEN m.n < 11 OR m.n % 6 = 0 THEN 'GPMB' ELSE 'F' || (m.n % 6) END, 'Mô hình ' || m.n,
       CASE WHEN m.n = 48 THEN 'withdrawn' ELSE 'in_progress' END, DATE(c.year || '-01-11', '+' || m.n || ' days'), 0
FROM campaigns c JOIN numbers m ON m.n < 49;

-- name: sessions(sessions)!
-- So many sessions a campaign over ten months, each on a project or none; every other one met households.
INSERT INTO outreach_sessions (session_id, campaign_id, number, code, host_unit_id, held_on, project_id, attendee_count,
    reported_on, created_at, met_count, agreed_count, hesitating_count, price_count)
SELECT c.campaign_id || 'S' || s.n, c.campaign_id, s.n, 'BUOI' || c.year || '-' || s.n, c.unit_id || 'C' || (s.n % 31),
       DATE(c.year || '-01-20', '+' || (s.n * 300 / :sessions) || ' days'),
       CASE WHEN s.n % 4 < 3 THEN c.unit_id || 'D' || (s.n % 4) END, 20 + s.n % 30,
       DATE(c.year || '-01-20', '+' || (s.n * 300 / :sessions) || ' days'), 0,
       CASE WHEN s.n % 2 = 0 THEN 9 END, CASE WHEN s.n % 2 = 0 THEN 6 END, CASE WHEN s.n % 2 = 0 THEN 3 END,
       CASE WHEN s.n % 2 = 0 THEN 3 END
FROM campaigns c JOIN numbers s ON s.n < :sessions;

-- name: cohosts()!
-- Every tenth session is a joint one.
INSERT INTO session_cohosts (session_id, unit_id)
SELECT s.session_id, c.unit_id || 'C' || ((s.number + 1) % 31) FROM outreach_sessions s
JOIN campaigns c ON c.campaign_id = s.campaign_id WHERE s.number % 10 = 0;

-- name: duties()!
-- One duty a campaign.
INSERT INTO duties (duty_id, unit_id, year, title, evidence, given_on, due_on, created_at)
SELECT 'NQ' || c.campaign_id, c.unit_id, c.year, 'Ban hành Nghị quyết', 'resolution', c.opens_on, c.registration_deadline, 0
FROM campaigns c;

-- name: duty_units()!
-- The party cells have it; 19 of 21 have done it.
INSERT INTO duty_units (duty_id, unit_id, done_on, number, reported_on)
SELECT 'NQ' || c.campaign_id, c.unit_id || 'C' || u.n, CASE WHEN u.n < 19 THEN c.year || '-02-01' END, '01-NQ/CB',
       CASE WHEN u.n < 19 THEN c.year || '-02-01' END
FROM campaigns c JOIN numbers u ON u.n < 21;

-- name: goals()!
-- Each party cell is to hold so many sessions, each a different number.
INSERT INTO goals (campaign_id, unit_id, measure, target)
SELECT c.campaign_id, c.unit_id || 'C' || u.n, 'sessions', 1 + u.n % 5 FROM campaigns c JOIN numbers u ON u.n < 21;

-- name: households()!
-- Forty households in each ward.
INSERT INTO households (household_id, unit_id, head_name, address)
SELECT w.unit_id || 'H' || h.n, w.unit_id, 'Chủ hộ (giả định)', 'Địa chỉ (giả định)' FROM units w JOIN numbers h ON h.n < 40
WHERE w.kind = 'ward';

-- name: notices(ms_a_day)!
-- Two notices a campaign.
INSERT INTO notices (notice_id, code, project_id, kind, content, author_id, composed_at, published_at)
SELECT c.campaign_id || 'T' || t.n, c.campaign_id || 'T' || t.n, c.unit_id || 'D' || t.n, 'other', '', 'X',
       CAST(STRFTIME('%s', c.year || '-02-01') AS INTEGER) * 1000 + t.n * 10 * :ms_a_day,
       CAST(STRFTIME('%s', c.year || '-02-01') AS INTEGER) * 1000 + t.n * 10 * :ms_a_day
FROM campaigns c JOIN numbers t ON t.n < 2;

-- name: recipients()!
-- Each to the forty households of its ward.
INSERT INTO notice_recipients (recipient_id, notice_id, household_id, text_hash)
SELECT n.notice_id || 'R' || h.household_id, n.notice_id, h.household_id, '' FROM notices n
JOIN projects p ON p.project_id = n.project_id JOIN households h ON h.unit_id = p.unit_id;

-- name: answers(ms_a_day)!
-- Nine of ten households answer, some days later.
INSERT INTO notice_answers (recipient_id, person_id, answer, channel, answered_at)
SELECT r.recipient_id, 'X', CASE WHEN r.rowid % 10 = 1 THEN 'explain' ELSE 'received' END, 'web',
       n.published_at + (r.rowid % 20) * :ms_a_day
FROM notice_recipients r JOIN notices n ON n.notice_id = r.notice_id WHERE r.rowid % 10 > 0;
