CREATE TABLE bank_file (
    id BIGINT NOT NULL,
    sha256 CHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    notation VARCHAR(20) NOT NULL,
    account VARCHAR(40) NOT NULL,
    size INTEGER NOT NULL,
    opening_minor BIGINT,
    closing_minor BIGINT,
    content TEXT NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_bank_file PRIMARY KEY (id)
);

CREATE INDEX ix_bank_file_sha256 ON bank_file (sha256);

CREATE FUNCTION bank_file_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_file' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER bank_file_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_file"
FOR EACH STATEMENT EXECUTE FUNCTION bank_file_append_only();

CREATE TABLE bank_statement (
    id BIGINT NOT NULL,
    file_id BIGINT NOT NULL,
    account VARCHAR(40) NOT NULL,
    name VARCHAR(60) NOT NULL,
    nth INTEGER NOT NULL,
    sequence INTEGER,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    currency CHAR(3) NOT NULL,
    opening_minor BIGINT NOT NULL,
    closing_minor BIGINT NOT NULL,
    lines INTEGER NOT NULL,
    seal CHAR(64) NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_bank_statement PRIMARY KEY (id),
    CONSTRAINT uq_bank_statement_account_name_nth UNIQUE (account, name, nth),
    CONSTRAINT ck_bank_statement_days CHECK (last_day >= first_day),
    CONSTRAINT ck_bank_statement_closed CHECK (lines > 0 OR opening_minor = closing_minor),
    CONSTRAINT fk_bank_statement_file_id FOREIGN KEY(file_id) REFERENCES bank_file (id)
);

CREATE INDEX ix_bank_statement_account ON bank_statement (account, first_day);

CREATE INDEX ix_bank_statement_file_id ON bank_statement (file_id);

CREATE FUNCTION bank_statement_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_statement' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER bank_statement_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_statement"
FOR EACH STATEMENT EXECUTE FUNCTION bank_statement_append_only();

CREATE FUNCTION bank_statement_is_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM bank_statement WHERE id = NEW.id) THEN
    RAISE EXCEPTION 'uq_bank_statement_id' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF EXISTS (
    SELECT 1 FROM bank_statement AS s WHERE s.account = NEW.account AND s.name = NEW.name
    AND NOT EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = s.id)) THEN
    RAISE EXCEPTION 'uq_bank_statement' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER bank_statement_is_new BEFORE INSERT ON "bank_statement"
FOR EACH ROW EXECUTE FUNCTION bank_statement_is_new();

CREATE TABLE bank_line (
    id BIGINT NOT NULL,
    statement_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    booked_on DATE NOT NULL,
    valued_on DATE,
    amount BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    said JSON NOT NULL,
    CONSTRAINT pk_bank_line PRIMARY KEY (id),
    CONSTRAINT uq_bank_line_statement_id_position UNIQUE (statement_id, position),
    CONSTRAINT ck_bank_line_amount CHECK (amount <> 0),
    CONSTRAINT fk_bank_line_statement_id FOREIGN KEY(statement_id) REFERENCES bank_statement (id)
);

CREATE FUNCTION bank_line_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_line' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER bank_line_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_line"
FOR EACH STATEMENT EXECUTE FUNCTION bank_line_append_only();

CREATE FUNCTION bank_line_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM bank_line AS l WHERE l.id = NEW.id OR (l.statement_id = NEW.statement_id AND l.position = NEW.position)) THEN
    RAISE EXCEPTION 'uq_bank_line' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF NOT EXISTS (
    SELECT 1 FROM bank_statement AS s LEFT JOIN bank_line AS p
    ON p.statement_id = s.id AND p.position = NEW.position - 1
    WHERE s.id = NEW.statement_id AND NEW.position BETWEEN 1 AND s.lines
    AND (NEW.position = 1 OR p.id IS NOT NULL)
    AND NEW.balance = coalesce(p.balance, s.opening_minor) + NEW.amount
    AND (NEW.position < s.lines OR NEW.balance = s.closing_minor)
    AND NEW.booked_on BETWEEN s.first_day AND s.last_day) THEN
    RAISE EXCEPTION 'bank_not_closed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER bank_line_follows BEFORE INSERT ON "bank_line"
FOR EACH ROW EXECUTE FUNCTION bank_line_follows();

CREATE TABLE bank_statement_withdrawn (
    statement_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_bank_statement_withdrawn PRIMARY KEY (statement_id),
    CONSTRAINT fk_bank_statement_withdrawn_statement_id FOREIGN KEY(statement_id) REFERENCES bank_statement (id)
);

CREATE FUNCTION bank_statement_withdrawn_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_statement_withdrawn' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER bank_statement_withdrawn_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_statement_withdrawn"
FOR EACH STATEMENT EXECUTE FUNCTION bank_statement_withdrawn_append_only();

CREATE FUNCTION bank_statement_is_unmatched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM bank_line
    WHERE statement_id = NEW.statement_id ORDER BY id FOR UPDATE;
IF EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = NEW.statement_id) THEN
    RAISE EXCEPTION 'uq_bank_statement_withdrawn' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF EXISTS (
    SELECT 1 FROM bank_line AS l JOIN bank_match_line AS m ON m.line_id = l.id
    WHERE l.statement_id = NEW.statement_id AND NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id)) THEN
    RAISE EXCEPTION 'bank_statement_matched' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER bank_statement_is_unmatched BEFORE INSERT ON "bank_statement_withdrawn"
FOR EACH ROW EXECUTE FUNCTION bank_statement_is_unmatched();

CREATE TABLE bank_match (
    id BIGINT NOT NULL,
    account VARCHAR(40) NOT NULL,
    lines JSON NOT NULL,
    postings JSON NOT NULL,
    grounds JSON NOT NULL,
    difference BIGINT NOT NULL,
    explanation VARCHAR(20),
    note TEXT,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_bank_match PRIMARY KEY (id),
    CONSTRAINT ck_bank_match_explained CHECK ((difference = 0) = (explanation IS NULL)),
    CONSTRAINT ck_bank_match_noted CHECK ((explanation IS NULL) = (note IS NULL)),
    CONSTRAINT ck_bank_match_explanation CHECK (explanation IN ('bank_fee', 'interest', 'exchange', 'not_identified', 'bank_error', 'book_error', 'other'))
);

CREATE INDEX ix_bank_match_account ON bank_match (account);

CREATE FUNCTION bank_match_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_match' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER bank_match_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_match"
FOR EACH STATEMENT EXECUTE FUNCTION bank_match_append_only();

CREATE FUNCTION bank_match_unfolds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
INSERT INTO bank_match_line (match_id, line_id)
SELECT NEW.id, value::text::bigint FROM json_array_elements(NEW.lines);
INSERT INTO bank_match_posting (match_id, journal_id, line)
SELECT NEW.id, (value ->> 0)::bigint, (value ->> 1)::integer
FROM json_array_elements(NEW.postings);
IF NEW.difference <> coalesce((SELECT sum(l.amount) FROM bank_match_line AS m
    JOIN bank_line AS l ON l.id = m.line_id WHERE m.match_id = NEW.id), 0)
    - coalesce((SELECT sum(p.amount) FROM bank_match_posting AS m
    JOIN posting AS p ON p.journal_id = m.journal_id AND p.line = m.line
    WHERE m.match_id = NEW.id), 0)
    OR (NOT EXISTS (SELECT 1 FROM bank_match_line WHERE match_id = NEW.id)
    AND (NEW.difference <> 0
    OR NOT EXISTS (SELECT 1 FROM bank_match_posting WHERE match_id = NEW.id))) THEN
    RAISE EXCEPTION 'bank_match_unsound' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$;

CREATE TRIGGER bank_match_unfolds AFTER INSERT ON bank_match
FOR EACH ROW EXECUTE FUNCTION bank_match_unfolds();

CREATE TABLE bank_match_line (
    match_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    CONSTRAINT pk_bank_match_line PRIMARY KEY (match_id, line_id),
    CONSTRAINT fk_bank_match_line_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id),
    CONSTRAINT fk_bank_match_line_line_id FOREIGN KEY(line_id) REFERENCES bank_line (id)
);

CREATE INDEX ix_bank_match_line_line_id ON bank_match_line (line_id);

CREATE FUNCTION bank_match_line_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_match_line' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER bank_match_line_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_match_line"
FOR EACH STATEMENT EXECUTE FUNCTION bank_match_line_append_only();

CREATE FUNCTION bank_match_line_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM bank_line WHERE id = NEW.line_id FOR UPDATE;
IF NOT EXISTS (
    SELECT 1 FROM bank_match AS b JOIN bank_line AS l ON l.id = NEW.line_id
    JOIN bank_statement AS s ON s.id = l.statement_id
    WHERE b.id = NEW.match_id AND s.account = b.account AND EXISTS (SELECT 1 FROM json_array_elements_text(b.lines) AS e(value) WHERE e.value = NEW.line_id::text)
    AND NOT EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = s.id)) THEN
    RAISE EXCEPTION 'bank_match_unsound' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF EXISTS (
    SELECT 1 FROM bank_match_line AS m WHERE m.line_id = NEW.line_id AND NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id)) THEN
    RAISE EXCEPTION 'bank_matched_already' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER bank_match_line_is_free BEFORE INSERT ON "bank_match_line"
FOR EACH ROW EXECUTE FUNCTION bank_match_line_is_free();

CREATE TABLE bank_match_posting (
    match_id BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    line INTEGER NOT NULL,
    CONSTRAINT pk_bank_match_posting PRIMARY KEY (match_id, journal_id, line),
    CONSTRAINT fk_bank_match_posting_journal_id_line FOREIGN KEY(journal_id, line) REFERENCES posting (journal_id, line),
    CONSTRAINT fk_bank_match_posting_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id)
);

CREATE INDEX ix_bank_match_posting_journal_id ON bank_match_posting (journal_id, line);

CREATE FUNCTION bank_match_posting_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_match_posting' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER bank_match_posting_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_match_posting"
FOR EACH STATEMENT EXECUTE FUNCTION bank_match_posting_append_only();

CREATE FUNCTION bank_match_posting_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM posting
    WHERE journal_id = NEW.journal_id AND line = NEW.line FOR UPDATE;
IF NOT EXISTS (
    SELECT 1 FROM bank_match AS b JOIN posting AS p
    ON p.journal_id = NEW.journal_id AND p.line = NEW.line
    JOIN account AS a ON a.id = p.account_id
    WHERE b.id = NEW.match_id AND a.code = 'cash:' || b.account AND EXISTS (SELECT 1 FROM json_array_elements(b.postings) AS e(value) WHERE (e.value ->> 0)::bigint = NEW.journal_id AND (e.value ->> 1)::integer = NEW.line)) THEN
    RAISE EXCEPTION 'bank_match_unsound' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF EXISTS (
    SELECT 1 FROM bank_match AS b JOIN journal AS j ON j.id = NEW.journal_id
    WHERE b.id = NEW.match_id AND j.actor_id = b.by) THEN
    RAISE EXCEPTION 'bank_own_posting' USING ERRCODE = 'integrity_constraint_violation';
END IF;
IF EXISTS (
    SELECT 1 FROM bank_match_posting AS m
    WHERE m.journal_id = NEW.journal_id AND m.line = NEW.line AND NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id)) THEN
    RAISE EXCEPTION 'bank_matched_already' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER bank_match_posting_is_free BEFORE INSERT ON "bank_match_posting"
FOR EACH ROW EXECUTE FUNCTION bank_match_posting_is_free();

CREATE TABLE bank_match_undone (
    match_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_bank_match_undone PRIMARY KEY (match_id),
    CONSTRAINT fk_bank_match_undone_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id)
);

CREATE FUNCTION bank_match_undone_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_match_undone' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER bank_match_undone_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_match_undone"
FOR EACH STATEMENT EXECUTE FUNCTION bank_match_undone_append_only();
