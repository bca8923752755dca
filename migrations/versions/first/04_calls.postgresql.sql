CREATE TABLE call (
    case_id BIGINT NOT NULL,
    number VARCHAR(20) NOT NULL,
    exercise BOOLEAN DEFAULT false NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    terms JSON NOT NULL,
    digest CHAR(64) NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_call PRIMARY KEY (case_id),
    CONSTRAINT uq_call_number_exercise UNIQUE (number, exercise),
    CONSTRAINT ck_call_order CHECK (opens_at < closes_at),
    CONSTRAINT fk_call_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_call_closes_at ON call (closes_at);

CREATE FUNCTION call_moves_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.closes_at < OLD.closes_at OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.number, NEW.exercise, NEW.opens_at)
    IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.exercise, OLD.opens_at) THEN
    RAISE EXCEPTION 'call_moves_later' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER call_moves_later BEFORE UPDATE OR DELETE ON "call"
FOR EACH ROW EXECUTE FUNCTION call_moves_later();

CREATE TABLE call_answer (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    question INTEGER NOT NULL,
    lang VARCHAR(2) NOT NULL,
    text TEXT NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_call_answer PRIMARY KEY (id),
    CONSTRAINT uq_call_answer_case_id_seq UNIQUE (case_id, seq),
    CONSTRAINT fk_call_answer_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
);

CREATE INDEX ix_call_answer_case_id_question ON call_answer (case_id, question);

CREATE FUNCTION call_answer_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: call_answer' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER call_answer_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "call_answer"
FOR EACH STATEMENT EXECUTE FUNCTION call_answer_append_only();

CREATE TABLE call_link (
    case_id BIGINT NOT NULL,
    call_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_call_link PRIMARY KEY (case_id),
    CONSTRAINT fk_call_link_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_call_link_call_id FOREIGN KEY(call_id) REFERENCES call (case_id)
);

CREATE INDEX ix_call_link_call_id ON call_link (call_id);

CREATE FUNCTION call_link_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: call_link' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER call_link_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "call_link"
FOR EACH STATEMENT EXECUTE FUNCTION call_link_append_only();

CREATE TABLE call_proposal (
    case_id BIGINT NOT NULL,
    call_id BIGINT NOT NULL,
    country CHAR(2) NOT NULL,
    institution VARCHAR(300) NOT NULL,
    asked_minor BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_call_proposal PRIMARY KEY (case_id),
    CONSTRAINT fk_call_proposal_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_call_proposal_call_id FOREIGN KEY(call_id) REFERENCES call (case_id)
);

CREATE INDEX ix_call_proposal_call_id_institution ON call_proposal (call_id, institution);

CREATE TABLE call_question (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    lang VARCHAR(2) NOT NULL,
    text TEXT NOT NULL,
    country CHAR(2) NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_call_question PRIMARY KEY (case_id, number),
    CONSTRAINT fk_call_question_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
);

CREATE FUNCTION call_question_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: call_question' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER call_question_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "call_question"
FOR EACH STATEMENT EXECUTE FUNCTION call_question_append_only();
