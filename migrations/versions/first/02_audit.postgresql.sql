CREATE TABLE checkpoint (
    number INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    size INTEGER NOT NULL,
    root CHAR(64) NOT NULL,
    leaves JSON NOT NULL,
    prev CHAR(64) NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_checkpoint PRIMARY KEY (number)
);

CREATE FUNCTION checkpoint_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: checkpoint' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER checkpoint_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "checkpoint"
FOR EACH STATEMENT EXECUTE FUNCTION checkpoint_append_only();

CREATE TABLE audit_entry (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    office VARCHAR(40) NOT NULL,
    act VARCHAR(60) NOT NULL,
    from_state VARCHAR(40) NOT NULL,
    to_state VARCHAR(40) NOT NULL,
    reason TEXT,
    cause_seq INTEGER,
    detail JSON NOT NULL,
    prev CHAR(64) NOT NULL,
    digest CHAR(64) NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (case_id, seq),
    CONSTRAINT fk_audit_entry_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_audit_entry_left ON audit_entry (from_state, at) WHERE from_state <> to_state AND act <> 'case.migrated';

CREATE INDEX ix_audit_entry_at ON audit_entry (at);

CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: audit_entry' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_entry_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry"
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only();

CREATE FUNCTION audit_entry_moves_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.act = 'case.migrated' THEN
    UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
        updated_at = NEW.at,
        entered = (NEW.detail ->> 'entered')::integer,
        entered_at = (SELECT at FROM audit_entry WHERE case_id = NEW.case_id
            AND seq = (NEW.detail ->> 'entered')::integer),
        definition = NEW.detail #>> '{to,definition}',
        definition_digest = NEW.detail #>> '{to,digest}'
    WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev
        AND state = NEW.from_state
        AND definition = NEW.detail #>> '{from,definition}'
        AND definition_digest = NEW.detail #>> '{from,digest}';
ELSE
    UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
        updated_at = NEW.at,
        entered = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.seq ELSE entered END,
        entered_at = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.at ELSE entered_at END,
        title = coalesce(NEW.detail -> 'title', title)
    WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev
        AND state = NEW.from_state;
END IF;
IF NOT FOUND THEN
    RAISE EXCEPTION 'stale_case' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$;

CREATE TRIGGER audit_entry_moves_case AFTER INSERT ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_moves_case();
