-- What shows that a model runs, beside its sessions: words, a figure, pictures. Never changed, never removed by the program.

CREATE TABLE model_proofs (
    proof_id  TEXT PRIMARY KEY,
    model_id  TEXT NOT NULL REFERENCES models (model_id),
    words     TEXT NOT NULL,
    part      INTEGER,
    whole     INTEGER,
    unit      TEXT NOT NULL DEFAULT '',
    person_id TEXT NOT NULL REFERENCES people (person_id),
    draft     TEXT NOT NULL UNIQUE,
    added_on  TEXT NOT NULL,
    CHECK ((part IS NULL) = (whole IS NULL))
);
CREATE INDEX model_proofs_model ON model_proofs (model_id, proof_id);
CREATE TRIGGER model_proofs_stay BEFORE UPDATE ON model_proofs
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;
CREATE TRIGGER model_proofs_kept BEFORE DELETE ON model_proofs
BEGIN SELECT RAISE(ABORT, 'evidence is never removed'); END;

CREATE TABLE proof_photos (
    proof_id TEXT NOT NULL REFERENCES model_proofs (proof_id),
    media_id TEXT NOT NULL REFERENCES media (media_id),
    PRIMARY KEY (proof_id, media_id)
);
