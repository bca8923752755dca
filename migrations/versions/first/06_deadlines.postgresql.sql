CREATE TABLE heartbeat (
    name VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_heartbeat PRIMARY KEY (name)
);

CREATE TABLE deadline (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    visit INTEGER NOT NULL,
    kind VARCHAR(8) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    rule JSON NOT NULL,
    then_trigger VARCHAR(60),
    done_at TIMESTAMP WITH TIME ZONE,
    result VARCHAR(8),
    CONSTRAINT pk_deadline PRIMARY KEY (id),
    CONSTRAINT uq_deadline_case_id_visit_kind_at UNIQUE (case_id, visit, kind, at),
    CONSTRAINT ck_deadline_kind CHECK (kind IN ('remind', 'due', 'escalate')),
    CONSTRAINT ck_deadline_result CHECK (result IN ('done', 'late', 'refused', 'left')),
    CONSTRAINT ck_deadline_done CHECK ((done_at IS NULL) = (result IS NULL)),
    CONSTRAINT fk_deadline_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_deadline_open ON deadline (at) WHERE done_at IS NULL;

CREATE FUNCTION deadline_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR OLD.done_at IS NOT NULL OR
    (NEW.id, NEW.case_id, NEW.visit, NEW.kind, NEW.at, NEW.rule::text, NEW.then_trigger)
    IS DISTINCT FROM
    (OLD.id, OLD.case_id, OLD.visit, OLD.kind, OLD.at, OLD.rule::text, OLD.then_trigger) THEN
    RAISE EXCEPTION 'deadline_is_fixed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER deadline_is_fixed BEFORE UPDATE OR DELETE ON deadline
FOR EACH ROW EXECUTE FUNCTION deadline_is_fixed();
