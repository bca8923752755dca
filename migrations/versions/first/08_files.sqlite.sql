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
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    seq INTEGER,
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT ck_attachment_access CHECK (access IN ('public', 'limited', 'restricted')),
    CONSTRAINT fk_attachment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_attachment_case_id ON attachment (case_id);

CREATE INDEX ix_attachment_sha256 ON attachment (sha256);

CREATE TRIGGER attachment_no_update BEFORE UPDATE ON "attachment"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment'); END;

CREATE TRIGGER attachment_no_delete BEFORE DELETE ON "attachment"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment'); END;

CREATE TABLE attachment_removed (
    attachment_id BIGINT NOT NULL,
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL,
    seq INTEGER,
    CONSTRAINT pk_attachment_removed PRIMARY KEY (attachment_id),
    CONSTRAINT fk_attachment_removed_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
);

CREATE TRIGGER attachment_removed_no_update BEFORE UPDATE ON "attachment_removed"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment_removed'); END;

CREATE TRIGGER attachment_removed_no_delete BEFORE DELETE ON "attachment_removed"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment_removed'); END;

CREATE TABLE attachment_scan (
    attachment_id BIGINT NOT NULL,
    verdict VARCHAR(10) NOT NULL,
    found VARCHAR(200) NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT pk_attachment_scan PRIMARY KEY (attachment_id),
    CONSTRAINT ck_attachment_scan_verdict CHECK (verdict IN ('clean', 'harmful')),
    CONSTRAINT fk_attachment_scan_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
);

CREATE TRIGGER attachment_scan_no_update BEFORE UPDATE ON "attachment_scan"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment_scan'); END;

CREATE TRIGGER attachment_scan_no_delete BEFORE DELETE ON "attachment_scan"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment_scan'); END;
