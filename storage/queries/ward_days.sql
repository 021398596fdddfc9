-- name: decided()
-- All days of which the ward has decided otherwise than the law.
SELECT day, off FROM ward_days;

-- name: decisions()
-- The same, with why.
SELECT day, off, reason FROM ward_days;

-- name: decide(day, off, reason)!
-- The ward decides of a day, or anew.
INSERT INTO ward_days (day, off, reason) VALUES (:day, :off, :reason)
ON CONFLICT (day) DO UPDATE SET off = excluded.off, reason = excluded.reason;

-- name: forget(day)!
-- A day is what the law says of it.
DELETE FROM ward_days WHERE day = :day;
