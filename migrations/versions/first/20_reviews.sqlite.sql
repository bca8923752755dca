CREATE TABLE review_assignment (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    user_id BIGINT NOT NULL,
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_review_assignment PRIMARY KEY (id),
    CONSTRAINT uq_review_assignment_case_id_user_id UNIQUE (case_id, user_id),
    CONSTRAINT uq_review_assignment_case_id_number UNIQUE (case_id, number),
    CONSTRAINT fk_review_assignment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_review_assignment_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE INDEX ix_review_assignment_user_id ON review_assignment (user_id);

CREATE TRIGGER review_assignment_no_update BEFORE UPDATE ON "review_assignment"
BEGIN SELECT RAISE(ABORT, 'append_only: review_assignment'); END;

CREATE TRIGGER review_assignment_no_delete BEFORE DELETE ON "review_assignment"
BEGIN SELECT RAISE(ABORT, 'append_only: review_assignment'); END;

CREATE TABLE call_ranking (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    digest CHAR(64) NOT NULL,
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_call_ranking PRIMARY KEY (case_id, number),
    CONSTRAINT fk_call_ranking_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
);

CREATE TRIGGER call_ranking_no_update BEFORE UPDATE ON "call_ranking"
BEGIN SELECT RAISE(ABORT, 'append_only: call_ranking'); END;

CREATE TRIGGER call_ranking_no_delete BEFORE DELETE ON "call_ranking"
BEGIN SELECT RAISE(ABORT, 'append_only: call_ranking'); END;

CREATE TABLE ranking_adoption (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_ranking_adoption PRIMARY KEY (case_id, number),
    CONSTRAINT fk_ranking_adoption_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
);

CREATE TRIGGER ranking_adoption_no_update BEFORE UPDATE ON "ranking_adoption"
BEGIN SELECT RAISE(ABORT, 'append_only: ranking_adoption'); END;

CREATE TRIGGER ranking_adoption_no_delete BEFORE DELETE ON "ranking_adoption"
BEGIN SELECT RAISE(ABORT, 'append_only: ranking_adoption'); END;

CREATE TABLE review_step (
    id BIGINT NOT NULL,
    assignment_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    kind VARCHAR(8) NOT NULL,
    request INTEGER NOT NULL,
    content TEXT NOT NULL,
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_review_step PRIMARY KEY (id),
    CONSTRAINT uq_review_step_case_id_seq UNIQUE (case_id, seq),
    CONSTRAINT ck_review_step_kind CHECK (kind IN ('clear', 'conflict', 'scored', 'relieved')),
    CONSTRAINT fk_review_step_assignment_id FOREIGN KEY(assignment_id) REFERENCES review_assignment (id),
    CONSTRAINT fk_review_step_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_review_step_assignment_id ON review_step (assignment_id);

CREATE TRIGGER review_step_no_update BEFORE UPDATE ON "review_step"
BEGIN SELECT RAISE(ABORT, 'append_only: review_step'); END;

CREATE TRIGGER review_step_no_delete BEFORE DELETE ON "review_step"
BEGIN SELECT RAISE(ABORT, 'append_only: review_step'); END;
