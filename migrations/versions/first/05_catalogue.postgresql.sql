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
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    title JSON NOT NULL,
    summary JSON NOT NULL,
    public JSON NOT NULL,
    words TEXT NOT NULL,
    title_words TEXT NOT NULL,
    confirmation VARCHAR(9) DEFAULT '' NOT NULL,
    answers JSON DEFAULT '[]' NOT NULL,
    office VARCHAR(300) NOT NULL,
    verified_on DATE NOT NULL,
    review_by DATE,
    CONSTRAINT pk_catalogue_entry PRIMARY KEY (entry_id),
    CONSTRAINT uq_catalogue_entry_ref UNIQUE (ref)
);

CREATE INDEX ix_catalogue_entry_changed ON catalogue_entry (changed_at, entry_id);

CREATE INDEX ix_catalogue_entry_search ON catalogue_entry
USING gin (to_tsvector('simple', words));

CREATE INDEX ix_catalogue_entry_title ON catalogue_entry
USING gin (to_tsvector('simple', title_words));

CREATE FUNCTION keep_catalogue_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO catalogue_word (word, start, ending, length)
SELECT word, substr(word, 1, 2), substr(word, length(word) - 2), length(word) FROM (SELECT DISTINCT word FROM
unnest(string_to_array(NEW.words, ' ')) AS word) AS told
WHERE length(word) BETWEEN 4 AND 24 AND word !~ '[0-9]' ORDER BY word ON CONFLICT DO NOTHING;
RETURN NULL; END $$;

CREATE TRIGGER catalogue_entry_words AFTER INSERT ON catalogue_entry
FOR EACH ROW EXECUTE FUNCTION keep_catalogue_words();

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
    entries BYTEA NOT NULL,
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
    facts JSON NOT NULL,
    differs JSON NOT NULL,
    note TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fact_confirmation PRIMARY KEY (case_id, seq),
    CONSTRAINT ck_fact_confirmation_answer CHECK (answer IN ('confirmed', 'disputed')),
    CONSTRAINT fk_fact_confirmation_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE FUNCTION fact_confirmation_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: fact_confirmation' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER fact_confirmation_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "fact_confirmation"
FOR EACH STATEMENT EXECUTE FUNCTION fact_confirmation_append_only();

CREATE TABLE catalogue_change (
    entry_id BIGINT NOT NULL,
    act BIGINT NOT NULL,
    CONSTRAINT pk_catalogue_change PRIMARY KEY (entry_id)
);

CREATE INDEX ix_catalogue_change_act ON catalogue_change (act);

CREATE FUNCTION note_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO catalogue_change AS known (entry_id, act)
SELECT DISTINCT entry_id, pg_current_xact_id()::text::bigint FROM touched ORDER BY entry_id
ON CONFLICT (entry_id) DO UPDATE SET act = EXCLUDED.act WHERE known.act <> EXCLUDED.act;
RETURN NULL; END $$;

CREATE TRIGGER catalogue_entry_insert_new_noted AFTER INSERT ON catalogue_entry
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();

CREATE TRIGGER catalogue_entry_update_new_noted AFTER UPDATE ON catalogue_entry
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();

CREATE TRIGGER catalogue_entry_update_old_noted AFTER UPDATE ON catalogue_entry
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();

CREATE TRIGGER catalogue_entry_delete_old_noted AFTER DELETE ON catalogue_entry
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();

CREATE TRIGGER catalogue_facet_insert_new_noted AFTER INSERT ON catalogue_facet
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();

CREATE TRIGGER catalogue_facet_update_new_noted AFTER UPDATE ON catalogue_facet
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();

CREATE TRIGGER catalogue_facet_update_old_noted AFTER UPDATE ON catalogue_facet
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();

CREATE TRIGGER catalogue_facet_delete_old_noted AFTER DELETE ON catalogue_facet
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();
