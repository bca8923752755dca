CREATE TABLE meeting_number (
    series VARCHAR(40) NOT NULL,
    year INTEGER NOT NULL,
    exercise BOOLEAN NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_meeting_number PRIMARY KEY (series, year, exercise)
);

CREATE FUNCTION meeting_number_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.last <= OLD.last
    OR (NEW.series, NEW.year, NEW.exercise)
    IS DISTINCT FROM (OLD.series, OLD.year, OLD.exercise) THEN
    RAISE EXCEPTION 'meeting_number_grows' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER meeting_number_grows BEFORE UPDATE OR DELETE ON meeting_number
FOR EACH ROW EXECUTE FUNCTION meeting_number_grows();

CREATE TABLE meeting (
    case_id BIGINT NOT NULL,
    body VARCHAR(40) NOT NULL,
    begins_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    terms JSON NOT NULL,
    exercise BOOLEAN DEFAULT false NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting PRIMARY KEY (case_id),
    CONSTRAINT ck_meeting_order CHECK (begins_at < ends_at),
    CONSTRAINT fk_meeting_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_meeting_begins_at ON meeting (begins_at);

CREATE FUNCTION meeting_by_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.body, NEW.exercise)
    IS DISTINCT FROM (OLD.case_id, OLD.body, OLD.exercise) THEN
    RAISE EXCEPTION 'meeting_by_notice' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER meeting_by_notice BEFORE UPDATE OR DELETE ON meeting
FOR EACH ROW EXECUTE FUNCTION meeting_by_notice();

CREATE TABLE meeting_agenda (
    case_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    stage VARCHAR(10) NOT NULL,
    items JSON NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_agenda PRIMARY KEY (case_id, version),
    CONSTRAINT ck_meeting_agenda_stage CHECK (stage IN ('draft', 'convened', 'adopted', 'amended')),
    CONSTRAINT fk_meeting_agenda_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE FUNCTION meeting_agenda_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_agenda' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_agenda_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_agenda"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_agenda_append_only();

CREATE TABLE meeting_document (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    series VARCHAR(40) NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    correction INTEGER NOT NULL,
    addendum INTEGER NOT NULL,
    exercise BOOLEAN NOT NULL,
    kind VARCHAR(20) NOT NULL,
    title JSON NOT NULL,
    original VARCHAR(2) NOT NULL,
    access VARCHAR(10) NOT NULL,
    item INTEGER,
    version INTEGER,
    file_id BIGINT,
    sha256 CHAR(64),
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_document PRIMARY KEY (id),
    CONSTRAINT uq_meeting_document_symbol UNIQUE (series, year, exercise, number, revision, correction, addendum),
    CONSTRAINT ck_meeting_document_access CHECK (access IN ('public', 'limited', 'restricted')),
    CONSTRAINT ck_meeting_document_kind CHECK (kind IN ('notice', 'order_of_business', 'working_document', 'minutes', 'decision')),
    CONSTRAINT fk_meeting_document_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_meeting_document_file_id FOREIGN KEY(file_id) REFERENCES attachment (id)
);

CREATE INDEX ix_meeting_document_case_id ON meeting_document (case_id);

CREATE FUNCTION meeting_document_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_document' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_document_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_document"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_document_append_only();

CREATE TABLE meeting_amendment (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    version INTEGER NOT NULL,
    country CHAR(2) NOT NULL,
    passage TEXT NOT NULL,
    proposed TEXT NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_amendment PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_amendment_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE FUNCTION meeting_amendment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_amendment' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_amendment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_amendment"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_amendment_append_only();

CREATE TABLE meeting_attendance (
    case_id BIGINT NOT NULL,
    country CHAR(2) NOT NULL,
    standing VARCHAR(10) NOT NULL,
    person VARCHAR(120) NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_attendance PRIMARY KEY (case_id, country, seq),
    CONSTRAINT ck_meeting_attendance_standing CHECK (standing IN ('titular', 'alternate', 'observer', 'absent')),
    CONSTRAINT fk_meeting_attendance_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE FUNCTION meeting_attendance_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_attendance' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_attendance_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_attendance"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_attendance_append_only();

CREATE TABLE meeting_certificate (
    case_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    digest CHAR(64) NOT NULL,
    name VARCHAR(120) NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_certificate PRIMARY KEY (case_id, version),
    CONSTRAINT fk_meeting_certificate_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE FUNCTION meeting_certificate_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_certificate' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_certificate_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_certificate"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_certificate_append_only();

CREATE TABLE meeting_invitation (
    case_id BIGINT NOT NULL,
    item INTEGER NOT NULL,
    country CHAR(2) NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_invitation PRIMARY KEY (case_id, item, country),
    CONSTRAINT fk_meeting_invitation_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE FUNCTION meeting_invitation_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_invitation' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_invitation_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_invitation"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_invitation_append_only();

CREATE TABLE meeting_item_act (
    case_id BIGINT NOT NULL,
    item INTEGER NOT NULL,
    status VARCHAR(10) NOT NULL,
    words TEXT NOT NULL,
    ballot_case BIGINT,
    ballot_round INTEGER,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_item_act PRIMARY KEY (case_id, seq),
    CONSTRAINT ck_meeting_item_act_status CHECK (status IN ('taken_up', 'voting', 'concluded', 'postponed')),
    CONSTRAINT fk_meeting_item_act_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id),
    CONSTRAINT fk_meeting_item_act_ballot_case FOREIGN KEY(ballot_case) REFERENCES "case" (id)
);

CREATE FUNCTION meeting_item_act_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_item_act' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_item_act_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_item_act"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_item_act_append_only();

CREATE TABLE meeting_minutes (
    case_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    lang VARCHAR(2) NOT NULL,
    text TEXT NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_minutes PRIMARY KEY (case_id, version),
    CONSTRAINT fk_meeting_minutes_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE FUNCTION meeting_minutes_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_minutes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_minutes_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_minutes"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_minutes_append_only();

CREATE TABLE meeting_proposal (
    case_id BIGINT NOT NULL,
    item INTEGER NOT NULL,
    content JSON NOT NULL,
    round INTEGER NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_proposal PRIMARY KEY (case_id, item),
    CONSTRAINT fk_meeting_proposal_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE FUNCTION meeting_proposal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_proposal' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_proposal_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_proposal"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_proposal_append_only();

CREATE TABLE meeting_task (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    item INTEGER,
    text TEXT NOT NULL,
    role VARCHAR(30) NOT NULL,
    country VARCHAR(2) NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_task PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_task_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE INDEX ix_meeting_task_due_at ON meeting_task (due_at);

CREATE INDEX ix_meeting_task_role_country ON meeting_task (role, country);

CREATE FUNCTION meeting_task_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_task' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_task_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_task"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_task_append_only();

CREATE TABLE meeting_amendment_answer (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    accepted BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_amendment_answer PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_amendment_answer_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_amendment (case_id, number)
);

CREATE FUNCTION meeting_amendment_answer_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_amendment_answer' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_amendment_answer_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_amendment_answer"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_amendment_answer_append_only();

CREATE TABLE meeting_task_done (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    words TEXT NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_task_done PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_task_done_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_task (case_id, number)
);

CREATE FUNCTION meeting_task_done_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_task_done' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_task_done_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_task_done"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_task_done_append_only();

CREATE TABLE meeting_task_reminder (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_task_reminder PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_task_reminder_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_task (case_id, number)
);

CREATE FUNCTION meeting_task_reminder_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_task_reminder' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER meeting_task_reminder_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_task_reminder"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_task_reminder_append_only();
