CREATE TABLE checkpoint (
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    size INTEGER NOT NULL,
    root CHAR(64) NOT NULL,
    leaves TEXT NOT NULL,
    prev CHAR(64) NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_checkpoint PRIMARY KEY (number)
);

CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON "checkpoint"
BEGIN SELECT RAISE(ABORT, 'append_only: checkpoint'); END;

CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON "checkpoint"
BEGIN SELECT RAISE(ABORT, 'append_only: checkpoint'); END;

CREATE TABLE audit_entry (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor_id BIGINT,
    office VARCHAR(40) NOT NULL,
    act VARCHAR(60) NOT NULL,
    from_state VARCHAR(40) NOT NULL,
    to_state VARCHAR(40) NOT NULL,
    reason TEXT,
    cause_seq INTEGER,
    detail TEXT NOT NULL,
    prev CHAR(64) NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (case_id, seq),
    CONSTRAINT fk_audit_entry_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_audit_entry_left ON audit_entry (from_state, at) WHERE from_state <> to_state AND act <> 'case.migrated';

CREATE INDEX ix_audit_entry_at ON audit_entry (at);

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON "audit_entry"
BEGIN SELECT RAISE(ABORT, 'append_only: audit_entry'); END;

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON "audit_entry"
BEGIN SELECT RAISE(ABORT, 'append_only: audit_entry'); END;

CREATE TRIGGER audit_entry_moves_case AFTER INSERT ON audit_entry
WHEN NEW.act <> 'case.migrated' BEGIN
UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
    updated_at = NEW.at,
    entered = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.seq ELSE entered END,
    entered_at = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.at ELSE entered_at END,
    title = coalesce(json_extract(NEW.detail, '$.title'), title)
WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev AND state = NEW.from_state;
SELECT RAISE(ABORT, 'stale_case') WHERE changes() = 0;
END;

CREATE TRIGGER audit_entry_migrates_case AFTER INSERT ON audit_entry
WHEN NEW.act = 'case.migrated' BEGIN
UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
    updated_at = NEW.at,
    entered = json_extract(NEW.detail, '$.entered'),
    entered_at = (SELECT at FROM audit_entry WHERE case_id = NEW.case_id
        AND seq = json_extract(NEW.detail, '$.entered')),
    definition = json_extract(NEW.detail, '$.to.definition'),
    definition_digest = json_extract(NEW.detail, '$.to.digest')
WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev AND state = NEW.from_state
    AND definition = json_extract(NEW.detail, '$.from.definition')
    AND definition_digest = json_extract(NEW.detail, '$.from.digest');
SELECT RAISE(ABORT, 'stale_case') WHERE changes() = 0;
END;
