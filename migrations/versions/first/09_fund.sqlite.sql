CREATE TABLE spending (
    id BIGINT NOT NULL,
    ref VARCHAR(20) NOT NULL,
    category VARCHAR(40) NOT NULL,
    source VARCHAR(80) NOT NULL,
    amount_minor BIGINT NOT NULL,
    document VARCHAR(120) NOT NULL,
    prepared_by BIGINT NOT NULL,
    prepared_at TEXT NOT NULL,
    CONSTRAINT pk_spending PRIMARY KEY (id),
    CONSTRAINT ck_spending_amount CHECK (amount_minor > 0),
    CONSTRAINT uq_spending_ref UNIQUE (ref)
);

CREATE TRIGGER spending_no_update BEFORE UPDATE ON "spending"
BEGIN SELECT RAISE(ABORT, 'append_only: spending'); END;

CREATE TRIGGER spending_no_delete BEFORE DELETE ON "spending"
BEGIN SELECT RAISE(ABORT, 'append_only: spending'); END;

CREATE TRIGGER spending_is_new BEFORE INSERT ON "spending" BEGIN
SELECT RAISE(ABORT, 'uq_spending')
WHERE EXISTS (SELECT 1 FROM "spending" WHERE id = NEW.id OR ref = NEW.ref);
END;

CREATE TABLE budget (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    total_minor BIGINT NOT NULL,
    tolerance INTEGER NOT NULL,
    lines TEXT NOT NULL,
    CONSTRAINT pk_budget PRIMARY KEY (case_id, seq),
    CONSTRAINT ck_budget_total CHECK (total_minor > 0),
    CONSTRAINT ck_budget_tolerance CHECK (tolerance BETWEEN 0 AND 25),
    CONSTRAINT fk_budget_case_id_seq FOREIGN KEY(case_id, seq) REFERENCES audit_entry (case_id, seq) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_budget_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TRIGGER budget_no_update BEFORE UPDATE ON "budget"
BEGIN SELECT RAISE(ABORT, 'append_only: budget'); END;

CREATE TRIGGER budget_no_delete BEFORE DELETE ON "budget"
BEGIN SELECT RAISE(ABORT, 'append_only: budget'); END;

CREATE TRIGGER budget_is_new BEFORE INSERT ON "budget" BEGIN
SELECT RAISE(ABORT, 'uq_budget')
WHERE EXISTS (SELECT 1 FROM "budget" WHERE case_id = NEW.case_id AND seq = NEW.seq);
END;

CREATE TRIGGER budget_within_grant BEFORE INSERT ON "budget" BEGIN
SELECT RAISE(ABORT, 'over_budget') WHERE (SELECT coalesce(sum(l.amount), 0) FROM (SELECT json_extract(value, '$.line') AS line, json_extract(value, '$.amount') AS amount FROM json_each(NEW.lines)) AS l) > NEW.total_minor
    OR EXISTS (SELECT 1 FROM (SELECT json_extract(value, '$.line') AS line, json_extract(value, '$.amount') AS amount FROM json_each(NEW.lines)) AS l GROUP BY l.line
        HAVING count(*) > 1 OR min(l.amount) < 0 OR count(l.amount) < count(*))
    OR EXISTS (SELECT 1 FROM budget AS b WHERE b.case_id = NEW.case_id
        AND (b.seq >= NEW.seq OR b.total_minor <> NEW.total_minor))
    OR (NOT EXISTS (SELECT 1 FROM budget AS b WHERE b.case_id = NEW.case_id)
        AND NOT EXISTS (SELECT 1 FROM account AS a WHERE a.owner = NEW.case_id
            AND a.kind = 'reserved' AND -a.balance = NEW.total_minor))
    OR EXISTS (SELECT p.note FROM account AS a JOIN posting AS p ON p.account_id = a.id
        WHERE a.owner = NEW.case_id AND a.kind = 'expenditure' GROUP BY p.note
        HAVING sum(p.amount) > coalesce((SELECT l.amount * (100 + NEW.tolerance) / 100
            FROM (SELECT json_extract(value, '$.line') AS line, json_extract(value, '$.amount') AS amount FROM json_each(NEW.lines)) AS l WHERE l.line = p.note), 0));
END;

CREATE TABLE tranche (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    purpose TEXT NOT NULL,
    requested_by BIGINT NOT NULL,
    requested_seq INTEGER NOT NULL,
    requested_at TEXT NOT NULL,
    CONSTRAINT pk_tranche PRIMARY KEY (id),
    CONSTRAINT uq_tranche_case_id_number UNIQUE (case_id, number),
    CONSTRAINT ck_tranche_amount CHECK (amount_minor > 0),
    CONSTRAINT fk_tranche_case_id_requested_seq FOREIGN KEY(case_id, requested_seq) REFERENCES audit_entry (case_id, seq) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_tranche_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TRIGGER tranche_no_update BEFORE UPDATE ON "tranche"
BEGIN SELECT RAISE(ABORT, 'append_only: tranche'); END;

CREATE TRIGGER tranche_no_delete BEFORE DELETE ON "tranche"
BEGIN SELECT RAISE(ABORT, 'append_only: tranche'); END;

CREATE TRIGGER tranche_is_new BEFORE INSERT ON "tranche" BEGIN
SELECT RAISE(ABORT, 'uq_tranche')
WHERE EXISTS (SELECT 1 FROM "tranche" WHERE id = NEW.id OR (case_id = NEW.case_id AND number = NEW.number));
END;

CREATE TABLE spending_event (
    spending_id BIGINT NOT NULL,
    event VARCHAR(8) NOT NULL,
    at TEXT NOT NULL,
    actor_id BIGINT NOT NULL,
    paid_on DATE,
    bank_reference VARCHAR(120),
    reason VARCHAR(1000),
    CONSTRAINT pk_spending_event PRIMARY KEY (spending_id),
    CONSTRAINT uq_spending_event_bank_reference UNIQUE (bank_reference),
    CONSTRAINT ck_spending_event_event CHECK (event IN ('paid', 'dropped')),
    CONSTRAINT ck_spending_event_paid_on CHECK ((event = 'paid') = (paid_on IS NOT NULL)),
    CONSTRAINT ck_spending_event_bank_reference CHECK ((event = 'paid') = (bank_reference IS NOT NULL)),
    CONSTRAINT ck_spending_event_reason CHECK ((event = 'dropped') = (reason IS NOT NULL)),
    CONSTRAINT fk_spending_event_spending_id FOREIGN KEY(spending_id) REFERENCES spending (id)
);

CREATE TRIGGER spending_event_no_update BEFORE UPDATE ON "spending_event"
BEGIN SELECT RAISE(ABORT, 'append_only: spending_event'); END;

CREATE TRIGGER spending_event_no_delete BEFORE DELETE ON "spending_event"
BEGIN SELECT RAISE(ABORT, 'append_only: spending_event'); END;

CREATE TRIGGER spending_event_is_new BEFORE INSERT ON "spending_event" BEGIN
SELECT RAISE(ABORT, 'uq_spending_event')
WHERE EXISTS (SELECT 1 FROM "spending_event" WHERE spending_id = NEW.spending_id OR bank_reference = NEW.bank_reference);
END;

CREATE TRIGGER spending_event_of_two BEFORE INSERT ON "spending_event" BEGIN
SELECT RAISE(ABORT, 'own_spending') WHERE NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM spending AS s
    WHERE s.id = NEW.spending_id AND s.prepared_by <> NEW.actor_id);
END;

CREATE TABLE refund (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    tranche_id BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    received_on DATE NOT NULL,
    bank_reference VARCHAR(120) NOT NULL,
    CONSTRAINT pk_refund PRIMARY KEY (case_id, seq, tranche_id),
    CONSTRAINT uq_refund_tranche_id_bank_reference UNIQUE (tranche_id, bank_reference),
    CONSTRAINT ck_refund_amount CHECK (amount_minor > 0),
    CONSTRAINT fk_refund_case_id_seq FOREIGN KEY(case_id, seq) REFERENCES audit_entry (case_id, seq) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_refund_tranche_id FOREIGN KEY(tranche_id) REFERENCES tranche (id)
);

CREATE INDEX ix_refund_tranche ON refund (tranche_id);

CREATE TRIGGER refund_no_update BEFORE UPDATE ON "refund"
BEGIN SELECT RAISE(ABORT, 'append_only: refund'); END;

CREATE TRIGGER refund_no_delete BEFORE DELETE ON "refund"
BEGIN SELECT RAISE(ABORT, 'append_only: refund'); END;

CREATE TRIGGER refund_is_new BEFORE INSERT ON "refund" BEGIN
SELECT RAISE(ABORT, 'uq_refund')
WHERE EXISTS (SELECT 1 FROM "refund" WHERE tranche_id = NEW.tranche_id AND (bank_reference = NEW.bank_reference
    OR (case_id = NEW.case_id AND seq = NEW.seq)));
END;

CREATE TRIGGER refund_of_tranche BEFORE INSERT ON "refund" BEGIN
SELECT RAISE(ABORT, 'over_tranche') WHERE NOT EXISTS (SELECT 1 FROM tranche AS t
    JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event = 'paid'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.paid_on <= NEW.received_on
    AND NEW.amount_minor + (SELECT coalesce(sum(r.amount_minor), 0) FROM refund AS r
        WHERE r.tranche_id = t.id) <= t.amount_minor);
END;

CREATE TABLE tranche_event (
    tranche_id BIGINT NOT NULL,
    event VARCHAR(12) NOT NULL,
    at TEXT NOT NULL,
    actor_id BIGINT,
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    pay_by DATE,
    paid_on DATE,
    bank_reference VARCHAR(120),
    accounts_due_on DATE,
    CONSTRAINT pk_tranche_event PRIMARY KEY (tranche_id, event),
    CONSTRAINT ck_tranche_event_event CHECK (event IN ('certified', 'refused', 'expired', 'paid')),
    CONSTRAINT ck_tranche_event_bank_reference CHECK ((event = 'paid') = (bank_reference IS NOT NULL)),
    CONSTRAINT ck_tranche_event_pay_by CHECK (event = 'certified' OR pay_by IS NULL),
    CONSTRAINT ck_tranche_event_accounts_due_on CHECK (accounts_due_on IS NULL OR (event = 'paid' AND accounts_due_on >= paid_on)),
    CONSTRAINT ck_tranche_event_actor CHECK ((event = 'expired') = (actor_id IS NULL)),
    CONSTRAINT fk_tranche_event_case_id_seq FOREIGN KEY(case_id, seq) REFERENCES audit_entry (case_id, seq) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_tranche_event_tranche_id FOREIGN KEY(tranche_id) REFERENCES tranche (id)
);

CREATE INDEX ix_tranche_event_accounts_due_on ON tranche_event (accounts_due_on);

CREATE INDEX ix_tranche_event_entry ON tranche_event (case_id, seq);

CREATE INDEX ix_tranche_event_pay_by ON tranche_event (pay_by);

CREATE TRIGGER tranche_event_no_update BEFORE UPDATE ON "tranche_event"
BEGIN SELECT RAISE(ABORT, 'append_only: tranche_event'); END;

CREATE TRIGGER tranche_event_no_delete BEFORE DELETE ON "tranche_event"
BEGIN SELECT RAISE(ABORT, 'append_only: tranche_event'); END;

CREATE TRIGGER tranche_event_in_order BEFORE INSERT ON "tranche_event" BEGIN
SELECT RAISE(ABORT, 'tranche_out_of_order') WHERE NOT EXISTS (
    SELECT 1 FROM tranche AS t
    LEFT JOIN tranche_event AS c ON c.tranche_id = t.id AND c.event = 'certified'
    LEFT JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event <> 'certified'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.event IS NULL AND (
        NEW.event = 'refused' OR (NEW.event = 'expired' AND c.pay_by IS NOT NULL)
        OR (NEW.event = 'certified' AND c.event IS NULL AND NEW.actor_id <> t.requested_by)
        OR (NEW.event = 'paid' AND NEW.actor_id <> t.requested_by
            AND NEW.actor_id <> c.actor_id)));
END;
