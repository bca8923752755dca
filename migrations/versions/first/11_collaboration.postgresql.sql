CREATE TABLE assignment (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    visit INTEGER NOT NULL,
    role VARCHAR(30) NOT NULL,
    country VARCHAR(2) NOT NULL,
    person_id BIGINT,
    by_id BIGINT NOT NULL,
    acted_for VARCHAR(120) NOT NULL,
    message TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_assignment PRIMARY KEY (id),
    CONSTRAINT uq_assignment_case_id_number UNIQUE (case_id, number),
    CONSTRAINT fk_assignment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_assignment_person_id FOREIGN KEY(person_id) REFERENCES "user" (id),
    CONSTRAINT fk_assignment_by_id FOREIGN KEY(by_id) REFERENCES "user" (id)
);

CREATE INDEX ix_assignment_person_id ON assignment (person_id);

CREATE FUNCTION assignment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: assignment' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER assignment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "assignment"
FOR EACH STATEMENT EXECUTE FUNCTION assignment_append_only();

CREATE TABLE comment (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    audience VARCHAR(12) NOT NULL,
    number INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    by_id BIGINT NOT NULL,
    office VARCHAR(40) NOT NULL,
    acted_for VARCHAR(120) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_comment PRIMARY KEY (id),
    CONSTRAINT uq_comment_case_id_audience_number UNIQUE (case_id, audience, number),
    CONSTRAINT ck_comment_audience CHECK (audience IN ('secretariat', 'applicant', 'delegations')),
    CONSTRAINT fk_comment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_comment_by_id FOREIGN KEY(by_id) REFERENCES "user" (id)
);

CREATE FUNCTION comment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: comment' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER comment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "comment"
FOR EACH STATEMENT EXECUTE FUNCTION comment_append_only();

CREATE TABLE saved_filter (
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    name VARCHAR(60) NOT NULL,
    query TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_saved_filter PRIMARY KEY (id),
    CONSTRAINT uq_saved_filter_user_id_name UNIQUE (user_id, name),
    CONSTRAINT fk_saved_filter_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE TABLE comment_mention (
    comment_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    CONSTRAINT pk_comment_mention PRIMARY KEY (comment_id, user_id),
    CONSTRAINT fk_comment_mention_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
    CONSTRAINT fk_comment_mention_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE FUNCTION comment_mention_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: comment_mention' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER comment_mention_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "comment_mention"
FOR EACH STATEMENT EXECUTE FUNCTION comment_mention_append_only();

CREATE TABLE comment_withdrawal (
    comment_id BIGINT NOT NULL,
    by_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_comment_withdrawal PRIMARY KEY (comment_id),
    CONSTRAINT fk_comment_withdrawal_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
    CONSTRAINT fk_comment_withdrawal_by_id FOREIGN KEY(by_id) REFERENCES "user" (id)
);

CREATE FUNCTION comment_withdrawal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: comment_withdrawal' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER comment_withdrawal_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "comment_withdrawal"
FOR EACH STATEMENT EXECUTE FUNCTION comment_withdrawal_append_only();
