CREATE TABLE calendar_reminder (
    body VARCHAR(40) NOT NULL,
    item VARCHAR(40) NOT NULL,
    year INTEGER NOT NULL,
    at TEXT NOT NULL,
    told INTEGER NOT NULL,
    CONSTRAINT pk_calendar_reminder PRIMARY KEY (body, item, year)
);

CREATE TRIGGER calendar_reminder_no_update BEFORE UPDATE ON "calendar_reminder"
BEGIN SELECT RAISE(ABORT, 'append_only: calendar_reminder'); END;

CREATE TRIGGER calendar_reminder_no_delete BEFORE DELETE ON "calendar_reminder"
BEGIN SELECT RAISE(ABORT, 'append_only: calendar_reminder'); END;

CREATE TABLE rule_confirmation (
    id BIGINT NOT NULL,
    body VARCHAR(40) NOT NULL,
    rule VARCHAR(40) NOT NULL,
    rule_digest CHAR(64) NOT NULL,
    document TEXT NOT NULL,
    "by" BIGINT,
    by_name VARCHAR(120) NOT NULL,
    at TEXT NOT NULL,
    illustrative BOOLEAN NOT NULL,
    CONSTRAINT pk_rule_confirmation PRIMARY KEY (id)
);

CREATE INDEX ix_rule_confirmation_body_rule_rule_digest ON rule_confirmation (body, rule, rule_digest);

CREATE TRIGGER rule_confirmation_no_update BEFORE UPDATE ON "rule_confirmation"
BEGIN SELECT RAISE(ABORT, 'append_only: rule_confirmation'); END;

CREATE TRIGGER rule_confirmation_no_delete BEFORE DELETE ON "rule_confirmation"
BEGIN SELECT RAISE(ABORT, 'append_only: rule_confirmation'); END;

CREATE TABLE appointment (
    id BIGINT NOT NULL,
    body VARCHAR(40) NOT NULL,
    role VARCHAR(30) NOT NULL,
    nth INTEGER NOT NULL,
    user_id BIGINT NOT NULL,
    country CHAR(2) NOT NULL,
    grant_id BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    elected VARCHAR(12),
    document VARCHAR(200) NOT NULL,
    made_by BIGINT,
    made_at TEXT NOT NULL,
    CONSTRAINT pk_appointment PRIMARY KEY (id),
    CONSTRAINT ck_appointment_role CHECK (role IN ('chair', 'vice_chair', 'rapporteur', 'ceam_delegate', 'ceam_alternate')),
    CONSTRAINT ck_appointment_elected CHECK ((elected IS NULL) = (role IN ('ceam_delegate', 'ceam_alternate'))),
    CONSTRAINT ck_appointment_how CHECK (elected IN ('acclamation', 'vote')),
    CONSTRAINT ck_appointment_days CHECK (valid_to >= valid_from),
    CONSTRAINT uq_appointment_body_role_nth UNIQUE (body, role, nth),
    CONSTRAINT fk_appointment_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_appointment_grant_id FOREIGN KEY(grant_id) REFERENCES role_grant (id)
);

CREATE TRIGGER appointment_no_update BEFORE UPDATE ON "appointment"
BEGIN SELECT RAISE(ABORT, 'append_only: appointment'); END;

CREATE TRIGGER appointment_no_delete BEFORE DELETE ON "appointment"
BEGIN SELECT RAISE(ABORT, 'append_only: appointment'); END;

CREATE TABLE rule_confirmation_end (
    confirmation_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    CONSTRAINT pk_rule_confirmation_end PRIMARY KEY (confirmation_id),
    CONSTRAINT fk_rule_confirmation_end_confirmation_id FOREIGN KEY(confirmation_id) REFERENCES rule_confirmation (id)
);

CREATE TRIGGER rule_confirmation_end_no_update BEFORE UPDATE ON "rule_confirmation_end"
BEGIN SELECT RAISE(ABORT, 'append_only: rule_confirmation_end'); END;

CREATE TRIGGER rule_confirmation_end_no_delete BEFORE DELETE ON "rule_confirmation_end"
BEGIN SELECT RAISE(ABORT, 'append_only: rule_confirmation_end'); END;

CREATE TABLE appointment_end (
    appointment_id BIGINT NOT NULL,
    last_day DATE NOT NULL,
    document VARCHAR(200) NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    CONSTRAINT pk_appointment_end PRIMARY KEY (appointment_id),
    CONSTRAINT fk_appointment_end_appointment_id FOREIGN KEY(appointment_id) REFERENCES appointment (id)
);

CREATE TRIGGER appointment_end_no_update BEFORE UPDATE ON "appointment_end"
BEGIN SELECT RAISE(ABORT, 'append_only: appointment_end'); END;

CREATE TRIGGER appointment_end_no_delete BEFORE DELETE ON "appointment_end"
BEGIN SELECT RAISE(ABORT, 'append_only: appointment_end'); END;
