CREATE TABLE call (
    case_id BIGINT NOT NULL,
    number VARCHAR(20) NOT NULL,
    exercise BOOLEAN DEFAULT 0 NOT NULL,
    opens_at TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    terms TEXT NOT NULL,
    digest CHAR(64) NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_call PRIMARY KEY (case_id),
    CONSTRAINT uq_call_number_exercise UNIQUE (number, exercise),
    CONSTRAINT ck_call_order CHECK (opens_at < closes_at),
    CONSTRAINT fk_call_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_call_closes_at ON call (closes_at);

CREATE TRIGGER call_moves_later BEFORE UPDATE ON "call" BEGIN
SELECT RAISE(ABORT, 'call_moves_later') WHERE NEW.closes_at < OLD.closes_at OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.number, NEW.exercise, NEW.opens_at)
    IS NOT (OLD.case_id, OLD.number, OLD.exercise, OLD.opens_at);
END;

CREATE TRIGGER call_stays BEFORE DELETE ON "call" BEGIN
SELECT RAISE(ABORT, 'call_moves_later');
END;

CREATE TABLE call_answer (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    question INTEGER NOT NULL,
    lang VARCHAR(2) NOT NULL,
    text TEXT NOT NULL,
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_call_answer PRIMARY KEY (id),
    CONSTRAINT uq_call_answer_case_id_seq UNIQUE (case_id, seq),
    CONSTRAINT fk_call_answer_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
);

CREATE INDEX ix_call_answer_case_id_question ON call_answer (case_id, question);

CREATE TRIGGER call_answer_no_update BEFORE UPDATE ON "call_answer"
BEGIN SELECT RAISE(ABORT, 'append_only: call_answer'); END;

CREATE TRIGGER call_answer_no_delete BEFORE DELETE ON "call_answer"
BEGIN SELECT RAISE(ABORT, 'append_only: call_answer'); END;

CREATE TABLE call_link (
    case_id BIGINT NOT NULL,
    call_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_call_link PRIMARY KEY (case_id),
    CONSTRAINT fk_call_link_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_call_link_call_id FOREIGN KEY(call_id) REFERENCES call (case_id)
);

CREATE INDEX ix_call_link_call_id ON call_link (call_id);

CREATE TRIGGER call_link_no_update BEFORE UPDATE ON "call_link"
BEGIN SELECT RAISE(ABORT, 'append_only: call_link'); END;

CREATE TRIGGER call_link_no_delete BEFORE DELETE ON "call_link"
BEGIN SELECT RAISE(ABORT, 'append_only: call_link'); END;

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
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_call_question PRIMARY KEY (case_id, number),
    CONSTRAINT fk_call_question_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
);

CREATE TRIGGER call_question_no_update BEFORE UPDATE ON "call_question"
BEGIN SELECT RAISE(ABORT, 'append_only: call_question'); END;

CREATE TRIGGER call_question_no_delete BEFORE DELETE ON "call_question"
BEGIN SELECT RAISE(ABORT, 'append_only: call_question'); END;
