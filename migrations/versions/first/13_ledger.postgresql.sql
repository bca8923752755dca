CREATE TABLE account (
    id BIGINT NOT NULL,
    code VARCHAR(80) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    section VARCHAR(12) NOT NULL,
    side SMALLINT NOT NULL,
    currency CHAR(3) NOT NULL,
    owner BIGINT,
    balance BIGINT NOT NULL,
    postings INTEGER NOT NULL,
    exercise BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT ck_account_side CHECK (balance * side >= 0),
    CONSTRAINT ck_account_chart CHECK (section = 'money' AND side = 1 AND kind IN ('cash', 'exchange_loss', 'foreign_value') OR section = 'money' AND side = -1 AND kind IN ('available', 'committed', 'due_to_donors', 'exchange_gain', 'foreign_position', 'icr', 'obligated', 'reserved') OR section = 'use' AND side = 1 AND kind IN ('advances', 'expenditure', 'operations') OR section = 'use' AND side = -1 AND kind IN ('disbursed') OR section = 'pledges' AND side = 1 AND kind IN ('pledged') OR section = 'pledges' AND side = -1 AND kind IN ('pledges') OR section = 'in_kind' AND side = 1 AND kind IN ('in_kind') OR section = 'in_kind' AND side = -1 AND kind IN ('in_kind_given') OR section = 'cofinancing' AND side = 1 AND kind IN ('cofinanced') OR section = 'cofinancing' AND side = -1 AND kind IN ('cofinancing')),
    CONSTRAINT ck_account_book_currency CHECK (currency = 'USD' OR kind IN ('cash', 'foreign_position', 'pledged', 'pledges')),
    CONSTRAINT uq_account_code UNIQUE (code)
);

CREATE INDEX ix_account_owner ON account (owner);

CREATE FUNCTION account_needs_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
    RAISE EXCEPTION 'append_only: account' USING ERRCODE = 'integrity_constraint_violation';
ELSIF TG_OP = 'INSERT' THEN
    IF NEW.balance <> 0 OR NEW.postings <> 0 THEN
        RAISE EXCEPTION 'no_posting' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
ELSIF NEW.postings <= OLD.postings OR NEW.id <> OLD.id OR NEW.code <> OLD.code
    OR NEW.kind <> OLD.kind OR NEW.section <> OLD.section OR NEW.side <> OLD.side
    OR NEW.currency <> OLD.currency
    OR coalesce(NEW.owner, 0) <> coalesce(OLD.owner, 0) OR NEW.exercise <> OLD.exercise
    OR NOT EXISTS (
    SELECT account_id FROM posting WHERE account_id = OLD.id AND nth > OLD.postings
    GROUP BY account_id
    HAVING count(*) = NEW.postings - OLD.postings AND sum(amount) = NEW.balance - OLD.balance) THEN
    RAISE EXCEPTION 'no_posting' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER account_needs_posting BEFORE INSERT OR UPDATE OR DELETE ON account
FOR EACH ROW EXECUTE FUNCTION account_needs_posting();

CREATE TRIGGER account_stays BEFORE TRUNCATE ON account
FOR EACH STATEMENT EXECUTE FUNCTION account_needs_posting();

CREATE FUNCTION account_holds_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.kind IN ('obligated', 'disbursed') AND EXISTS (
    SELECT 1 FROM posting AS p JOIN journal AS j ON j.id = p.journal_id
    WHERE p.account_id = NEW.id AND p.nth > OLD.postings AND j.reverses IS NULL
    AND (NEW.kind = 'disbursed' OR p.amount < 0)
    AND (coalesce(j.case_id, 0) <> NEW.owner
        OR NOT ((NEW.kind = 'obligated' AND EXISTS (SELECT 1 FROM tranche_event AS e JOIN tranche AS t ON t.id = e.tranche_id
    WHERE e.case_id = NEW.owner AND e.seq = j.case_seq AND e.event = 'certified'
    AND j.memo = 'obligation' AND t.amount_minor = -p.amount))
            OR (NEW.kind = 'disbursed' AND (EXISTS (SELECT 1 FROM tranche_event AS e JOIN tranche AS t ON t.id = e.tranche_id
    WHERE e.case_id = NEW.owner AND e.seq = j.case_seq AND e.event = 'paid'
    AND j.memo = 'payment' AND t.amount_minor = -p.amount) OR (j.memo = 'refund' AND p.amount = (SELECT coalesce(sum(r.amount_minor), 0)
    FROM refund AS r WHERE r.case_id = NEW.owner AND r.seq = j.case_seq)))))
        OR EXISTS (SELECT 1 FROM journal AS o WHERE o.case_id = j.case_id
            AND o.case_seq = j.case_seq AND o.memo = j.memo AND o.id <> j.id
            AND o.reverses IS NULL))) THEN
    RAISE EXCEPTION 'no_tranche' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF NEW.kind <> 'expenditure' AND NEW.balance < OLD.balance
    AND (SELECT -coalesce(sum(p.amount), 0) FROM account AS a
        JOIN posting AS p ON p.account_id = a.id
        WHERE a.owner = NEW.owner AND a.kind IN ('committed', 'obligated', 'disbursed'))
    > coalesce((SELECT b.total_minor FROM budget AS b WHERE b.case_id = NEW.owner
        ORDER BY b.seq DESC LIMIT 1), 0) THEN
    RAISE EXCEPTION 'over_grant' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF NEW.kind = 'expenditure' AND NEW.balance > OLD.balance AND EXISTS (
    SELECT p.note FROM posting AS p WHERE p.account_id = NEW.id GROUP BY p.note
    HAVING sum(p.amount) > coalesce((SELECT l.amount * (100 + (SELECT b.tolerance FROM budget AS b WHERE b.case_id = NEW.owner ORDER BY b.seq DESC LIMIT 1)) / 100
        FROM (SELECT line, amount FROM json_to_recordset((SELECT b.lines FROM budget AS b WHERE b.case_id = NEW.owner ORDER BY b.seq DESC LIMIT 1)) AS l(line text, amount bigint)) AS l WHERE l.line = p.note), 0)) THEN
    RAISE EXCEPTION 'over_line' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER account_holds_case AFTER UPDATE ON "account"
FOR EACH ROW WHEN (NEW.owner IS NOT NULL
    AND NEW.kind IN ('committed', 'obligated', 'disbursed', 'expenditure')) EXECUTE FUNCTION account_holds_case();

CREATE FUNCTION account_holds_spending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM posting AS p JOIN journal AS j ON j.id = p.journal_id
    WHERE p.account_id = NEW.id AND p.nth > OLD.postings AND j.reverses IS NULL
    AND NOT EXISTS (SELECT 1 FROM spending AS s
        JOIN spending_event AS e ON e.spending_id = s.id AND e.event = 'paid'
        WHERE j.key = 'operation:' || s.ref AND j.at = e.paid_on AND p.amount = s.amount_minor
        AND NEW.code = 'operations:' || s.category || '/' || s.source)) THEN
    RAISE EXCEPTION 'no_spending' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER account_holds_spending AFTER UPDATE ON "account"
FOR EACH ROW WHEN (NEW.kind = 'operations') EXECUTE FUNCTION account_holds_spending();

CREATE TABLE period_event (
    period VARCHAR(7) NOT NULL,
    number INTEGER NOT NULL,
    event VARCHAR(10) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    office VARCHAR(20) NOT NULL,
    reason TEXT,
    journals INTEGER,
    digest CHAR(64),
    CONSTRAINT pk_period_event PRIMARY KEY (period, number),
    CONSTRAINT ck_period_event_event CHECK (event IN ('closed', 'asked', 'reopened', 'kept')),
    CONSTRAINT ck_period_event_reason CHECK (event NOT IN ('asked', 'kept') OR reason IS NOT NULL),
    CONSTRAINT ck_period_event_digest CHECK ((event = 'closed') = (digest IS NOT NULL) AND (digest IS NULL) = (journals IS NULL)),
    CONSTRAINT ck_period_event_period CHECK (length(period) = 4 OR substr(period, 5) IN ('-01', '-02', '-03', '-04', '-05', '-06', '-07', '-08', '-09', '-10', '-11', '-12'))
);

CREATE FUNCTION period_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: period_event' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER period_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "period_event"
FOR EACH STATEMENT EXECUTE FUNCTION period_event_append_only();

CREATE FUNCTION period_event_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first integer := left(NEW.period, 4)::integer * 12 + 1;
DECLARE last integer := first + 11;
BEGIN
IF length(NEW.period) > 4 THEN
    first := first - 1 + right(NEW.period, 2)::integer;
    last := first;
END IF;
PERFORM pg_advisory_xact_lock(20260, month) FROM generate_series(first, last) AS month;
IF NEW.number <>
    (SELECT 1 + count(*) FROM period_event WHERE period = NEW.period)
    OR NEW.event = 'closed' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), 'reopened') <> 'reopened'
    OR NEW.event = 'asked' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), '') NOT IN ('closed', 'kept')
    OR NEW.event = 'kept' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), '') <> 'asked'
    OR NEW.event = 'reopened' AND NOT EXISTS (
        SELECT 1 FROM period_event AS a WHERE a.period = NEW.period AND a.number = NEW.number - 1
        AND a.event = 'asked' AND a.actor_id <> NEW.actor_id AND a.office <> NEW.office) THEN
    RAISE EXCEPTION 'period_out_of_order' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER period_event_in_order BEFORE INSERT ON period_event
FOR EACH ROW EXECUTE FUNCTION period_event_in_order();

CREATE TABLE journal (
    id BIGINT NOT NULL,
    at DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    memo VARCHAR(20) NOT NULL,
    case_id BIGINT,
    case_seq INTEGER,
    actor_id BIGINT,
    key VARCHAR(160) NOT NULL,
    reference VARCHAR(120),
    reverses BIGINT,
    lines JSON NOT NULL,
    CONSTRAINT pk_journal PRIMARY KEY (id),
    CONSTRAINT fk_journal_case_id_case_seq FOREIGN KEY(case_id, case_seq) REFERENCES audit_entry (case_id, seq) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_journal_entry CHECK ((case_id IS NULL) = (case_seq IS NULL)),
    CONSTRAINT fk_journal_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT uq_journal_key UNIQUE (key),
    CONSTRAINT uq_journal_reverses UNIQUE (reverses),
    CONSTRAINT fk_journal_reverses FOREIGN KEY(reverses) REFERENCES journal (id)
);

CREATE INDEX ix_journal_case ON journal (case_id, case_seq);

CREATE INDEX ix_journal_at ON journal (at);

CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: journal' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER journal_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "journal"
FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only();

CREATE FUNCTION journal_moves_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE written integer;
BEGIN
IF json_typeof(NEW.lines) <> 'array' OR json_array_length(NEW.lines) < 2 OR EXISTS (
    SELECT 1 FROM json_to_recordset(NEW.lines) AS l(account bigint, amount bigint, currency text)
    GROUP BY l.currency HAVING sum(l.amount) <> 0 OR count(l.account) < count(*)
    OR count(l.amount) < count(*) OR count(l.currency) < count(*)) THEN
    RAISE EXCEPTION 'unbalanced_journal: lines' USING ERRCODE = 'integrity_constraint_violation';
END IF;
PERFORM 1 FROM account WHERE id IN (
    SELECT l.account FROM json_to_recordset(NEW.lines) AS l(account bigint))
ORDER BY id FOR UPDATE;
INSERT INTO posting (journal_id, line, account_id, nth, amount, currency, note)
SELECT NEW.id, l.line, a.id, a.postings + row_number() OVER (PARTITION BY a.id ORDER BY l.line),
    (l.value ->> 'amount')::bigint, l.value ->> 'currency', l.value ->> 'note'
FROM json_array_elements(NEW.lines) WITH ORDINALITY AS l(value, line)
JOIN account AS a ON a.id = (l.value ->> 'account')::bigint;
GET DIAGNOSTICS written = ROW_COUNT;
IF written <> json_array_length(NEW.lines) THEN
    RAISE EXCEPTION 'unbalanced_journal: account' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF NEW.reverses IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM journal AS o WHERE o.id = NEW.reverses AND o.reverses IS NULL
        AND o.memo = NEW.memo AND coalesce(o.case_id, 0) = coalesce(NEW.case_id, 0))
    OR (SELECT count(*) FROM posting WHERE journal_id = NEW.id)
        <> (SELECT count(*) FROM posting WHERE journal_id = NEW.reverses)
    OR EXISTS (SELECT 1 FROM posting AS p LEFT JOIN posting AS n ON n.journal_id = NEW.id
        AND n.line = p.line AND n.account_id = p.account_id AND n.amount = -p.amount
        AND coalesce(n.note, '') = coalesce(p.note, '')
        WHERE p.journal_id = NEW.reverses AND n.line IS NULL)) THEN
    RAISE EXCEPTION 'not_a_reversal' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF EXISTS (SELECT 1 FROM posting AS p JOIN account AS a ON a.id = p.account_id
    WHERE p.journal_id = NEW.id GROUP BY a.section, p.currency
    HAVING sum(p.amount) <> 0 OR bool_or(a.exercise <> (NEW.case_id IS NOT NULL AND
        EXISTS (SELECT 1 FROM "case" AS c WHERE c.id = NEW.case_id AND c.exercise)))) THEN
    IF EXISTS (SELECT 1 FROM posting AS p JOIN account AS a ON a.id = p.account_id
    WHERE p.journal_id = NEW.id AND a.exercise <>
        EXISTS (SELECT 1 FROM "case" AS c WHERE c.id = NEW.case_id AND c.exercise)) THEN
        RAISE EXCEPTION 'mixed_books' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RAISE EXCEPTION 'unbalanced_journal: section' USING ERRCODE = 'integrity_constraint_violation';
END IF;
UPDATE account AS a SET balance = a.balance + m.amount, postings = a.postings + m.number
FROM (SELECT account_id, sum(amount)::bigint AS amount, count(*)::integer AS number
    FROM posting WHERE journal_id = NEW.id GROUP BY account_id) AS m
WHERE a.id = m.account_id;
RETURN NULL;
END $$;

CREATE TRIGGER journal_moves_accounts AFTER INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION journal_moves_accounts();

CREATE FUNCTION journal_in_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM pg_advisory_xact_lock_shared(20260,
    extract(year FROM NEW.at)::integer * 12 + extract(month FROM NEW.at)::integer);
IF EXISTS (SELECT 1 FROM period_event AS e WHERE e.period IN (to_char(NEW.at, 'YYYY'), to_char(NEW.at, 'YYYY-MM'))
    AND e.event <> 'reopened' AND NOT EXISTS (SELECT 1 FROM period_event AS l
        WHERE l.period = e.period AND l.number > e.number)) THEN
    RAISE EXCEPTION 'period_closed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER journal_in_open_period BEFORE INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION journal_in_open_period();

CREATE TABLE posting (
    journal_id BIGINT NOT NULL,
    line INTEGER NOT NULL,
    account_id BIGINT NOT NULL,
    nth INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    note TEXT,
    CONSTRAINT pk_posting PRIMARY KEY (journal_id, line),
    CONSTRAINT uq_posting_account_id_nth UNIQUE (account_id, nth),
    CONSTRAINT ck_posting_amount CHECK (amount <> 0),
    CONSTRAINT fk_posting_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id),
    CONSTRAINT fk_posting_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE FUNCTION posting_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: posting' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER posting_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "posting"
FOR EACH STATEMENT EXECUTE FUNCTION posting_append_only();

CREATE FUNCTION posting_is_a_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1 FROM journal AS j JOIN account AS a ON a.id = NEW.account_id
    WHERE j.id = NEW.journal_id AND a.currency = NEW.currency AND NEW.nth > a.postings
    AND (j.lines -> (NEW.line - 1) ->> 'account')::bigint = NEW.account_id
    AND (j.lines -> (NEW.line - 1) ->> 'amount')::bigint = NEW.amount
    AND (j.lines -> (NEW.line - 1) ->> 'currency') = NEW.currency
    AND (j.lines -> (NEW.line - 1) ->> 'note') IS NOT DISTINCT FROM NEW.note) THEN
    RAISE EXCEPTION 'unbalanced_journal: posting' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER posting_is_a_line BEFORE INSERT ON posting
FOR EACH ROW EXECUTE FUNCTION posting_is_a_line();
