-- name: claim_run(job, slot, recipient, outcome, reason, ran_at, detail)$
-- Note a run of a job; nothing comes back when this (job, slot, recipient) already ran.
INSERT INTO job_runs (job, slot, recipient, outcome, reason, ran_at, detail)
VALUES (:job, :slot, :recipient, :outcome, :reason, :ran_at, :detail)
ON CONFLICT (job, slot, recipient) DO NOTHING
RETURNING recipient;

-- name: has_run(job, slot, recipient)$
-- Whether a job has run for a recipient.
SELECT recipient FROM job_runs WHERE job = :job AND slot = :slot AND recipient = :recipient;

-- name: runs(job, slot)
-- What became of a job on a day.
SELECT job, slot, recipient, outcome, reason, ran_at, detail FROM job_runs WHERE job = :job AND slot = :slot ORDER BY recipient;

-- name: last_run(job)^
-- The newest day of a job, with how many recipients it was queued and skipped for.
SELECT slot, MAX(ran_at) AS ran_at, COUNT(CASE WHEN outcome = 'queued' THEN 1 END) AS queued,
       COUNT(CASE WHEN outcome = 'skipped' THEN 1 END) AS skipped,
       MAX(reason) AS reason
FROM job_runs WHERE job = :job GROUP BY slot ORDER BY slot DESC LIMIT 1;

-- name: mark(name)$
-- A remembered moment.
SELECT at FROM marks WHERE name = :name;

-- name: set_mark(name, at)!
-- Remember a moment.
INSERT INTO marks (name, at) VALUES (:name, :at) ON CONFLICT (name) DO UPDATE SET at = excluded.at;

-- name: last_done(first, last)$
-- The latest moment among marks whose names lie between two.
SELECT MAX(at) FROM marks WHERE name >= :first AND name < :last;
