CREATE TABLE catalogue_entry (
    entry_id BIGINT NOT NULL,
    ref VARCHAR(30) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    definition VARCHAR(50) NOT NULL,
    country CHAR(2) NOT NULL,
    status VARCHAR(40) NOT NULL,
    year INTEGER NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    illustrative BOOLEAN NOT NULL,
    changed_at TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    public TEXT NOT NULL,
    words TEXT NOT NULL,
    title_words TEXT NOT NULL,
    confirmation VARCHAR(9) DEFAULT '' NOT NULL,
    answers TEXT DEFAULT '[]' NOT NULL,
    office VARCHAR(300) NOT NULL,
    verified_on DATE NOT NULL,
    review_by DATE,
    CONSTRAINT pk_catalogue_entry PRIMARY KEY (entry_id),
    CONSTRAINT uq_catalogue_entry_ref UNIQUE (ref)
);

CREATE INDEX ix_catalogue_entry_changed ON catalogue_entry (changed_at, entry_id);

CREATE VIRTUAL TABLE catalogue_search USING fts5(words, title, tokenize = 'unicode61');

CREATE TRIGGER catalogue_entry_insert AFTER INSERT ON catalogue_entry
BEGIN INSERT INTO catalogue_search (rowid, words, title)
VALUES (NEW.entry_id, NEW.words, NEW.title_words); END;

CREATE TRIGGER catalogue_entry_delete AFTER DELETE ON catalogue_entry
BEGIN DELETE FROM catalogue_search WHERE rowid = OLD.entry_id; END;

CREATE TRIGGER catalogue_entry_words AFTER INSERT ON catalogue_entry
BEGIN INSERT OR IGNORE INTO catalogue_word (word, start, ending, length)
SELECT word, substr(word, 1, 2), substr(word, length(word) - 2), length(word) FROM (SELECT value AS word FROM
json_each('["' || replace(trim(NEW.words), ' ', '","') || '"]'))
WHERE length(word) BETWEEN 4 AND 24 AND word NOT GLOB '*[0-9]*'; END;

CREATE TABLE catalogue_facet (
    facet VARCHAR(12) NOT NULL,
    value VARCHAR(40) NOT NULL,
    entry_id BIGINT NOT NULL,
    CONSTRAINT pk_catalogue_facet PRIMARY KEY (facet, value, entry_id)
);

CREATE INDEX ix_catalogue_facet_entry_id ON catalogue_facet (entry_id, facet, value);

CREATE TABLE catalogue_set (
    facet VARCHAR(12) NOT NULL,
    value VARCHAR(40) NOT NULL,
    token TEXT NOT NULL,
    server VARCHAR(20) NOT NULL,
    entries BLOB NOT NULL,
    CONSTRAINT pk_catalogue_set PRIMARY KEY (facet, value)
);

CREATE TABLE catalogue_word (
    word VARCHAR(24) NOT NULL,
    start VARCHAR(2) NOT NULL,
    ending VARCHAR(3) NOT NULL,
    length INTEGER NOT NULL,
    CONSTRAINT pk_catalogue_word PRIMARY KEY (word)
);

CREATE INDEX ix_catalogue_word_start ON catalogue_word (start, length);

CREATE INDEX ix_catalogue_word_ending ON catalogue_word (ending, length);

CREATE TABLE fact_confirmation (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    country CHAR(2) NOT NULL,
    answer VARCHAR(9) NOT NULL,
    digest CHAR(64) NOT NULL,
    facts TEXT NOT NULL,
    differs TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT pk_fact_confirmation PRIMARY KEY (case_id, seq),
    CONSTRAINT ck_fact_confirmation_answer CHECK (answer IN ('confirmed', 'disputed')),
    CONSTRAINT fk_fact_confirmation_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TRIGGER fact_confirmation_no_update BEFORE UPDATE ON "fact_confirmation"
BEGIN SELECT RAISE(ABORT, 'append_only: fact_confirmation'); END;

CREATE TRIGGER fact_confirmation_no_delete BEFORE DELETE ON "fact_confirmation"
BEGIN SELECT RAISE(ABORT, 'append_only: fact_confirmation'); END;

CREATE TABLE catalogue_change (
    entry_id BIGINT NOT NULL,
    act BIGINT NOT NULL,
    CONSTRAINT pk_catalogue_change PRIMARY KEY (entry_id)
);

CREATE INDEX ix_catalogue_change_act ON catalogue_change (act);

CREATE TRIGGER catalogue_entry_insert_new_noted AFTER INSERT ON catalogue_entry BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT NEW.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END;

CREATE TRIGGER catalogue_entry_update_new_noted AFTER UPDATE ON catalogue_entry BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT NEW.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END;

CREATE TRIGGER catalogue_entry_update_old_noted AFTER UPDATE OF entry_id ON catalogue_entry BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT OLD.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END;

CREATE TRIGGER catalogue_entry_delete_old_noted AFTER DELETE ON catalogue_entry BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT OLD.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END;

CREATE TRIGGER catalogue_facet_insert_new_noted AFTER INSERT ON catalogue_facet BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT NEW.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END;

CREATE TRIGGER catalogue_facet_update_new_noted AFTER UPDATE ON catalogue_facet BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT NEW.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END;

CREATE TRIGGER catalogue_facet_update_old_noted AFTER UPDATE OF entry_id ON catalogue_facet BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT OLD.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END;

CREATE TRIGGER catalogue_facet_delete_old_noted AFTER DELETE ON catalogue_facet BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT OLD.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END;
