-- name: decided()
-- All days of which the ward has decided otherwise than the law.
SELECT day, off FROM ward_days;
