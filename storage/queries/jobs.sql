-- name: claim_run(job, slot, recipient, outcome, reason, ran_at, detail)$
-- Note a run of a job; nothing comes back when this (job, slot, recipient) already ran.
INSERT INTO job_runs (job, slot, recipient, outcome, reason, ran_at, detail)
VALUES (:job, :slot, :recipient, :outcome, :reason, :ran_at, :detail)
ON CONFLICT (job, slot, recipient) DO NOTHING
RETURNING recipient;

-- name: runs(job, slot)
-- What became of a job on a day.
SELECT job, slot, recipient, outcome, reason, ran_at, detail FROM job_runs WHERE job = :job AND slot = :slot ORDER BY recipient;

-- name: mark(name)$
-- A remembered moment.
SELECT at FROM marks WHERE name = :name;

-- name: set_mark(name, at)!
-- Remember a moment.
INSERT INTO marks (name, at) VALUES (:name, :at) ON CONFLICT (name) DO UPDATE SET at = excluded.at;
