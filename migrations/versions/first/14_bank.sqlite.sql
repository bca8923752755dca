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
    "by" BIGINT,
    at TEXT NOT NULL,
    CONSTRAINT pk_bank_file PRIMARY KEY (id)
);

CREATE INDEX ix_bank_file_sha256 ON bank_file (sha256);

CREATE TRIGGER bank_file_no_update BEFORE UPDATE ON "bank_file"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_file'); END;

CREATE TRIGGER bank_file_no_delete BEFORE DELETE ON "bank_file"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_file'); END;

CREATE TRIGGER bank_file_is_new BEFORE INSERT ON "bank_file" BEGIN
SELECT RAISE(ABORT, 'uq_bank_file')
WHERE EXISTS (SELECT 1 FROM "bank_file" WHERE id = NEW.id);
END;

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
    "by" BIGINT,
    at TEXT NOT NULL,
    CONSTRAINT pk_bank_statement PRIMARY KEY (id),
    CONSTRAINT uq_bank_statement_account_name_nth UNIQUE (account, name, nth),
    CONSTRAINT ck_bank_statement_days CHECK (last_day >= first_day),
    CONSTRAINT ck_bank_statement_closed CHECK (lines > 0 OR opening_minor = closing_minor),
    CONSTRAINT fk_bank_statement_file_id FOREIGN KEY(file_id) REFERENCES bank_file (id)
);

CREATE INDEX ix_bank_statement_account ON bank_statement (account, first_day);

CREATE INDEX ix_bank_statement_file_id ON bank_statement (file_id);

CREATE TRIGGER bank_statement_no_update BEFORE UPDATE ON "bank_statement"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement'); END;

CREATE TRIGGER bank_statement_no_delete BEFORE DELETE ON "bank_statement"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement'); END;

CREATE TRIGGER bank_statement_is_new BEFORE INSERT ON "bank_statement" BEGIN
SELECT RAISE(ABORT, 'uq_bank_statement_id') WHERE EXISTS (SELECT 1 FROM bank_statement WHERE id = NEW.id);
SELECT RAISE(ABORT, 'uq_bank_statement') WHERE EXISTS (
    SELECT 1 FROM bank_statement AS s WHERE s.account = NEW.account AND s.name = NEW.name
    AND NOT EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = s.id));
END;

CREATE TABLE bank_line (
    id BIGINT NOT NULL,
    statement_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    booked_on DATE NOT NULL,
    valued_on DATE,
    amount BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    said TEXT NOT NULL,
    CONSTRAINT pk_bank_line PRIMARY KEY (id),
    CONSTRAINT uq_bank_line_statement_id_position UNIQUE (statement_id, position),
    CONSTRAINT ck_bank_line_amount CHECK (amount <> 0),
    CONSTRAINT fk_bank_line_statement_id FOREIGN KEY(statement_id) REFERENCES bank_statement (id)
);

CREATE TRIGGER bank_line_no_update BEFORE UPDATE ON "bank_line"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_line'); END;

CREATE TRIGGER bank_line_no_delete BEFORE DELETE ON "bank_line"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_line'); END;

CREATE TRIGGER bank_line_follows BEFORE INSERT ON "bank_line" BEGIN
SELECT RAISE(ABORT, 'uq_bank_line') WHERE EXISTS (SELECT 1 FROM bank_line AS l WHERE l.id = NEW.id OR (l.statement_id = NEW.statement_id AND l.position = NEW.position));
SELECT RAISE(ABORT, 'bank_not_closed') WHERE NOT EXISTS (
    SELECT 1 FROM bank_statement AS s LEFT JOIN bank_line AS p
    ON p.statement_id = s.id AND p.position = NEW.position - 1
    WHERE s.id = NEW.statement_id AND NEW.position BETWEEN 1 AND s.lines
    AND (NEW.position = 1 OR p.id IS NOT NULL)
    AND NEW.balance = coalesce(p.balance, s.opening_minor) + NEW.amount
    AND (NEW.position < s.lines OR NEW.balance = s.closing_minor)
    AND NEW.booked_on BETWEEN s.first_day AND s.last_day);
END;

CREATE TABLE bank_statement_withdrawn (
    statement_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    CONSTRAINT pk_bank_statement_withdrawn PRIMARY KEY (statement_id),
    CONSTRAINT fk_bank_statement_withdrawn_statement_id FOREIGN KEY(statement_id) REFERENCES bank_statement (id)
);

CREATE TRIGGER bank_statement_withdrawn_no_update BEFORE UPDATE ON "bank_statement_withdrawn"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement_withdrawn'); END;

CREATE TRIGGER bank_statement_withdrawn_no_delete BEFORE DELETE ON "bank_statement_withdrawn"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement_withdrawn'); END;

CREATE TRIGGER bank_statement_is_unmatched BEFORE INSERT ON "bank_statement_withdrawn" BEGIN
SELECT RAISE(ABORT, 'uq_bank_statement_withdrawn') WHERE EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = NEW.statement_id);
SELECT RAISE(ABORT, 'bank_statement_matched') WHERE EXISTS (
    SELECT 1 FROM bank_line AS l JOIN bank_match_line AS m ON m.line_id = l.id
    WHERE l.statement_id = NEW.statement_id AND NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id));
END;

CREATE TABLE bank_match (
    id BIGINT NOT NULL,
    account VARCHAR(40) NOT NULL,
    lines TEXT NOT NULL,
    postings TEXT NOT NULL,
    grounds TEXT NOT NULL,
    difference BIGINT NOT NULL,
    explanation VARCHAR(20),
    note TEXT,
    "by" BIGINT,
    at TEXT NOT NULL,
    CONSTRAINT pk_bank_match PRIMARY KEY (id),
    CONSTRAINT ck_bank_match_explained CHECK ((difference = 0) = (explanation IS NULL)),
    CONSTRAINT ck_bank_match_noted CHECK ((explanation IS NULL) = (note IS NULL)),
    CONSTRAINT ck_bank_match_explanation CHECK (explanation IN ('bank_fee', 'interest', 'exchange', 'not_identified', 'bank_error', 'book_error', 'other'))
);

CREATE INDEX ix_bank_match_account ON bank_match (account);

CREATE TRIGGER bank_match_no_update BEFORE UPDATE ON "bank_match"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match'); END;

CREATE TRIGGER bank_match_no_delete BEFORE DELETE ON "bank_match"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match'); END;

CREATE TRIGGER bank_match_is_new BEFORE INSERT ON "bank_match" BEGIN
SELECT RAISE(ABORT, 'uq_bank_match')
WHERE EXISTS (SELECT 1 FROM "bank_match" WHERE id = NEW.id);
END;

CREATE TRIGGER bank_match_unfolds AFTER INSERT ON bank_match BEGIN
INSERT INTO bank_match_line (match_id, line_id) SELECT NEW.id, value FROM json_each(NEW.lines);
INSERT INTO bank_match_posting (match_id, journal_id, line)
SELECT NEW.id, json_extract(value, '$[0]'), json_extract(value, '$[1]')
FROM json_each(NEW.postings);
SELECT RAISE(ABORT, 'bank_match_unsound') WHERE NEW.difference <> coalesce((SELECT sum(l.amount) FROM bank_match_line AS m
    JOIN bank_line AS l ON l.id = m.line_id WHERE m.match_id = NEW.id), 0)
    - coalesce((SELECT sum(p.amount) FROM bank_match_posting AS m
    JOIN posting AS p ON p.journal_id = m.journal_id AND p.line = m.line
    WHERE m.match_id = NEW.id), 0)
    OR (NOT EXISTS (SELECT 1 FROM bank_match_line WHERE match_id = NEW.id)
    AND (NEW.difference <> 0
    OR NOT EXISTS (SELECT 1 FROM bank_match_posting WHERE match_id = NEW.id)));
END;

CREATE TABLE bank_match_line (
    match_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    CONSTRAINT pk_bank_match_line PRIMARY KEY (match_id, line_id),
    CONSTRAINT fk_bank_match_line_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id),
    CONSTRAINT fk_bank_match_line_line_id FOREIGN KEY(line_id) REFERENCES bank_line (id)
);

CREATE INDEX ix_bank_match_line_line_id ON bank_match_line (line_id);

CREATE TRIGGER bank_match_line_no_update BEFORE UPDATE ON "bank_match_line"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_line'); END;

CREATE TRIGGER bank_match_line_no_delete BEFORE DELETE ON "bank_match_line"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_line'); END;

CREATE TRIGGER bank_match_line_is_free BEFORE INSERT ON "bank_match_line" BEGIN
SELECT RAISE(ABORT, 'bank_match_unsound') WHERE NOT EXISTS (
    SELECT 1 FROM bank_match AS b JOIN bank_line AS l ON l.id = NEW.line_id
    JOIN bank_statement AS s ON s.id = l.statement_id
    WHERE b.id = NEW.match_id AND s.account = b.account AND EXISTS (SELECT 1 FROM json_each(b.lines) WHERE value = NEW.line_id)
    AND NOT EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = s.id));
SELECT RAISE(ABORT, 'bank_matched_already') WHERE EXISTS (
    SELECT 1 FROM bank_match_line AS m WHERE m.line_id = NEW.line_id AND NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id));
END;

CREATE TABLE bank_match_posting (
    match_id BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    line INTEGER NOT NULL,
    CONSTRAINT pk_bank_match_posting PRIMARY KEY (match_id, journal_id, line),
    CONSTRAINT fk_bank_match_posting_journal_id_line FOREIGN KEY(journal_id, line) REFERENCES posting (journal_id, line),
    CONSTRAINT fk_bank_match_posting_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id)
);

CREATE INDEX ix_bank_match_posting_journal_id ON bank_match_posting (journal_id, line);

CREATE TRIGGER bank_match_posting_no_update BEFORE UPDATE ON "bank_match_posting"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_posting'); END;

CREATE TRIGGER bank_match_posting_no_delete BEFORE DELETE ON "bank_match_posting"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_posting'); END;

CREATE TRIGGER bank_match_posting_is_free BEFORE INSERT ON "bank_match_posting" BEGIN
SELECT RAISE(ABORT, 'bank_match_unsound') WHERE NOT EXISTS (
    SELECT 1 FROM bank_match AS b JOIN posting AS p
    ON p.journal_id = NEW.journal_id AND p.line = NEW.line
    JOIN account AS a ON a.id = p.account_id
    WHERE b.id = NEW.match_id AND a.code = 'cash:' || b.account AND EXISTS (SELECT 1 FROM json_each(b.postings) WHERE json_extract(value, '$[0]') = NEW.journal_id AND json_extract(value, '$[1]') = NEW.line));
SELECT RAISE(ABORT, 'bank_own_posting') WHERE EXISTS (
    SELECT 1 FROM bank_match AS b JOIN journal AS j ON j.id = NEW.journal_id
    WHERE b.id = NEW.match_id AND j.actor_id = b.by);
SELECT RAISE(ABORT, 'bank_matched_already') WHERE EXISTS (
    SELECT 1 FROM bank_match_posting AS m
    WHERE m.journal_id = NEW.journal_id AND m.line = NEW.line AND NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id));
END;

CREATE TABLE bank_match_undone (
    match_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    "by" BIGINT,
    at TEXT NOT NULL,
    CONSTRAINT pk_bank_match_undone PRIMARY KEY (match_id),
    CONSTRAINT fk_bank_match_undone_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id)
);

CREATE TRIGGER bank_match_undone_no_update BEFORE UPDATE ON "bank_match_undone"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_undone'); END;

CREATE TRIGGER bank_match_undone_no_delete BEFORE DELETE ON "bank_match_undone"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_undone'); END;

CREATE TRIGGER bank_match_undone_is_new BEFORE INSERT ON "bank_match_undone" BEGIN
SELECT RAISE(ABORT, 'uq_bank_match_undone')
WHERE EXISTS (SELECT 1 FROM "bank_match_undone" WHERE match_id = NEW.match_id);
END;
