CREATE TABLE spending (
    id BIGINT NOT NULL,
    ref VARCHAR(20) NOT NULL,
    category VARCHAR(40) NOT NULL,
    source VARCHAR(80) NOT NULL,
    amount_minor BIGINT NOT NULL,
    document VARCHAR(120) NOT NULL,
    prepared_by BIGINT NOT NULL,
    prepared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_spending PRIMARY KEY (id),
    CONSTRAINT ck_spending_amount CHECK (amount_minor > 0),
    CONSTRAINT uq_spending_ref UNIQUE (ref)
);

CREATE FUNCTION spending_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: spending' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER spending_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "spending"
FOR EACH STATEMENT EXECUTE FUNCTION spending_append_only();

CREATE TABLE budget (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    total_minor BIGINT NOT NULL,
    tolerance INTEGER NOT NULL,
    lines JSON NOT NULL,
    CONSTRAINT pk_budget PRIMARY KEY (case_id, seq),
    CONSTRAINT ck_budget_total CHECK (total_minor > 0),
    CONSTRAINT ck_budget_tolerance CHECK (tolerance BETWEEN 0 AND 25),
    CONSTRAINT fk_budget_case_id_seq FOREIGN KEY(case_id, seq) REFERENCES audit_entry (case_id, seq) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_budget_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE FUNCTION budget_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: budget' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER budget_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "budget"
FOR EACH STATEMENT EXECUTE FUNCTION budget_append_only();

CREATE FUNCTION budget_within_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF (SELECT coalesce(sum(l.amount), 0) FROM (SELECT line, amount FROM json_to_recordset(NEW.lines) AS l(line text, amount bigint)) AS l) > NEW.total_minor
    OR EXISTS (SELECT 1 FROM (SELECT line, amount FROM json_to_recordset(NEW.lines) AS l(line text, amount bigint)) AS l GROUP BY l.line
        HAVING count(*) > 1 OR min(l.amount) < 0 OR count(l.amount) < count(*))
    OR EXISTS (SELECT 1 FROM budget AS b WHERE b.case_id = NEW.case_id
        AND (b.seq >= NEW.seq OR b.total_minor <> NEW.total_minor))
    OR (NOT EXISTS (SELECT 1 FROM budget AS b WHERE b.case_id = NEW.case_id)
        AND NOT EXISTS (SELECT 1 FROM account AS a WHERE a.owner = NEW.case_id
            AND a.kind = 'reserved' AND -a.balance = NEW.total_minor))
    OR EXISTS (SELECT p.note FROM account AS a JOIN posting AS p ON p.account_id = a.id
        WHERE a.owner = NEW.case_id AND a.kind = 'expenditure' GROUP BY p.note
        HAVING sum(p.amount) > coalesce((SELECT l.amount * (100 + NEW.tolerance) / 100
            FROM (SELECT line, amount FROM json_to_recordset(NEW.lines) AS l(line text, amount bigint)) AS l WHERE l.line = p.note), 0)) THEN
    RAISE EXCEPTION 'over_budget' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER budget_within_grant BEFORE INSERT ON "budget"
FOR EACH ROW EXECUTE FUNCTION budget_within_grant();

CREATE TABLE tranche (
    id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    purpose TEXT NOT NULL,
    requested_by BIGINT NOT NULL,
    requested_seq INTEGER NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_tranche PRIMARY KEY (id),
    CONSTRAINT uq_tranche_case_id_number UNIQUE (case_id, number),
    CONSTRAINT ck_tranche_amount CHECK (amount_minor > 0),
    CONSTRAINT fk_tranche_case_id_requested_seq FOREIGN KEY(case_id, requested_seq) REFERENCES audit_entry (case_id, seq) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_tranche_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE FUNCTION tranche_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: tranche' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER tranche_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "tranche"
FOR EACH STATEMENT EXECUTE FUNCTION tranche_append_only();

CREATE TABLE spending_event (
    spending_id BIGINT NOT NULL,
    event VARCHAR(8) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
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

CREATE FUNCTION spending_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: spending_event' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER spending_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "spending_event"
FOR EACH STATEMENT EXECUTE FUNCTION spending_event_append_only();

CREATE FUNCTION spending_event_of_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM spending AS s
    WHERE s.id = NEW.spending_id AND s.prepared_by <> NEW.actor_id) THEN
    RAISE EXCEPTION 'own_spending' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER spending_event_of_two BEFORE INSERT ON "spending_event"
FOR EACH ROW EXECUTE FUNCTION spending_event_of_two();

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

CREATE FUNCTION refund_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: refund' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER refund_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "refund"
FOR EACH STATEMENT EXECUTE FUNCTION refund_append_only();

CREATE FUNCTION refund_of_tranche() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM tranche WHERE id = NEW.tranche_id FOR UPDATE;
IF NOT EXISTS (SELECT 1 FROM tranche AS t
    JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event = 'paid'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.paid_on <= NEW.received_on
    AND NEW.amount_minor + (SELECT coalesce(sum(r.amount_minor), 0) FROM refund AS r
        WHERE r.tranche_id = t.id) <= t.amount_minor) THEN
    RAISE EXCEPTION 'over_tranche' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER refund_of_tranche BEFORE INSERT ON "refund"
FOR EACH ROW EXECUTE FUNCTION refund_of_tranche();

CREATE TABLE tranche_event (
    tranche_id BIGINT NOT NULL,
    event VARCHAR(12) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
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

CREATE FUNCTION tranche_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: tranche_event' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER tranche_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "tranche_event"
FOR EACH STATEMENT EXECUTE FUNCTION tranche_event_append_only();

CREATE FUNCTION tranche_event_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1 FROM tranche AS t
    LEFT JOIN tranche_event AS c ON c.tranche_id = t.id AND c.event = 'certified'
    LEFT JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event <> 'certified'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.event IS NULL AND (
        NEW.event = 'refused' OR (NEW.event = 'expired' AND c.pay_by IS NOT NULL)
        OR (NEW.event = 'certified' AND c.event IS NULL AND NEW.actor_id <> t.requested_by)
        OR (NEW.event = 'paid' AND NEW.actor_id <> t.requested_by
            AND NEW.actor_id <> c.actor_id))) THEN
    RAISE EXCEPTION 'tranche_out_of_order' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER tranche_event_in_order BEFORE INSERT ON "tranche_event"
FOR EACH ROW EXECUTE FUNCTION tranche_event_in_order();
