CREATE TABLE packet_receipt (
    packet VARCHAR(32) NOT NULL,
    content CHAR(64) NOT NULL,
    case_id BIGINT NOT NULL,
    form VARCHAR(50) NOT NULL,
    fields JSON NOT NULL,
    by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_packet_receipt PRIMARY KEY (packet, content),
    CONSTRAINT fk_packet_receipt_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX ix_packet_receipt_case ON packet_receipt (case_id);

CREATE FUNCTION packet_receipt_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: packet_receipt' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER packet_receipt_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "packet_receipt"
FOR EACH STATEMENT EXECUTE FUNCTION packet_receipt_append_only();
