CREATE TABLE attachment (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    form VARCHAR(40),
    field VARCHAR(60),
    name VARCHAR(200) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    declared VARCHAR(100) NOT NULL,
    media_type VARCHAR(100) NOT NULL,
    size BIGINT NOT NULL,
    sha256 CHAR(64) NOT NULL,
    access VARCHAR(10) NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER,
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT ck_attachment_access CHECK (access IN ('public', 'limited', 'restricted')),
    CONSTRAINT fk_attachment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_attachment_case_id ON attachment (case_id);

CREATE INDEX ix_attachment_sha256 ON attachment (sha256);

CREATE FUNCTION attachment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: attachment' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER attachment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "attachment"
FOR EACH STATEMENT EXECUTE FUNCTION attachment_append_only();

CREATE TABLE attachment_removed (
    attachment_id BIGINT NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    seq INTEGER,
    CONSTRAINT pk_attachment_removed PRIMARY KEY (attachment_id),
    CONSTRAINT fk_attachment_removed_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
);

CREATE FUNCTION attachment_removed_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: attachment_removed' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER attachment_removed_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "attachment_removed"
FOR EACH STATEMENT EXECUTE FUNCTION attachment_removed_append_only();

CREATE TABLE attachment_scan (
    attachment_id BIGINT NOT NULL,
    verdict VARCHAR(10) NOT NULL,
    found VARCHAR(200) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_attachment_scan PRIMARY KEY (attachment_id),
    CONSTRAINT ck_attachment_scan_verdict CHECK (verdict IN ('clean', 'harmful')),
    CONSTRAINT fk_attachment_scan_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
);

CREATE FUNCTION attachment_scan_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: attachment_scan' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER attachment_scan_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "attachment_scan"
FOR EACH STATEMENT EXECUTE FUNCTION attachment_scan_append_only();
