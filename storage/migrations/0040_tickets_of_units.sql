-- The tickets of a unit, for its leaders and for the job that tells them what is late: not by way of all tickets.
CREATE INDEX tickets_unit ON tickets (unit_id, state, due_at);
