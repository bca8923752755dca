CREATE TABLE packet_receipt (
    packet VARCHAR(32) NOT NULL,
    content CHAR(64) NOT NULL,
    case_id BIGINT NOT NULL,
    form VARCHAR(50) NOT NULL,
    fields TEXT NOT NULL,
    "by" BIGINT NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT pk_packet_receipt PRIMARY KEY (packet, content),
    CONSTRAINT fk_packet_receipt_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_packet_receipt_case ON packet_receipt (case_id);

CREATE TRIGGER packet_receipt_no_update BEFORE UPDATE ON "packet_receipt"
BEGIN SELECT RAISE(ABORT, 'append_only: packet_receipt'); END;

CREATE TRIGGER packet_receipt_no_delete BEFORE DELETE ON "packet_receipt"
BEGIN SELECT RAISE(ABORT, 'append_only: packet_receipt'); END;
