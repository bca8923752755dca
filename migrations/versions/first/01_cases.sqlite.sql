CREATE TABLE "case" (
    id BIGINT NOT NULL,
    ref VARCHAR(20) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    definition VARCHAR(50) NOT NULL,
    definition_digest CHAR(64) NOT NULL,
    country CHAR(2) NOT NULL,
    illustrative BOOLEAN NOT NULL,
    opened_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    head CHAR(64) NOT NULL,
    state VARCHAR(40) NOT NULL,
    entered INTEGER NOT NULL,
    entered_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    title TEXT,
    exercise BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_case PRIMARY KEY (id),
    CONSTRAINT uq_case_ref UNIQUE (ref)
);

CREATE INDEX ix_case_state_updated ON "case" (state, updated_at);

CREATE INDEX ix_case_updated ON "case" (updated_at, id);

CREATE INDEX ix_case_definition_state ON "case" (definition, state, exercise);

CREATE INDEX ix_case_kind_country ON "case" (kind, country);

CREATE INDEX ix_case_country_updated ON "case" (country, updated_at);

CREATE TRIGGER case_needs_entry BEFORE UPDATE ON "case" BEGIN
SELECT RAISE(ABORT, 'no_entry') WHERE NEW.version <> OLD.version + 1 OR NOT EXISTS (
    SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
    AND digest = NEW.head AND prev = OLD.head AND to_state = NEW.state);
SELECT RAISE(ABORT, 'no_entry') WHERE (NEW.id, NEW.ref, NEW.kind, NEW.country,
    NEW.illustrative, NEW.opened_at, NEW.exercise)
    IS NOT (OLD.id, OLD.ref, OLD.kind, OLD.country,
    OLD.illustrative, OLD.opened_at, OLD.exercise);
SELECT RAISE(ABORT, 'no_entry') WHERE (NEW.definition, NEW.definition_digest)
    IS NOT (OLD.definition, OLD.definition_digest) AND (
    NEW.definition NOT LIKE NEW.kind || '/v%' OR NOT EXISTS (
    SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
    AND act = 'case.migrated' AND json_extract(detail, '$.to.definition') = NEW.definition
    AND json_extract(detail, '$.to.digest') = NEW.definition_digest));
END;

CREATE TRIGGER case_begins BEFORE INSERT ON "case" BEGIN
SELECT RAISE(ABORT, 'no_entry') WHERE NEW.version <> 0 OR NEW.state <> ''
    OR NEW.exercise <> (substr(NEW.ref, 1, 3) = 'EJ-');
END;

CREATE TRIGGER case_stays BEFORE DELETE ON "case" BEGIN
SELECT RAISE(ABORT, 'append_only: case');
END;

CREATE TABLE case_number (
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_case_number PRIMARY KEY (year)
);

CREATE TABLE exercise_number (
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_exercise_number PRIMARY KEY (year)
);

CREATE TABLE case_words (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    words TEXT NOT NULL,
    CONSTRAINT pk_case_words PRIMARY KEY (case_id, seq),
    CONSTRAINT fk_case_words_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TRIGGER case_words_no_update BEFORE UPDATE ON "case_words"
BEGIN SELECT RAISE(ABORT, 'append_only: case_words'); END;

CREATE TRIGGER case_words_no_delete BEFORE DELETE ON "case_words"
BEGIN SELECT RAISE(ABORT, 'append_only: case_words'); END;

CREATE TABLE draft_contributor (
    case_id BIGINT NOT NULL,
    form VARCHAR(40) NOT NULL,
    user_id BIGINT NOT NULL,
    first_at TEXT NOT NULL,
    CONSTRAINT pk_draft_contributor PRIMARY KEY (case_id, form, user_id),
    CONSTRAINT fk_draft_contributor_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TABLE draft_field (
    case_id BIGINT NOT NULL,
    form VARCHAR(40) NOT NULL,
    field VARCHAR(60) NOT NULL,
    version INTEGER NOT NULL,
    value TEXT,
    revision INTEGER NOT NULL,
    updated_by BIGINT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pk_draft_field PRIMARY KEY (case_id, form, field),
    CONSTRAINT fk_draft_field_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TABLE draft_presence (
    case_id BIGINT NOT NULL,
    form VARCHAR(40) NOT NULL,
    user_id BIGINT NOT NULL,
    section VARCHAR(60) NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    CONSTRAINT pk_draft_presence PRIMARY KEY (case_id, form, user_id),
    CONSTRAINT fk_draft_presence_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TABLE participation (
    case_id BIGINT NOT NULL,
    country CHAR(2) NOT NULL,
    asked_seq INTEGER NOT NULL,
    confirmed_seq INTEGER,
    declined_seq INTEGER,
    ended_seq INTEGER,
    CONSTRAINT pk_participation PRIMARY KEY (case_id, country),
    CONSTRAINT fk_participation_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_participation_country ON participation (country);

CREATE TABLE submission (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    form VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    form_digest CHAR(64) NOT NULL,
    number INTEGER NOT NULL,
    "values" TEXT NOT NULL,
    digest CHAR(64) NOT NULL,
    material CHAR(64),
    "by" BIGINT,
    at TEXT NOT NULL,
    CONSTRAINT pk_submission PRIMARY KEY (id),
    CONSTRAINT uq_submission_case_id_form_number UNIQUE (case_id, form, number),
    CONSTRAINT fk_submission_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TRIGGER submission_no_update BEFORE UPDATE ON "submission"
BEGIN SELECT RAISE(ABORT, 'append_only: submission'); END;

CREATE TRIGGER submission_no_delete BEFORE DELETE ON "submission"
BEGIN SELECT RAISE(ABORT, 'append_only: submission'); END;
