-- An alarm is over when it has been well for a while: what comes and goes by the minute is told once.
ALTER TABLE alarms ADD COLUMN well_since BIGINT;
