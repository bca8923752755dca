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
    exercise BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT ck_account_side CHECK (balance * side >= 0),
    CONSTRAINT ck_account_chart CHECK (section = 'money' AND side = 1 AND kind IN ('cash', 'exchange_loss', 'foreign_value') OR section = 'money' AND side = -1 AND kind IN ('available', 'committed', 'due_to_donors', 'exchange_gain', 'foreign_position', 'icr', 'obligated', 'reserved') OR section = 'use' AND side = 1 AND kind IN ('advances', 'expenditure', 'operations') OR section = 'use' AND side = -1 AND kind IN ('disbursed') OR section = 'pledges' AND side = 1 AND kind IN ('pledged') OR section = 'pledges' AND side = -1 AND kind IN ('pledges') OR section = 'in_kind' AND side = 1 AND kind IN ('in_kind') OR section = 'in_kind' AND side = -1 AND kind IN ('in_kind_given') OR section = 'cofinancing' AND side = 1 AND kind IN ('cofinanced') OR section = 'cofinancing' AND side = -1 AND kind IN ('cofinancing')),
    CONSTRAINT ck_account_book_currency CHECK (currency = 'USD' OR kind IN ('cash', 'foreign_position', 'pledged', 'pledges')),
    CONSTRAINT uq_account_code UNIQUE (code)
);

CREATE INDEX ix_account_owner ON account (owner);

CREATE TRIGGER account_is_new BEFORE INSERT ON "account" BEGIN
SELECT RAISE(ABORT, 'uq_account')
WHERE EXISTS (SELECT 1 FROM "account" WHERE id = NEW.id OR code = NEW.code);
END;

CREATE TRIGGER account_needs_posting BEFORE UPDATE ON account BEGIN
SELECT RAISE(ABORT, 'no_posting') WHERE NEW.postings <= OLD.postings OR NEW.id <> OLD.id OR NEW.code <> OLD.code
    OR NEW.kind <> OLD.kind OR NEW.section <> OLD.section OR NEW.side <> OLD.side
    OR NEW.currency <> OLD.currency
    OR coalesce(NEW.owner, 0) <> coalesce(OLD.owner, 0) OR NEW.exercise <> OLD.exercise
    OR NOT EXISTS (
    SELECT account_id FROM posting WHERE account_id = OLD.id AND nth > OLD.postings
    GROUP BY account_id
    HAVING count(*) = NEW.postings - OLD.postings AND sum(amount) = NEW.balance - OLD.balance);
END;

CREATE TRIGGER account_begins BEFORE INSERT ON account BEGIN
SELECT RAISE(ABORT, 'no_posting') WHERE NEW.balance <> 0 OR NEW.postings <> 0;
END;

CREATE TRIGGER account_stays BEFORE DELETE ON account BEGIN
SELECT RAISE(ABORT, 'append_only: account');
END;

CREATE TRIGGER account_holds_case AFTER UPDATE ON "account" WHEN (NEW.owner IS NOT NULL
    AND NEW.kind IN ('committed', 'obligated', 'disbursed', 'expenditure')) BEGIN
SELECT RAISE(ABORT, 'no_tranche') WHERE NEW.kind IN ('obligated', 'disbursed') AND EXISTS (
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
            AND o.reverses IS NULL)));
SELECT RAISE(ABORT, 'over_grant') WHERE NEW.kind <> 'expenditure' AND NEW.balance < OLD.balance
    AND (SELECT -coalesce(sum(p.amount), 0) FROM account AS a
        JOIN posting AS p ON p.account_id = a.id
        WHERE a.owner = NEW.owner AND a.kind IN ('committed', 'obligated', 'disbursed'))
    > coalesce((SELECT b.total_minor FROM budget AS b WHERE b.case_id = NEW.owner
        ORDER BY b.seq DESC LIMIT 1), 0);
SELECT RAISE(ABORT, 'over_line') WHERE NEW.kind = 'expenditure' AND NEW.balance > OLD.balance AND EXISTS (
    SELECT p.note FROM posting AS p WHERE p.account_id = NEW.id GROUP BY p.note
    HAVING sum(p.amount) > coalesce((SELECT l.amount * (100 + (SELECT b.tolerance FROM budget AS b WHERE b.case_id = NEW.owner ORDER BY b.seq DESC LIMIT 1)) / 100
        FROM (SELECT json_extract(value, '$.line') AS line, json_extract(value, '$.amount') AS amount FROM json_each((SELECT b.lines FROM budget AS b WHERE b.case_id = NEW.owner ORDER BY b.seq DESC LIMIT 1))) AS l WHERE l.line = p.note), 0));
END;

CREATE TRIGGER account_holds_spending AFTER UPDATE ON "account" WHEN (NEW.kind = 'operations') BEGIN
SELECT RAISE(ABORT, 'no_spending') WHERE EXISTS (SELECT 1 FROM posting AS p JOIN journal AS j ON j.id = p.journal_id
    WHERE p.account_id = NEW.id AND p.nth > OLD.postings AND j.reverses IS NULL
    AND NOT EXISTS (SELECT 1 FROM spending AS s
        JOIN spending_event AS e ON e.spending_id = s.id AND e.event = 'paid'
        WHERE j.key = 'operation:' || s.ref AND j.at = e.paid_on AND p.amount = s.amount_minor
        AND NEW.code = 'operations:' || s.category || '/' || s.source));
END;

CREATE TABLE period_event (
    period VARCHAR(7) NOT NULL,
    number INTEGER NOT NULL,
    event VARCHAR(10) NOT NULL,
    at TEXT NOT NULL,
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

CREATE TRIGGER period_event_no_update BEFORE UPDATE ON "period_event"
BEGIN SELECT RAISE(ABORT, 'append_only: period_event'); END;

CREATE TRIGGER period_event_no_delete BEFORE DELETE ON "period_event"
BEGIN SELECT RAISE(ABORT, 'append_only: period_event'); END;

CREATE TRIGGER period_event_is_new BEFORE INSERT ON "period_event" BEGIN
SELECT RAISE(ABORT, 'uq_period_event')
WHERE EXISTS (SELECT 1 FROM "period_event" WHERE period = NEW.period AND number = NEW.number);
END;

CREATE TRIGGER period_event_in_order BEFORE INSERT ON period_event BEGIN
SELECT RAISE(ABORT, 'period_out_of_order') WHERE NEW.number <>
    (SELECT 1 + count(*) FROM period_event WHERE period = NEW.period)
    OR NEW.event = 'closed' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), 'reopened') <> 'reopened'
    OR NEW.event = 'asked' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), '') NOT IN ('closed', 'kept')
    OR NEW.event = 'kept' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), '') <> 'asked'
    OR NEW.event = 'reopened' AND NOT EXISTS (
        SELECT 1 FROM period_event AS a WHERE a.period = NEW.period AND a.number = NEW.number - 1
        AND a.event = 'asked' AND a.actor_id <> NEW.actor_id AND a.office <> NEW.office);
END;

CREATE TABLE journal (
    id BIGINT NOT NULL,
    at DATE NOT NULL,
    recorded_at TEXT NOT NULL,
    memo VARCHAR(20) NOT NULL,
    case_id BIGINT,
    case_seq INTEGER,
    actor_id BIGINT,
    "key" VARCHAR(160) NOT NULL,
    reference VARCHAR(120),
    reverses BIGINT,
    lines TEXT NOT NULL,
    CONSTRAINT pk_journal PRIMARY KEY (id),
    CONSTRAINT fk_journal_case_id_case_seq FOREIGN KEY(case_id, case_seq) REFERENCES audit_entry (case_id, seq) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_journal_entry CHECK ((case_id IS NULL) = (case_seq IS NULL)),
    CONSTRAINT fk_journal_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT uq_journal_key UNIQUE ("key"),
    CONSTRAINT uq_journal_reverses UNIQUE (reverses),
    CONSTRAINT fk_journal_reverses FOREIGN KEY(reverses) REFERENCES journal (id)
);

CREATE INDEX ix_journal_case ON journal (case_id, case_seq);

CREATE INDEX ix_journal_at ON journal (at);

CREATE TRIGGER journal_no_update BEFORE UPDATE ON "journal"
BEGIN SELECT RAISE(ABORT, 'append_only: journal'); END;

CREATE TRIGGER journal_no_delete BEFORE DELETE ON "journal"
BEGIN SELECT RAISE(ABORT, 'append_only: journal'); END;

CREATE TRIGGER journal_is_new BEFORE INSERT ON "journal" BEGIN
SELECT RAISE(ABORT, 'uq_journal')
WHERE EXISTS (SELECT 1 FROM "journal" WHERE id = NEW.id OR key = NEW.key OR reverses = NEW.reverses);
END;

CREATE TRIGGER journal_moves_accounts AFTER INSERT ON journal BEGIN
SELECT RAISE(ABORT, 'unbalanced_journal: lines') WHERE json_type(NEW.lines) IS NOT 'array'
    OR json_array_length(NEW.lines) < 2
    OR EXISTS (SELECT 1 FROM json_each(NEW.lines)
        WHERE json_type(value, '$.account') IS NOT 'integer'
        OR json_type(value, '$.amount') IS NOT 'integer'
        OR json_type(value, '$.currency') IS NOT 'text')
    OR EXISTS (SELECT 1 FROM json_each(NEW.lines) GROUP BY json_extract(value, '$.currency')
        HAVING sum(json_extract(value, '$.amount')) <> 0);
INSERT INTO posting (journal_id, line, account_id, nth, amount, currency, note)
SELECT NEW.id, l.key + 1, a.id,
    a.postings + row_number() OVER (PARTITION BY a.id ORDER BY l.key),
    json_extract(l.value, '$.amount'), json_extract(l.value, '$.currency'),
    json_extract(l.value, '$.note')
FROM json_each(NEW.lines) AS l JOIN account AS a ON a.id = json_extract(l.value, '$.account');
SELECT RAISE(ABORT, 'unbalanced_journal: account') WHERE json_array_length(NEW.lines)
    <> (SELECT count(*) FROM posting WHERE journal_id = NEW.id);
SELECT RAISE(ABORT, 'unbalanced_journal: section') WHERE EXISTS (SELECT 1 FROM posting AS p JOIN account AS a ON a.id = p.account_id
    WHERE p.journal_id = NEW.id GROUP BY a.section, p.currency HAVING sum(p.amount) <> 0);
SELECT RAISE(ABORT, 'not_a_reversal') WHERE NEW.reverses IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM journal AS o WHERE o.id = NEW.reverses AND o.reverses IS NULL
        AND o.memo = NEW.memo AND coalesce(o.case_id, 0) = coalesce(NEW.case_id, 0))
    OR (SELECT count(*) FROM posting WHERE journal_id = NEW.id)
        <> (SELECT count(*) FROM posting WHERE journal_id = NEW.reverses)
    OR EXISTS (SELECT 1 FROM posting AS p LEFT JOIN posting AS n ON n.journal_id = NEW.id
        AND n.line = p.line AND n.account_id = p.account_id AND n.amount = -p.amount
        AND coalesce(n.note, '') = coalesce(p.note, '')
        WHERE p.journal_id = NEW.reverses AND n.line IS NULL));
SELECT RAISE(ABORT, 'mixed_books') WHERE EXISTS (SELECT 1 FROM posting AS p JOIN account AS a ON a.id = p.account_id
    WHERE p.journal_id = NEW.id AND a.exercise <>
        EXISTS (SELECT 1 FROM "case" AS c WHERE c.id = NEW.case_id AND c.exercise));
UPDATE account SET
    balance = balance + (SELECT sum(amount) FROM posting
        WHERE journal_id = NEW.id AND +account_id = account.id),
    postings = postings + (SELECT count(*) FROM posting
        WHERE journal_id = NEW.id AND +account_id = account.id)
WHERE id IN (SELECT account_id FROM posting WHERE journal_id = NEW.id);
END;

CREATE TRIGGER journal_in_open_period BEFORE INSERT ON journal BEGIN
SELECT RAISE(ABORT, 'ck_journal_at') WHERE NEW.at IS NOT date(NEW.at, '+0 days');
SELECT RAISE(ABORT, 'period_closed')
WHERE EXISTS (SELECT 1 FROM period_event AS e WHERE e.period IN (substr(NEW.at, 1, 4), substr(NEW.at, 1, 7))
    AND e.event <> 'reopened' AND NOT EXISTS (SELECT 1 FROM period_event AS l
        WHERE l.period = e.period AND l.number > e.number));
END;

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

CREATE TRIGGER posting_no_update BEFORE UPDATE ON "posting"
BEGIN SELECT RAISE(ABORT, 'append_only: posting'); END;

CREATE TRIGGER posting_no_delete BEFORE DELETE ON "posting"
BEGIN SELECT RAISE(ABORT, 'append_only: posting'); END;

CREATE TRIGGER posting_is_new BEFORE INSERT ON "posting" BEGIN
SELECT RAISE(ABORT, 'uq_posting')
WHERE EXISTS (SELECT 1 FROM "posting" WHERE journal_id = NEW.journal_id AND line = NEW.line);
END;

CREATE TRIGGER posting_is_a_line BEFORE INSERT ON posting BEGIN
SELECT RAISE(ABORT, 'unbalanced_journal: posting') WHERE NOT EXISTS (
    SELECT 1 FROM journal AS j JOIN account AS a ON a.id = NEW.account_id
    WHERE j.id = NEW.journal_id AND a.currency = NEW.currency AND NEW.nth > a.postings
    AND (json_extract(j.lines, '$[' || (NEW.line - 1) || '].account'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].amount'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].currency'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].note'))
    IS (NEW.account_id, NEW.amount, NEW.currency, NEW.note));
END;
