CREATE TABLE meeting_number (
    series VARCHAR(40) NOT NULL,
    year INTEGER NOT NULL,
    exercise BOOLEAN NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_meeting_number PRIMARY KEY (series, year, exercise)
);

CREATE TRIGGER meeting_number_grows BEFORE UPDATE ON meeting_number BEGIN
SELECT RAISE(ABORT, 'meeting_number_grows') WHERE NEW.last <= OLD.last
    OR (NEW.series, NEW.year, NEW.exercise) IS NOT (OLD.series, OLD.year, OLD.exercise);
END;

CREATE TRIGGER meeting_number_stays BEFORE DELETE ON meeting_number BEGIN
SELECT RAISE(ABORT, 'meeting_number_grows');
END;

CREATE TABLE meeting (
    case_id BIGINT NOT NULL,
    body VARCHAR(40) NOT NULL,
    begins_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    terms TEXT NOT NULL,
    exercise BOOLEAN DEFAULT 0 NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting PRIMARY KEY (case_id),
    CONSTRAINT ck_meeting_order CHECK (begins_at < ends_at),
    CONSTRAINT fk_meeting_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_meeting_begins_at ON meeting (begins_at);

CREATE TRIGGER meeting_by_notice BEFORE UPDATE ON meeting BEGIN
SELECT RAISE(ABORT, 'meeting_by_notice') WHERE NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.body, NEW.exercise) IS NOT (OLD.case_id, OLD.body, OLD.exercise);
END;

CREATE TRIGGER meeting_stays BEFORE DELETE ON meeting BEGIN
SELECT RAISE(ABORT, 'meeting_by_notice');
END;

CREATE TABLE meeting_agenda (
    case_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    stage VARCHAR(10) NOT NULL,
    items TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_agenda PRIMARY KEY (case_id, version),
    CONSTRAINT ck_meeting_agenda_stage CHECK (stage IN ('draft', 'convened', 'adopted', 'amended')),
    CONSTRAINT fk_meeting_agenda_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TRIGGER meeting_agenda_no_update BEFORE UPDATE ON "meeting_agenda"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_agenda'); END;

CREATE TRIGGER meeting_agenda_no_delete BEFORE DELETE ON "meeting_agenda"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_agenda'); END;

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
    title TEXT NOT NULL,
    original VARCHAR(2) NOT NULL,
    access VARCHAR(10) NOT NULL,
    item INTEGER,
    version INTEGER,
    file_id BIGINT,
    sha256 CHAR(64),
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_document PRIMARY KEY (id),
    CONSTRAINT uq_meeting_document_symbol UNIQUE (series, year, exercise, number, revision, correction, addendum),
    CONSTRAINT ck_meeting_document_access CHECK (access IN ('public', 'limited', 'restricted')),
    CONSTRAINT ck_meeting_document_kind CHECK (kind IN ('notice', 'order_of_business', 'working_document', 'minutes', 'decision')),
    CONSTRAINT fk_meeting_document_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_meeting_document_file_id FOREIGN KEY(file_id) REFERENCES attachment (id)
);

CREATE INDEX ix_meeting_document_case_id ON meeting_document (case_id);

CREATE TRIGGER meeting_document_no_update BEFORE UPDATE ON "meeting_document"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_document'); END;

CREATE TRIGGER meeting_document_no_delete BEFORE DELETE ON "meeting_document"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_document'); END;

CREATE TABLE meeting_amendment (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    version INTEGER NOT NULL,
    country CHAR(2) NOT NULL,
    passage TEXT NOT NULL,
    proposed TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_amendment PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_amendment_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE TRIGGER meeting_amendment_no_update BEFORE UPDATE ON "meeting_amendment"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_amendment'); END;

CREATE TRIGGER meeting_amendment_no_delete BEFORE DELETE ON "meeting_amendment"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_amendment'); END;

CREATE TABLE meeting_attendance (
    case_id BIGINT NOT NULL,
    country CHAR(2) NOT NULL,
    standing VARCHAR(10) NOT NULL,
    person VARCHAR(120) NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_attendance PRIMARY KEY (case_id, country, seq),
    CONSTRAINT ck_meeting_attendance_standing CHECK (standing IN ('titular', 'alternate', 'observer', 'absent')),
    CONSTRAINT fk_meeting_attendance_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE TRIGGER meeting_attendance_no_update BEFORE UPDATE ON "meeting_attendance"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_attendance'); END;

CREATE TRIGGER meeting_attendance_no_delete BEFORE DELETE ON "meeting_attendance"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_attendance'); END;

CREATE TABLE meeting_certificate (
    case_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    digest CHAR(64) NOT NULL,
    name VARCHAR(120) NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_certificate PRIMARY KEY (case_id, version),
    CONSTRAINT fk_meeting_certificate_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE TRIGGER meeting_certificate_no_update BEFORE UPDATE ON "meeting_certificate"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_certificate'); END;

CREATE TRIGGER meeting_certificate_no_delete BEFORE DELETE ON "meeting_certificate"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_certificate'); END;

CREATE TABLE meeting_invitation (
    case_id BIGINT NOT NULL,
    item INTEGER NOT NULL,
    country CHAR(2) NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_invitation PRIMARY KEY (case_id, item, country),
    CONSTRAINT fk_meeting_invitation_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE TRIGGER meeting_invitation_no_update BEFORE UPDATE ON "meeting_invitation"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_invitation'); END;

CREATE TRIGGER meeting_invitation_no_delete BEFORE DELETE ON "meeting_invitation"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_invitation'); END;

CREATE TABLE meeting_item_act (
    case_id BIGINT NOT NULL,
    item INTEGER NOT NULL,
    status VARCHAR(10) NOT NULL,
    words TEXT NOT NULL,
    ballot_case BIGINT,
    ballot_round INTEGER,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_item_act PRIMARY KEY (case_id, seq),
    CONSTRAINT ck_meeting_item_act_status CHECK (status IN ('taken_up', 'voting', 'concluded', 'postponed')),
    CONSTRAINT fk_meeting_item_act_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id),
    CONSTRAINT fk_meeting_item_act_ballot_case FOREIGN KEY(ballot_case) REFERENCES "case" (id)
);

CREATE TRIGGER meeting_item_act_no_update BEFORE UPDATE ON "meeting_item_act"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_item_act'); END;

CREATE TRIGGER meeting_item_act_no_delete BEFORE DELETE ON "meeting_item_act"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_item_act'); END;

CREATE TABLE meeting_minutes (
    case_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    lang VARCHAR(2) NOT NULL,
    text TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_minutes PRIMARY KEY (case_id, version),
    CONSTRAINT fk_meeting_minutes_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE TRIGGER meeting_minutes_no_update BEFORE UPDATE ON "meeting_minutes"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_minutes'); END;

CREATE TRIGGER meeting_minutes_no_delete BEFORE DELETE ON "meeting_minutes"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_minutes'); END;

CREATE TABLE meeting_proposal (
    case_id BIGINT NOT NULL,
    item INTEGER NOT NULL,
    content TEXT NOT NULL,
    round INTEGER NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_proposal PRIMARY KEY (case_id, item),
    CONSTRAINT fk_meeting_proposal_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE TRIGGER meeting_proposal_no_update BEFORE UPDATE ON "meeting_proposal"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_proposal'); END;

CREATE TRIGGER meeting_proposal_no_delete BEFORE DELETE ON "meeting_proposal"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_proposal'); END;

CREATE TABLE meeting_task (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    item INTEGER,
    text TEXT NOT NULL,
    role VARCHAR(30) NOT NULL,
    country VARCHAR(2) NOT NULL,
    due_at TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_task PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_task_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
);

CREATE INDEX ix_meeting_task_due_at ON meeting_task (due_at);

CREATE INDEX ix_meeting_task_role_country ON meeting_task (role, country);

CREATE TRIGGER meeting_task_no_update BEFORE UPDATE ON "meeting_task"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task'); END;

CREATE TRIGGER meeting_task_no_delete BEFORE DELETE ON "meeting_task"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task'); END;

CREATE TABLE meeting_amendment_answer (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    accepted BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_amendment_answer PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_amendment_answer_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_amendment (case_id, number)
);

CREATE TRIGGER meeting_amendment_answer_no_update BEFORE UPDATE ON "meeting_amendment_answer"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_amendment_answer'); END;

CREATE TRIGGER meeting_amendment_answer_no_delete BEFORE DELETE ON "meeting_amendment_answer"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_amendment_answer'); END;

CREATE TABLE meeting_task_done (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    words TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_task_done PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_task_done_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_task (case_id, number)
);

CREATE TRIGGER meeting_task_done_no_update BEFORE UPDATE ON "meeting_task_done"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task_done'); END;

CREATE TRIGGER meeting_task_done_no_delete BEFORE DELETE ON "meeting_task_done"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task_done'); END;

CREATE TABLE meeting_task_reminder (
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_meeting_task_reminder PRIMARY KEY (case_id, number),
    CONSTRAINT fk_meeting_task_reminder_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_task (case_id, number)
);

CREATE TRIGGER meeting_task_reminder_no_update BEFORE UPDATE ON "meeting_task_reminder"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task_reminder'); END;

CREATE TRIGGER meeting_task_reminder_no_delete BEFORE DELETE ON "meeting_task_reminder"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task_reminder'); END;
