CREATE TABLE review_assignment (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    user_id BIGINT NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_review_assignment PRIMARY KEY (id),
    CONSTRAINT uq_review_assignment_case_id_user_id UNIQUE (case_id, user_id),
    CONSTRAINT uq_review_assignment_case_id_number UNIQUE (case_id, number),
    CONSTRAINT fk_review_assignment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_review_assignment_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE INDEX ix_review_assignment_user_id ON review_assignment (user_id);

CREATE FUNCTION review_assignment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: review_assignment' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER review_assignment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "review_assignment"
FOR EACH STATEMENT EXECUTE FUNCTION review_assignment_append_only();

CREATE TABLE call_ranking (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    content JSON NOT NULL,
    digest CHAR(64) NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_call_ranking PRIMARY KEY (case_id, number),
    CONSTRAINT fk_call_ranking_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
);

CREATE FUNCTION call_ranking_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: call_ranking' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER call_ranking_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "call_ranking"
FOR EACH STATEMENT EXECUTE FUNCTION call_ranking_append_only();

CREATE TABLE ranking_adoption (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_ranking_adoption PRIMARY KEY (case_id, number),
    CONSTRAINT fk_ranking_adoption_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
);

CREATE FUNCTION ranking_adoption_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ranking_adoption' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ranking_adoption_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ranking_adoption"
FOR EACH STATEMENT EXECUTE FUNCTION ranking_adoption_append_only();

CREATE TABLE review_step (
    id BIGINT NOT NULL,
    assignment_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    kind VARCHAR(8) NOT NULL,
    request INTEGER NOT NULL,
    content JSON NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_review_step PRIMARY KEY (id),
    CONSTRAINT uq_review_step_case_id_seq UNIQUE (case_id, seq),
    CONSTRAINT ck_review_step_kind CHECK (kind IN ('clear', 'conflict', 'scored', 'relieved')),
    CONSTRAINT fk_review_step_assignment_id FOREIGN KEY(assignment_id) REFERENCES review_assignment (id),
    CONSTRAINT fk_review_step_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_review_step_assignment_id ON review_step (assignment_id);

CREATE FUNCTION review_step_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: review_step' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER review_step_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "review_step"
FOR EACH STATEMENT EXECUTE FUNCTION review_step_append_only();
