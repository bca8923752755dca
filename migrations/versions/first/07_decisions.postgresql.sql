CREATE TABLE decision_number (
    series VARCHAR(60) NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_decision_number PRIMARY KEY (series, year),
    CONSTRAINT ck_decision_number_last CHECK (last >= 1)
);

CREATE TABLE decision (
    ballot_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    ref VARCHAR(20) NOT NULL,
    round INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    number VARCHAR(40),
    body VARCHAR(40) NOT NULL,
    year INTEGER NOT NULL,
    title JSON NOT NULL,
    way VARCHAR(12) NOT NULL,
    secrecy VARCHAR(12) NOT NULL,
    outcome VARCHAR(12) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    tally JSON NOT NULL,
    exercise BOOLEAN NOT NULL,
    illustrative BOOLEAN NOT NULL,
    record TEXT NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (ballot_id),
    CONSTRAINT uq_decision_case_id_round UNIQUE (case_id, round),
    CONSTRAINT uq_decision_number UNIQUE (number),
    CONSTRAINT fk_decision_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id),
    CONSTRAINT fk_decision_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_decision_at ON decision (at, ballot_id);

CREATE FUNCTION decision_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: decision' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER decision_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "decision"
FOR EACH STATEMENT EXECUTE FUNCTION decision_append_only();

CREATE TABLE decision_note (
    ballot_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    kind VARCHAR(10) NOT NULL,
    country CHAR(2),
    text TEXT NOT NULL,
    office VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_decision_note PRIMARY KEY (ballot_id, seq),
    CONSTRAINT ck_decision_note_kind CHECK (kind IN ('sponsor', 'footnote', 'document', 'correction')),
    CONSTRAINT ck_decision_note_country CHECK (kind IN ('document', 'correction') OR country IS NOT NULL),
    CONSTRAINT fk_decision_note_ballot_id FOREIGN KEY(ballot_id) REFERENCES decision (ballot_id)
);

CREATE FUNCTION decision_note_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: decision_note' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER decision_note_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "decision_note"
FOR EACH STATEMENT EXECUTE FUNCTION decision_note_append_only();

CREATE TABLE decision_position (
    ballot_id BIGINT NOT NULL,
    country CHAR(2) NOT NULL,
    position VARCHAR(20) NOT NULL,
    explanation TEXT,
    reservation TEXT,
    CONSTRAINT pk_decision_position PRIMARY KEY (ballot_id, country),
    CONSTRAINT fk_decision_position_ballot_id FOREIGN KEY(ballot_id) REFERENCES decision (ballot_id)
);

CREATE INDEX ix_decision_position_country ON decision_position (country, ballot_id);

CREATE FUNCTION decision_position_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: decision_position' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER decision_position_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "decision_position"
FOR EACH STATEMENT EXECUTE FUNCTION decision_position_append_only();
