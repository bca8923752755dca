CREATE TABLE heartbeat (
    name VARCHAR(40) NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT pk_heartbeat PRIMARY KEY (name)
);

CREATE TABLE deadline (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    visit INTEGER NOT NULL,
    kind VARCHAR(8) NOT NULL,
    at TEXT NOT NULL,
    rule TEXT NOT NULL,
    then_trigger VARCHAR(60),
    done_at TEXT,
    result VARCHAR(8),
    CONSTRAINT pk_deadline PRIMARY KEY (id),
    CONSTRAINT uq_deadline_case_id_visit_kind_at UNIQUE (case_id, visit, kind, at),
    CONSTRAINT ck_deadline_kind CHECK (kind IN ('remind', 'due', 'escalate')),
    CONSTRAINT ck_deadline_result CHECK (result IN ('done', 'late', 'refused', 'left')),
    CONSTRAINT ck_deadline_done CHECK ((done_at IS NULL) = (result IS NULL)),
    CONSTRAINT fk_deadline_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_deadline_open ON deadline (at) WHERE done_at IS NULL;

CREATE TRIGGER deadline_is_fixed BEFORE UPDATE ON deadline BEGIN
SELECT RAISE(ABORT, 'deadline_is_fixed') WHERE OLD.done_at IS NOT NULL OR
    (NEW.id, NEW.case_id, NEW.visit, NEW.kind, NEW.at, NEW.rule, NEW.then_trigger)
    IS NOT (OLD.id, OLD.case_id, OLD.visit, OLD.kind, OLD.at, OLD.rule, OLD.then_trigger);
END;

CREATE TRIGGER deadline_stays BEFORE DELETE ON deadline BEGIN
SELECT RAISE(ABORT, 'deadline_is_fixed');
END;
