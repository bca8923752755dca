"""Everything that the first release stores: tables, constraints, indexes, triggers.

Revision: 0001. The statements are those of each database, as the tables stood at the release;
they are kept as text so that later changes of the code cannot change this revision.
There is no way back: before it there was nothing.
"""

# ruff: noqa: E501 - SQL as the databases print it

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TABLE rule_confirmation (
	id BIGINT NOT NULL,
	body VARCHAR(40) NOT NULL,
	rule VARCHAR(40) NOT NULL,
	rule_digest CHAR(64) NOT NULL,
	document TEXT NOT NULL,
	"by" BIGINT,
	by_name VARCHAR(120) NOT NULL,
	at TEXT NOT NULL,
	illustrative BOOLEAN NOT NULL,
	CONSTRAINT pk_rule_confirmation PRIMARY KEY (id)
)""",
    """CREATE INDEX ix_rule_confirmation_body_rule_rule_digest ON rule_confirmation (body, rule, rule_digest)""",
    """CREATE TRIGGER rule_confirmation_no_update BEFORE UPDATE ON "rule_confirmation"
BEGIN SELECT RAISE(ABORT, 'append_only: rule_confirmation'); END""",
    """CREATE TRIGGER rule_confirmation_no_delete BEFORE DELETE ON "rule_confirmation"
BEGIN SELECT RAISE(ABORT, 'append_only: rule_confirmation'); END""",
    """CREATE TABLE calendar_reminder (
	body VARCHAR(40) NOT NULL,
	item VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	at TEXT NOT NULL,
	told INTEGER NOT NULL,
	CONSTRAINT pk_calendar_reminder PRIMARY KEY (body, item, year)
)""",
    """CREATE TRIGGER calendar_reminder_no_update BEFORE UPDATE ON "calendar_reminder"
BEGIN SELECT RAISE(ABORT, 'append_only: calendar_reminder'); END""",
    """CREATE TRIGGER calendar_reminder_no_delete BEFORE DELETE ON "calendar_reminder"
BEGIN SELECT RAISE(ABORT, 'append_only: calendar_reminder'); END""",
    """CREATE TABLE user (
	id BIGINT NOT NULL,
	email VARCHAR(254) NOT NULL,
	name VARCHAR(120) NOT NULL,
	lang VARCHAR(2) NOT NULL,
	zone VARCHAR(40) NOT NULL,
	password_hash TEXT,
	epoch INTEGER NOT NULL,
	active BOOLEAN NOT NULL,
	demo BOOLEAN NOT NULL,
	created_at TEXT NOT NULL,
	CONSTRAINT pk_user PRIMARY KEY (id),
	CONSTRAINT ck_user_lang CHECK (lang IN ('es', 'en', 'pt', 'fr')),
	CONSTRAINT ck_user_email_lower CHECK (email = lower(email)),
	CONSTRAINT uq_user_email UNIQUE (email)
)""",
    """CREATE TABLE sign_in_attempt (
	id BIGINT NOT NULL,
	email VARCHAR(254) NOT NULL,
	address VARCHAR(45) NOT NULL,
	at TEXT NOT NULL,
	succeeded BOOLEAN NOT NULL,
	CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_sign_in_attempt_email_at ON sign_in_attempt (email, at)",
    "CREATE INDEX ix_sign_in_attempt_address_at ON sign_in_attempt (address, at)",
    """CREATE TABLE instance (
	"key" VARCHAR(40) NOT NULL,
	value TEXT NOT NULL,
	CONSTRAINT pk_instance PRIMARY KEY ("key")
)""",
    """CREATE TABLE checkpoint (
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	size INTEGER NOT NULL,
	root CHAR(64) NOT NULL,
	leaves TEXT NOT NULL,
	prev CHAR(64) NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_checkpoint PRIMARY KEY (number)
)""",
    """CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON "checkpoint"
BEGIN SELECT RAISE(ABORT, 'append_only: checkpoint'); END""",
    """CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON "checkpoint"
BEGIN SELECT RAISE(ABORT, 'append_only: checkpoint'); END""",
    """CREATE TABLE case_number (
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_case_number PRIMARY KEY (year)
)""",
    """CREATE TABLE exercise_number (
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_exercise_number PRIMARY KEY (year)
)""",
    """CREATE TABLE "case" (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	kind VARCHAR(40) NOT NULL,
	definition VARCHAR(50) NOT NULL,
	definition_digest CHAR(64) NOT NULL,
	country CHAR(2) NOT NULL,
	illustrative BOOLEAN NOT NULL,
	opened_at TEXT NOT NULL,
	version INTEGER NOT NULL,
	head CHAR(64) NOT NULL,
	state VARCHAR(40) NOT NULL,
	entered INTEGER NOT NULL,
	entered_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	title TEXT,
	exercise BOOLEAN DEFAULT 0 NOT NULL,
	CONSTRAINT pk_case PRIMARY KEY (id),
	CONSTRAINT uq_case_ref UNIQUE (ref)
)""",
    'CREATE INDEX ix_case_updated ON "case" (updated_at, id)',
    'CREATE INDEX ix_case_state_updated ON "case" (state, updated_at)',
    'CREATE INDEX ix_case_definition_state ON "case" (definition, state, exercise)',
    'CREATE INDEX ix_case_kind_country ON "case" (kind, country)',
    'CREATE INDEX ix_case_country_updated ON "case" (country, updated_at)',
    """CREATE TRIGGER case_needs_entry BEFORE UPDATE ON "case" BEGIN
SELECT RAISE(ABORT, 'no_entry') WHERE NEW.version <> OLD.version + 1 OR NOT EXISTS (
    SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
    AND digest = NEW.head AND prev = OLD.head AND to_state = NEW.state);
SELECT RAISE(ABORT, 'no_entry') WHERE (NEW.id, NEW.ref, NEW.kind, NEW.country,
    NEW.illustrative, NEW.opened_at, NEW.exercise)
    IS NOT (OLD.id, OLD.ref, OLD.kind, OLD.country,
    OLD.illustrative, OLD.opened_at, OLD.exercise);
SELECT RAISE(ABORT, 'no_entry') WHERE (NEW.definition, NEW.definition_digest)
    IS NOT (OLD.definition, OLD.definition_digest) AND (
    NEW.definition NOT LIKE NEW.kind || '/v%' OR NOT EXISTS (
    SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
    AND act = 'case.migrated' AND json_extract(detail, '$.to.definition') = NEW.definition
    AND json_extract(detail, '$.to.digest') = NEW.definition_digest));
END""",
    """CREATE TRIGGER case_begins BEFORE INSERT ON "case" BEGIN
SELECT RAISE(ABORT, 'no_entry') WHERE NEW.version <> 0 OR NEW.state <> ''
    OR NEW.exercise <> (substr(NEW.ref, 1, 3) = 'EJ-');
END""",
    """CREATE TRIGGER case_stays BEFORE DELETE ON "case" BEGIN
SELECT RAISE(ABORT, 'append_only: case');
END""",
    """CREATE TABLE catalogue_entry (
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
	sides TEXT DEFAULT '[]' NOT NULL,
	office VARCHAR(300) NOT NULL,
	verified_on DATE NOT NULL,
	review_by DATE,
	CONSTRAINT pk_catalogue_entry PRIMARY KEY (entry_id),
	CONSTRAINT uq_catalogue_entry_ref UNIQUE (ref)
)""",
    "CREATE INDEX ix_catalogue_entry_changed ON catalogue_entry (changed_at, entry_id)",
    "CREATE VIRTUAL TABLE catalogue_search USING fts5(words, title, tokenize = 'unicode61')",
    """CREATE TRIGGER catalogue_entry_insert AFTER INSERT ON catalogue_entry
BEGIN INSERT INTO catalogue_search (rowid, words, title)
VALUES (NEW.entry_id, NEW.words, NEW.title_words); END""",
    """CREATE TRIGGER catalogue_entry_delete AFTER DELETE ON catalogue_entry
BEGIN DELETE FROM catalogue_search WHERE rowid = OLD.entry_id; END""",
    """CREATE TRIGGER catalogue_entry_words AFTER INSERT ON catalogue_entry
BEGIN INSERT OR IGNORE INTO catalogue_word (word, start, ending, length)
SELECT word, substr(word, 1, 2), substr(word, length(word) - 2), length(word) FROM (SELECT value AS word FROM
json_each('["' || replace(trim(NEW.words), ' ', '","') || '"]'))
WHERE length(word) BETWEEN 4 AND 24 AND word NOT GLOB '*[0-9]*'; END""",
    """CREATE TABLE catalogue_facet (
	facet VARCHAR(12) NOT NULL,
	value VARCHAR(40) NOT NULL,
	entry_id BIGINT NOT NULL,
	CONSTRAINT pk_catalogue_facet PRIMARY KEY (facet, value, entry_id)
)""",
    "CREATE INDEX ix_catalogue_facet_entry_id ON catalogue_facet (entry_id, facet, value)",
    """CREATE TABLE heartbeat (
	name VARCHAR(40) NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_heartbeat PRIMARY KEY (name)
)""",
    """CREATE TABLE decision_number (
	series VARCHAR(60) NOT NULL,
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_decision_number PRIMARY KEY (series, year),
	CONSTRAINT ck_decision_number_last CHECK (last >= 1)
)""",
    """CREATE TABLE account (
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
)""",
    "CREATE INDEX ix_account_owner ON account (owner)",
    """CREATE TRIGGER account_is_new BEFORE INSERT ON "account" BEGIN
SELECT RAISE(ABORT, 'uq_account')
WHERE EXISTS (SELECT 1 FROM "account" WHERE id = NEW.id OR code = NEW.code);
END""",
    """CREATE TRIGGER account_needs_posting BEFORE UPDATE ON account BEGIN
SELECT RAISE(ABORT, 'no_posting') WHERE NEW.postings <= OLD.postings OR NEW.id <> OLD.id OR NEW.code <> OLD.code
    OR NEW.kind <> OLD.kind OR NEW.section <> OLD.section OR NEW.side <> OLD.side
    OR NEW.currency <> OLD.currency
    OR coalesce(NEW.owner, 0) <> coalesce(OLD.owner, 0) OR NEW.exercise <> OLD.exercise
    OR NOT EXISTS (
    SELECT account_id FROM posting WHERE account_id = OLD.id AND nth > OLD.postings
    GROUP BY account_id
    HAVING count(*) = NEW.postings - OLD.postings AND sum(amount) = NEW.balance - OLD.balance);
END""",
    """CREATE TRIGGER account_begins BEFORE INSERT ON account BEGIN
SELECT RAISE(ABORT, 'no_posting') WHERE NEW.balance <> 0 OR NEW.postings <> 0;
END""",
    """CREATE TRIGGER account_stays BEFORE DELETE ON account BEGIN
SELECT RAISE(ABORT, 'append_only: account');
END""",
    """CREATE TRIGGER account_holds_case AFTER UPDATE ON "account" WHEN (NEW.owner IS NOT NULL
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
END""",
    """CREATE TRIGGER account_holds_spending AFTER UPDATE ON "account" WHEN (NEW.kind = 'operations') BEGIN
SELECT RAISE(ABORT, 'no_spending') WHERE EXISTS (SELECT 1 FROM posting AS p JOIN journal AS j ON j.id = p.journal_id
    WHERE p.account_id = NEW.id AND p.nth > OLD.postings AND j.reverses IS NULL
    AND NOT EXISTS (SELECT 1 FROM spending AS s
        JOIN spending_event AS e ON e.spending_id = s.id AND e.event = 'paid'
        WHERE j.key = 'operation:' || s.ref AND j.at = e.paid_on AND p.amount = s.amount_minor
        AND NEW.code = 'operations:' || s.category || '/' || s.source));
END""",
    """CREATE TABLE meeting_number (
	series VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	exercise BOOLEAN NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_meeting_number PRIMARY KEY (series, year, exercise)
)""",
    """CREATE TRIGGER meeting_number_grows BEFORE UPDATE ON meeting_number BEGIN
SELECT RAISE(ABORT, 'meeting_number_grows') WHERE NEW.last <= OLD.last
    OR (NEW.series, NEW.year, NEW.exercise) IS NOT (OLD.series, OLD.year, OLD.exercise);
END""",
    """CREATE TRIGGER meeting_number_stays BEFORE DELETE ON meeting_number BEGIN
SELECT RAISE(ABORT, 'meeting_number_grows');
END""",
    """CREATE TABLE rule_confirmation_end (
	confirmation_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	CONSTRAINT pk_rule_confirmation_end PRIMARY KEY (confirmation_id),
	CONSTRAINT fk_rule_confirmation_end_confirmation_id FOREIGN KEY(confirmation_id) REFERENCES rule_confirmation (id)
)""",
    """CREATE TRIGGER rule_confirmation_end_no_update BEFORE UPDATE ON "rule_confirmation_end"
BEGIN SELECT RAISE(ABORT, 'append_only: rule_confirmation_end'); END""",
    """CREATE TRIGGER rule_confirmation_end_no_delete BEFORE DELETE ON "rule_confirmation_end"
BEGIN SELECT RAISE(ABORT, 'append_only: rule_confirmation_end'); END""",
    """CREATE TABLE role_grant (
	id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	role VARCHAR(30) NOT NULL,
	country CHAR(2),
	valid_from DATE NOT NULL,
	valid_to DATE,
	given_by BIGINT,
	CONSTRAINT pk_role_grant PRIMARY KEY (id),
	CONSTRAINT fk_role_grant_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    "CREATE INDEX ix_role_grant_user_id ON role_grant (user_id)",
    "CREATE INDEX ix_role_grant_role_country ON role_grant (role, country)",
    """CREATE TABLE one_time_link (
	digest CHAR(64) NOT NULL,
	user_id BIGINT NOT NULL,
	purpose VARCHAR(12) NOT NULL,
	expires_at TEXT NOT NULL,
	used_at TEXT,
	CONSTRAINT pk_one_time_link PRIMARY KEY (digest),
	CONSTRAINT ck_one_time_link_purpose CHECK (purpose IN ('invitation', 'reset')),
	CONSTRAINT fk_one_time_link_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    "CREATE INDEX ix_one_time_link_user_id ON one_time_link (user_id)",
    """CREATE TRIGGER one_time_link_keeps BEFORE UPDATE ON "one_time_link" BEGIN
SELECT RAISE(ABORT, 'append_only: one_time_link') WHERE NEW."digest" IS NOT OLD."digest"
OR NEW."user_id" IS NOT OLD."user_id"
OR NEW."purpose" IS NOT OLD."purpose"
OR NEW."expires_at" IS NOT OLD."expires_at"
OR OLD."used_at" IS NOT NULL AND NEW."used_at" IS NOT OLD."used_at";
END""",
    """CREATE TABLE ended_session (
	digest CHAR(64) NOT NULL,
	user_id BIGINT NOT NULL,
	ended_at TEXT NOT NULL,
	CONSTRAINT pk_ended_session PRIMARY KEY (digest),
	CONSTRAINT fk_ended_session_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    "CREATE INDEX ix_ended_session_ended_at ON ended_session (ended_at)",
    """CREATE TABLE api_token (
	digest CHAR(64) NOT NULL,
	user_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	hint VARCHAR(8) NOT NULL,
	role VARCHAR(30) NOT NULL,
	country CHAR(2),
	scopes TEXT NOT NULL,
	created_at TEXT NOT NULL,
	expires_at TEXT NOT NULL,
	used_at TEXT,
	revoked_at TEXT,
	CONSTRAINT pk_api_token PRIMARY KEY (digest),
	CONSTRAINT fk_api_token_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    "CREATE INDEX ix_api_token_user_id ON api_token (user_id)",
    """CREATE TRIGGER api_token_keeps BEFORE UPDATE ON "api_token" BEGIN
SELECT RAISE(ABORT, 'append_only: api_token') WHERE NEW."digest" IS NOT OLD."digest"
OR NEW."user_id" IS NOT OLD."user_id"
OR NEW."name" IS NOT OLD."name"
OR NEW."hint" IS NOT OLD."hint"
OR NEW."role" IS NOT OLD."role"
OR NEW."country" IS NOT OLD."country"
OR CAST(NEW."scopes" AS text) IS NOT CAST(OLD."scopes" AS text)
OR NEW."created_at" IS NOT OLD."created_at"
OR NEW."expires_at" IS NOT OLD."expires_at"
OR OLD."revoked_at" IS NOT NULL AND NEW."revoked_at" IS NOT OLD."revoked_at";
END""",
    """CREATE TRIGGER api_token_stays BEFORE DELETE ON "api_token" BEGIN
SELECT RAISE(ABORT, 'append_only: api_token') WHERE 1 = 1;
END""",
    """CREATE TRIGGER api_token_is_new BEFORE INSERT ON "api_token" BEGIN
SELECT RAISE(ABORT, 'uq_api_token')
WHERE EXISTS (SELECT 1 FROM "api_token" WHERE digest = NEW.digest);
END""",
    """CREATE TABLE calendar_address (
	user_id BIGINT NOT NULL,
	digest CHAR(64) NOT NULL,
	made_at TEXT NOT NULL,
	counted_from TEXT NOT NULL,
	asked INTEGER NOT NULL,
	CONSTRAINT pk_calendar_address PRIMARY KEY (user_id),
	CONSTRAINT fk_calendar_address_user_id FOREIGN KEY(user_id) REFERENCES user (id),
	CONSTRAINT uq_calendar_address_digest UNIQUE (digest)
)""",
    """CREATE TABLE idempotency (
	user_id BIGINT NOT NULL,
	"key" VARCHAR(80) NOT NULL,
	request_digest CHAR(64) NOT NULL,
	status INTEGER NOT NULL,
	body TEXT NOT NULL,
	lang VARCHAR(2) NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_idempotency PRIMARY KEY (user_id, "key"),
	CONSTRAINT fk_idempotency_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    """CREATE TABLE delegation (
	id BIGINT NOT NULL,
	giver_id BIGINT NOT NULL,
	delegate_id BIGINT NOT NULL,
	ballots BOOLEAN NOT NULL,
	kinds TEXT NOT NULL,
	cases TEXT NOT NULL,
	valid_from DATE NOT NULL,
	valid_to DATE NOT NULL,
	note TEXT NOT NULL,
	made_by BIGINT,
	made_at TEXT NOT NULL,
	CONSTRAINT pk_delegation PRIMARY KEY (id),
	CONSTRAINT ck_delegation_two_people CHECK (giver_id <> delegate_id),
	CONSTRAINT ck_delegation_days CHECK (valid_to >= valid_from),
	CONSTRAINT fk_delegation_giver_id FOREIGN KEY(giver_id) REFERENCES user (id),
	CONSTRAINT fk_delegation_delegate_id FOREIGN KEY(delegate_id) REFERENCES user (id)
)""",
    "CREATE INDEX ix_delegation_giver ON delegation (giver_id, valid_to)",
    "CREATE INDEX ix_delegation_delegate ON delegation (delegate_id, valid_to)",
    """CREATE TRIGGER delegation_no_update BEFORE UPDATE ON "delegation"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation'); END""",
    """CREATE TRIGGER delegation_no_delete BEFORE DELETE ON "delegation"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation'); END""",
    """CREATE TABLE audit_entry (
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	at TEXT NOT NULL,
	actor_id BIGINT,
	office VARCHAR(40) NOT NULL,
	act VARCHAR(60) NOT NULL,
	from_state VARCHAR(40) NOT NULL,
	to_state VARCHAR(40) NOT NULL,
	reason TEXT,
	cause_seq INTEGER,
	detail TEXT NOT NULL,
	prev CHAR(64) NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_audit_entry PRIMARY KEY (case_id, seq),
	CONSTRAINT fk_audit_entry_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_audit_entry_at ON audit_entry (at)",
    """CREATE INDEX ix_audit_entry_left ON audit_entry (from_state, at) WHERE from_state <> to_state AND act <> 'case.migrated'""",
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON "audit_entry"
BEGIN SELECT RAISE(ABORT, 'append_only: audit_entry'); END""",
    """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON "audit_entry"
BEGIN SELECT RAISE(ABORT, 'append_only: audit_entry'); END""",
    """CREATE TRIGGER audit_entry_moves_case AFTER INSERT ON audit_entry
WHEN NEW.act <> 'case.migrated' BEGIN
UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
    updated_at = NEW.at,
    entered = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.seq ELSE entered END,
    entered_at = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.at ELSE entered_at END,
    title = coalesce(json_extract(NEW.detail, '$.title'), title)
WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev AND state = NEW.from_state;
SELECT RAISE(ABORT, 'stale_case') WHERE changes() = 0;
END""",
    """CREATE TRIGGER audit_entry_migrates_case AFTER INSERT ON audit_entry
WHEN NEW.act = 'case.migrated' BEGIN
UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
    updated_at = NEW.at,
    entered = json_extract(NEW.detail, '$.entered'),
    entered_at = (SELECT at FROM audit_entry WHERE case_id = NEW.case_id
        AND seq = json_extract(NEW.detail, '$.entered')),
    definition = json_extract(NEW.detail, '$.to.definition'),
    definition_digest = json_extract(NEW.detail, '$.to.digest')
WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev AND state = NEW.from_state
    AND definition = json_extract(NEW.detail, '$.from.definition')
    AND definition_digest = json_extract(NEW.detail, '$.from.digest');
SELECT RAISE(ABORT, 'stale_case') WHERE changes() = 0;
END""",
    """CREATE TABLE draft_field (
	case_id BIGINT NOT NULL,
	form VARCHAR(40) NOT NULL,
	field VARCHAR(60) NOT NULL,
	version INTEGER NOT NULL,
	value TEXT,
	revision INTEGER NOT NULL,
	updated_by BIGINT NOT NULL,
	updated_at TEXT NOT NULL,
	CONSTRAINT pk_draft_field PRIMARY KEY (case_id, form, field),
	CONSTRAINT fk_draft_field_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TABLE draft_contributor (
	case_id BIGINT NOT NULL,
	form VARCHAR(40) NOT NULL,
	user_id BIGINT NOT NULL,
	first_at TEXT NOT NULL,
	CONSTRAINT pk_draft_contributor PRIMARY KEY (case_id, form, user_id),
	CONSTRAINT fk_draft_contributor_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TABLE draft_presence (
	case_id BIGINT NOT NULL,
	form VARCHAR(40) NOT NULL,
	user_id BIGINT NOT NULL,
	section VARCHAR(60) NOT NULL,
	since TEXT NOT NULL,
	until TEXT NOT NULL,
	CONSTRAINT pk_draft_presence PRIMARY KEY (case_id, form, user_id),
	CONSTRAINT fk_draft_presence_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TABLE case_words (
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	words TEXT NOT NULL,
	CONSTRAINT pk_case_words PRIMARY KEY (case_id, seq),
	CONSTRAINT fk_case_words_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TRIGGER case_words_no_update BEFORE UPDATE ON "case_words"
BEGIN SELECT RAISE(ABORT, 'append_only: case_words'); END""",
    """CREATE TRIGGER case_words_no_delete BEFORE DELETE ON "case_words"
BEGIN SELECT RAISE(ABORT, 'append_only: case_words'); END""",
    """CREATE TABLE participation (
	case_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	asked_seq INTEGER NOT NULL,
	confirmed_seq INTEGER,
	declined_seq INTEGER,
	ended_seq INTEGER,
	CONSTRAINT pk_participation PRIMARY KEY (case_id, country),
	CONSTRAINT fk_participation_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_participation_country ON participation (country)",
    """CREATE TABLE call (
	case_id BIGINT NOT NULL,
	number VARCHAR(20) NOT NULL,
	exercise BOOLEAN DEFAULT 0 NOT NULL,
	opens_at TEXT NOT NULL,
	closes_at TEXT NOT NULL,
	terms TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_call PRIMARY KEY (case_id),
	CONSTRAINT uq_call_number_exercise UNIQUE (number, exercise),
	CONSTRAINT ck_call_order CHECK (opens_at < closes_at),
	CONSTRAINT fk_call_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_call_closes_at ON call (closes_at)",
    """CREATE TRIGGER call_moves_later BEFORE UPDATE ON "call" BEGIN
SELECT RAISE(ABORT, 'call_moves_later') WHERE NEW.closes_at < OLD.closes_at OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.number, NEW.exercise, NEW.opens_at)
    IS NOT (OLD.case_id, OLD.number, OLD.exercise, OLD.opens_at);
END""",
    """CREATE TRIGGER call_stays BEFORE DELETE ON "call" BEGIN
SELECT RAISE(ABORT, 'call_moves_later');
END""",
    """CREATE TABLE assignment (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	visit INTEGER NOT NULL,
	role VARCHAR(30) NOT NULL,
	country VARCHAR(2) NOT NULL,
	person_id BIGINT,
	by_id BIGINT NOT NULL,
	acted_for VARCHAR(120) NOT NULL,
	message TEXT NOT NULL,
	at TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_assignment PRIMARY KEY (id),
	CONSTRAINT uq_assignment_case_id_number UNIQUE (case_id, number),
	CONSTRAINT fk_assignment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_assignment_person_id FOREIGN KEY(person_id) REFERENCES user (id),
	CONSTRAINT fk_assignment_by_id FOREIGN KEY(by_id) REFERENCES user (id)
)""",
    "CREATE INDEX ix_assignment_person_id ON assignment (person_id)",
    """CREATE TRIGGER assignment_no_update BEFORE UPDATE ON "assignment"
BEGIN SELECT RAISE(ABORT, 'append_only: assignment'); END""",
    """CREATE TRIGGER assignment_no_delete BEFORE DELETE ON "assignment"
BEGIN SELECT RAISE(ABORT, 'append_only: assignment'); END""",
    """CREATE TABLE comment (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	audience VARCHAR(12) NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	body TEXT NOT NULL,
	by_id BIGINT NOT NULL,
	office VARCHAR(40) NOT NULL,
	acted_for VARCHAR(120) NOT NULL,
	at TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_comment PRIMARY KEY (id),
	CONSTRAINT uq_comment_case_id_audience_number UNIQUE (case_id, audience, number),
	CONSTRAINT ck_comment_audience CHECK (audience IN ('secretariat', 'applicant', 'delegations')),
	CONSTRAINT fk_comment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_comment_by_id FOREIGN KEY(by_id) REFERENCES user (id)
)""",
    """CREATE TRIGGER comment_no_update BEFORE UPDATE ON "comment"
BEGIN SELECT RAISE(ABORT, 'append_only: comment'); END""",
    """CREATE TRIGGER comment_no_delete BEFORE DELETE ON "comment"
BEGIN SELECT RAISE(ABORT, 'append_only: comment'); END""",
    """CREATE TABLE saved_filter (
	id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	"query" TEXT NOT NULL,
	is_default BOOLEAN NOT NULL,
	created_at TEXT NOT NULL,
	CONSTRAINT pk_saved_filter PRIMARY KEY (id),
	CONSTRAINT uq_saved_filter_user_id_name UNIQUE (user_id, name),
	CONSTRAINT fk_saved_filter_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    """CREATE TABLE deadline (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	visit INTEGER NOT NULL,
	kind VARCHAR(8) NOT NULL,
	at TEXT NOT NULL,
	rule TEXT NOT NULL,
	then_trigger VARCHAR(60),
	done_at TEXT,
	result VARCHAR(8),
	CONSTRAINT pk_deadline PRIMARY KEY (id),
	CONSTRAINT uq_deadline_case_id_visit_kind_at UNIQUE (case_id, visit, kind, at),
	CONSTRAINT ck_deadline_kind CHECK (kind IN ('remind', 'due', 'escalate')),
	CONSTRAINT ck_deadline_result CHECK (result IN ('done', 'late', 'refused', 'left')),
	CONSTRAINT ck_deadline_done CHECK ((done_at IS NULL) = (result IS NULL)),
	CONSTRAINT fk_deadline_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_deadline_open ON deadline (at) WHERE done_at IS NULL",
    """CREATE TRIGGER deadline_is_fixed BEFORE UPDATE ON deadline BEGIN
SELECT RAISE(ABORT, 'deadline_is_fixed') WHERE OLD.done_at IS NOT NULL OR
    (NEW.id, NEW.case_id, NEW.visit, NEW.kind, NEW.at, NEW.rule, NEW.then_trigger)
    IS NOT (OLD.id, OLD.case_id, OLD.visit, OLD.kind, OLD.at, OLD.rule, OLD.then_trigger);
END""",
    """CREATE TRIGGER deadline_stays BEFORE DELETE ON deadline BEGIN
SELECT RAISE(ABORT, 'deadline_is_fixed');
END""",
    """CREATE TABLE attachment (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	form VARCHAR(40),
	field VARCHAR(60),
	name VARCHAR(200) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	declared VARCHAR(100) NOT NULL,
	media_type VARCHAR(100) NOT NULL,
	size BIGINT NOT NULL,
	sha256 CHAR(64) NOT NULL,
	access VARCHAR(10) NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	seq INTEGER,
	CONSTRAINT pk_attachment PRIMARY KEY (id),
	CONSTRAINT ck_attachment_access CHECK (access IN ('public', 'limited', 'restricted')),
	CONSTRAINT fk_attachment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_attachment_case_id ON attachment (case_id)",
    "CREATE INDEX ix_attachment_sha256 ON attachment (sha256)",
    """CREATE TRIGGER attachment_no_update BEFORE UPDATE ON "attachment"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment'); END""",
    """CREATE TRIGGER attachment_no_delete BEFORE DELETE ON "attachment"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment'); END""",
    """CREATE TABLE meeting (
	case_id BIGINT NOT NULL,
	body VARCHAR(40) NOT NULL,
	begins_at TEXT NOT NULL,
	ends_at TEXT NOT NULL,
	terms TEXT NOT NULL,
	exercise BOOLEAN DEFAULT 0 NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting PRIMARY KEY (case_id),
	CONSTRAINT ck_meeting_order CHECK (begins_at < ends_at),
	CONSTRAINT fk_meeting_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_meeting_begins_at ON meeting (begins_at)",
    """CREATE TRIGGER meeting_by_notice BEFORE UPDATE ON meeting BEGIN
SELECT RAISE(ABORT, 'meeting_by_notice') WHERE NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.body, NEW.exercise) IS NOT (OLD.case_id, OLD.body, OLD.exercise);
END""",
    """CREATE TRIGGER meeting_stays BEFORE DELETE ON meeting BEGIN
SELECT RAISE(ABORT, 'meeting_by_notice');
END""",
    """CREATE TABLE meeting_agenda (
	case_id BIGINT NOT NULL,
	version INTEGER NOT NULL,
	stage VARCHAR(10) NOT NULL,
	items TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_agenda PRIMARY KEY (case_id, version),
	CONSTRAINT ck_meeting_agenda_stage CHECK (stage IN ('draft', 'convened', 'adopted', 'amended')),
	CONSTRAINT fk_meeting_agenda_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TRIGGER meeting_agenda_no_update BEFORE UPDATE ON "meeting_agenda"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_agenda'); END""",
    """CREATE TRIGGER meeting_agenda_no_delete BEFORE DELETE ON "meeting_agenda"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_agenda'); END""",
    """CREATE TABLE message (
	id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	case_id BIGINT,
	name VARCHAR(40) NOT NULL,
	params TEXT NOT NULL,
	created_at TEXT NOT NULL,
	read_at TEXT,
	exercise BOOLEAN DEFAULT 0 NOT NULL,
	CONSTRAINT pk_message PRIMARY KEY (id),
	CONSTRAINT fk_message_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    "CREATE INDEX ix_message_user_id_id ON message (user_id, id)",
    """CREATE TABLE packet_receipt (
	packet VARCHAR(32) NOT NULL,
	content CHAR(64) NOT NULL,
	case_id BIGINT NOT NULL,
	form VARCHAR(50) NOT NULL,
	fields TEXT NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_packet_receipt PRIMARY KEY (packet, content),
	CONSTRAINT fk_packet_receipt_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_packet_receipt_case ON packet_receipt (case_id)",
    """CREATE TRIGGER packet_receipt_no_update BEFORE UPDATE ON "packet_receipt"
BEGIN SELECT RAISE(ABORT, 'append_only: packet_receipt'); END""",
    """CREATE TRIGGER packet_receipt_no_delete BEFORE DELETE ON "packet_receipt"
BEGIN SELECT RAISE(ABORT, 'append_only: packet_receipt'); END""",
    """CREATE TABLE review_assignment (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	user_id BIGINT NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_review_assignment PRIMARY KEY (id),
	CONSTRAINT uq_review_assignment_case_id_user_id UNIQUE (case_id, user_id),
	CONSTRAINT uq_review_assignment_case_id_number UNIQUE (case_id, number),
	CONSTRAINT fk_review_assignment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_review_assignment_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    "CREATE INDEX ix_review_assignment_user_id ON review_assignment (user_id)",
    """CREATE TRIGGER review_assignment_no_update BEFORE UPDATE ON "review_assignment"
BEGIN SELECT RAISE(ABORT, 'append_only: review_assignment'); END""",
    """CREATE TRIGGER review_assignment_no_delete BEFORE DELETE ON "review_assignment"
BEGIN SELECT RAISE(ABORT, 'append_only: review_assignment'); END""",
    """CREATE TABLE appointment (
	id BIGINT NOT NULL,
	body VARCHAR(40) NOT NULL,
	role VARCHAR(30) NOT NULL,
	nth INTEGER NOT NULL,
	user_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	grant_id BIGINT NOT NULL,
	valid_from DATE NOT NULL,
	valid_to DATE,
	elected VARCHAR(12),
	document VARCHAR(200) NOT NULL,
	made_by BIGINT,
	made_at TEXT NOT NULL,
	CONSTRAINT pk_appointment PRIMARY KEY (id),
	CONSTRAINT ck_appointment_role CHECK (role IN ('chair', 'vice_chair', 'rapporteur', 'ceam_delegate', 'ceam_alternate')),
	CONSTRAINT ck_appointment_elected CHECK ((elected IS NULL) = (role IN ('ceam_delegate', 'ceam_alternate'))),
	CONSTRAINT ck_appointment_how CHECK (elected IN ('acclamation', 'vote')),
	CONSTRAINT ck_appointment_days CHECK (valid_to >= valid_from),
	CONSTRAINT uq_appointment_body_role_nth UNIQUE (body, role, nth),
	CONSTRAINT fk_appointment_user_id FOREIGN KEY(user_id) REFERENCES user (id),
	CONSTRAINT fk_appointment_grant_id FOREIGN KEY(grant_id) REFERENCES role_grant (id)
)""",
    """CREATE TRIGGER appointment_no_update BEFORE UPDATE ON "appointment"
BEGIN SELECT RAISE(ABORT, 'append_only: appointment'); END""",
    """CREATE TRIGGER appointment_no_delete BEFORE DELETE ON "appointment"
BEGIN SELECT RAISE(ABORT, 'append_only: appointment'); END""",
    """CREATE TABLE delegation_office (
	delegation_id BIGINT NOT NULL,
	role VARCHAR(30) NOT NULL,
	seat CHAR(2) NOT NULL,
	CONSTRAINT pk_delegation_office PRIMARY KEY (delegation_id, role, seat),
	CONSTRAINT fk_delegation_office_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id)
)""",
    """CREATE TRIGGER delegation_office_no_update BEFORE UPDATE ON "delegation_office"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation_office'); END""",
    """CREATE TRIGGER delegation_office_no_delete BEFORE DELETE ON "delegation_office"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation_office'); END""",
    """CREATE TABLE delegation_event (
	delegation_id BIGINT NOT NULL,
	event VARCHAR(8) NOT NULL,
	at TEXT NOT NULL,
	"by" BIGINT,
	CONSTRAINT pk_delegation_event PRIMARY KEY (delegation_id, event),
	CONSTRAINT ck_delegation_event_event CHECK (event IN ('accepted', 'declined', 'revoked')),
	CONSTRAINT fk_delegation_event_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id)
)""",
    """CREATE TRIGGER delegation_event_no_update BEFORE UPDATE ON "delegation_event"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation_event'); END""",
    """CREATE TRIGGER delegation_event_no_delete BEFORE DELETE ON "delegation_event"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation_event'); END""",
    """CREATE TABLE submission (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	form VARCHAR(40) NOT NULL,
	version INTEGER NOT NULL,
	form_digest CHAR(64) NOT NULL,
	number INTEGER NOT NULL,
	"values" TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	material CHAR(64),
	"by" BIGINT,
	at TEXT NOT NULL,
	CONSTRAINT pk_submission PRIMARY KEY (id),
	CONSTRAINT uq_submission_case_id_form_number UNIQUE (case_id, form, number),
	CONSTRAINT fk_submission_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TRIGGER submission_no_update BEFORE UPDATE ON "submission"
BEGIN SELECT RAISE(ABORT, 'append_only: submission'); END""",
    """CREATE TRIGGER submission_no_delete BEFORE DELETE ON "submission"
BEGIN SELECT RAISE(ABORT, 'append_only: submission'); END""",
    """CREATE TABLE ballot (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	round INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	body VARCHAR(40) NOT NULL,
	opened_at TEXT NOT NULL,
	closes_at TEXT,
	way VARCHAR(12) NOT NULL,
	secrecy VARCHAR(12) NOT NULL,
	rule_name VARCHAR(20) NOT NULL,
	rule TEXT NOT NULL,
	chair CHAR(2),
	seats INTEGER NOT NULL,
	content_form VARCHAR(40),
	content_number INTEGER,
	content_digest CHAR(64) NOT NULL,
	material_digest CHAR(64) NOT NULL,
	files TEXT NOT NULL,
	question TEXT,
	language VARCHAR(2) NOT NULL,
	meeting VARCHAR(20),
	period INTEGER,
	CONSTRAINT pk_ballot PRIMARY KEY (id),
	CONSTRAINT uq_ballot_case_id_round UNIQUE (case_id, round),
	CONSTRAINT ck_ballot_round CHECK (round >= 1),
	CONSTRAINT ck_ballot_closes CHECK (closes_at > opened_at),
	CONSTRAINT ck_ballot_way CHECK (way IN ('electronic', 'consensus', 'roll_call', 'silence')),
	CONSTRAINT ck_ballot_secrecy CHECK (secrecy IN ('open', 'until_close', 'secret')),
	CONSTRAINT ck_ballot_sealed CHECK (secrecy = 'open' OR way = 'electronic'),
	CONSTRAINT ck_ballot_window CHECK ((closes_at IS NOT NULL) = (way = 'electronic')),
	CONSTRAINT ck_ballot_period CHECK (way <> 'silence' OR period IS NOT NULL),
	CONSTRAINT fk_ballot_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TRIGGER ballot_no_update BEFORE UPDATE ON "ballot"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot'); END""",
    """CREATE TRIGGER ballot_no_delete BEFORE DELETE ON "ballot"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot'); END""",
    """CREATE TABLE call_link (
	case_id BIGINT NOT NULL,
	call_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_call_link PRIMARY KEY (case_id),
	CONSTRAINT fk_call_link_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_call_link_call_id FOREIGN KEY(call_id) REFERENCES call (case_id)
)""",
    "CREATE INDEX ix_call_link_call_id ON call_link (call_id)",
    """CREATE TRIGGER call_link_no_update BEFORE UPDATE ON "call_link"
BEGIN SELECT RAISE(ABORT, 'append_only: call_link'); END""",
    """CREATE TRIGGER call_link_no_delete BEFORE DELETE ON "call_link"
BEGIN SELECT RAISE(ABORT, 'append_only: call_link'); END""",
    """CREATE TABLE call_proposal (
	case_id BIGINT NOT NULL,
	call_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	institution VARCHAR(300) NOT NULL,
	asked_minor BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_call_proposal PRIMARY KEY (case_id),
	CONSTRAINT fk_call_proposal_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_call_proposal_call_id FOREIGN KEY(call_id) REFERENCES call (case_id)
)""",
    "CREATE INDEX ix_call_proposal_call_id_institution ON call_proposal (call_id, institution)",
    """CREATE TABLE call_question (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	lang VARCHAR(2) NOT NULL,
	text TEXT NOT NULL,
	country CHAR(2) NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_call_question PRIMARY KEY (case_id, number),
	CONSTRAINT fk_call_question_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
)""",
    """CREATE TRIGGER call_question_no_update BEFORE UPDATE ON "call_question"
BEGIN SELECT RAISE(ABORT, 'append_only: call_question'); END""",
    """CREATE TRIGGER call_question_no_delete BEFORE DELETE ON "call_question"
BEGIN SELECT RAISE(ABORT, 'append_only: call_question'); END""",
    """CREATE TABLE call_answer (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	question INTEGER NOT NULL,
	lang VARCHAR(2) NOT NULL,
	text TEXT NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_call_answer PRIMARY KEY (id),
	CONSTRAINT uq_call_answer_case_id_seq UNIQUE (case_id, seq),
	CONSTRAINT fk_call_answer_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
)""",
    "CREATE INDEX ix_call_answer_case_id_question ON call_answer (case_id, question)",
    """CREATE TRIGGER call_answer_no_update BEFORE UPDATE ON "call_answer"
BEGIN SELECT RAISE(ABORT, 'append_only: call_answer'); END""",
    """CREATE TRIGGER call_answer_no_delete BEFORE DELETE ON "call_answer"
BEGIN SELECT RAISE(ABORT, 'append_only: call_answer'); END""",
    """CREATE TABLE comment_mention (
	comment_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	CONSTRAINT pk_comment_mention PRIMARY KEY (comment_id, user_id),
	CONSTRAINT fk_comment_mention_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
	CONSTRAINT fk_comment_mention_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    """CREATE TRIGGER comment_mention_no_update BEFORE UPDATE ON "comment_mention"
BEGIN SELECT RAISE(ABORT, 'append_only: comment_mention'); END""",
    """CREATE TRIGGER comment_mention_no_delete BEFORE DELETE ON "comment_mention"
BEGIN SELECT RAISE(ABORT, 'append_only: comment_mention'); END""",
    """CREATE TABLE comment_withdrawal (
	comment_id BIGINT NOT NULL,
	by_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	at TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_comment_withdrawal PRIMARY KEY (comment_id),
	CONSTRAINT fk_comment_withdrawal_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
	CONSTRAINT fk_comment_withdrawal_by_id FOREIGN KEY(by_id) REFERENCES user (id)
)""",
    """CREATE TRIGGER comment_withdrawal_no_update BEFORE UPDATE ON "comment_withdrawal"
BEGIN SELECT RAISE(ABORT, 'append_only: comment_withdrawal'); END""",
    """CREATE TRIGGER comment_withdrawal_no_delete BEFORE DELETE ON "comment_withdrawal"
BEGIN SELECT RAISE(ABORT, 'append_only: comment_withdrawal'); END""",
    """CREATE TABLE attachment_removed (
	attachment_id BIGINT NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	reason TEXT NOT NULL,
	seq INTEGER,
	CONSTRAINT pk_attachment_removed PRIMARY KEY (attachment_id),
	CONSTRAINT fk_attachment_removed_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
)""",
    """CREATE TRIGGER attachment_removed_no_update BEFORE UPDATE ON "attachment_removed"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment_removed'); END""",
    """CREATE TRIGGER attachment_removed_no_delete BEFORE DELETE ON "attachment_removed"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment_removed'); END""",
    """CREATE TABLE attachment_scan (
	attachment_id BIGINT NOT NULL,
	verdict VARCHAR(10) NOT NULL,
	found VARCHAR(200) NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_attachment_scan PRIMARY KEY (attachment_id),
	CONSTRAINT ck_attachment_scan_verdict CHECK (verdict IN ('clean', 'harmful')),
	CONSTRAINT fk_attachment_scan_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
)""",
    """CREATE TRIGGER attachment_scan_no_update BEFORE UPDATE ON "attachment_scan"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment_scan'); END""",
    """CREATE TRIGGER attachment_scan_no_delete BEFORE DELETE ON "attachment_scan"
BEGIN SELECT RAISE(ABORT, 'append_only: attachment_scan'); END""",
    """CREATE TABLE tranche (
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
)""",
    """CREATE TRIGGER tranche_no_update BEFORE UPDATE ON "tranche"
BEGIN SELECT RAISE(ABORT, 'append_only: tranche'); END""",
    """CREATE TRIGGER tranche_no_delete BEFORE DELETE ON "tranche"
BEGIN SELECT RAISE(ABORT, 'append_only: tranche'); END""",
    """CREATE TRIGGER tranche_is_new BEFORE INSERT ON "tranche" BEGIN
SELECT RAISE(ABORT, 'uq_tranche')
WHERE EXISTS (SELECT 1 FROM "tranche" WHERE id = NEW.id OR (case_id = NEW.case_id AND number = NEW.number));
END""",
    """CREATE TABLE meeting_proposal (
	case_id BIGINT NOT NULL,
	item INTEGER NOT NULL,
	content TEXT NOT NULL,
	round INTEGER NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_proposal PRIMARY KEY (case_id, item),
	CONSTRAINT fk_meeting_proposal_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE TRIGGER meeting_proposal_no_update BEFORE UPDATE ON "meeting_proposal"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_proposal'); END""",
    """CREATE TRIGGER meeting_proposal_no_delete BEFORE DELETE ON "meeting_proposal"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_proposal'); END""",
    """CREATE TABLE meeting_item_act (
	case_id BIGINT NOT NULL,
	item INTEGER NOT NULL,
	status VARCHAR(10) NOT NULL,
	words TEXT NOT NULL,
	ballot_case BIGINT,
	ballot_round INTEGER,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_item_act PRIMARY KEY (case_id, seq),
	CONSTRAINT ck_meeting_item_act_status CHECK (status IN ('taken_up', 'voting', 'concluded', 'postponed')),
	CONSTRAINT fk_meeting_item_act_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id),
	CONSTRAINT fk_meeting_item_act_ballot_case FOREIGN KEY(ballot_case) REFERENCES "case" (id)
)""",
    """CREATE TRIGGER meeting_item_act_no_update BEFORE UPDATE ON "meeting_item_act"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_item_act'); END""",
    """CREATE TRIGGER meeting_item_act_no_delete BEFORE DELETE ON "meeting_item_act"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_item_act'); END""",
    """CREATE TABLE meeting_attendance (
	case_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	standing VARCHAR(10) NOT NULL,
	person VARCHAR(120) NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_attendance PRIMARY KEY (case_id, country, seq),
	CONSTRAINT ck_meeting_attendance_standing CHECK (standing IN ('titular', 'alternate', 'observer', 'absent')),
	CONSTRAINT fk_meeting_attendance_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE TRIGGER meeting_attendance_no_update BEFORE UPDATE ON "meeting_attendance"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_attendance'); END""",
    """CREATE TRIGGER meeting_attendance_no_delete BEFORE DELETE ON "meeting_attendance"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_attendance'); END""",
    """CREATE TABLE meeting_invitation (
	case_id BIGINT NOT NULL,
	item INTEGER NOT NULL,
	country CHAR(2) NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_invitation PRIMARY KEY (case_id, item, country),
	CONSTRAINT fk_meeting_invitation_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE TRIGGER meeting_invitation_no_update BEFORE UPDATE ON "meeting_invitation"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_invitation'); END""",
    """CREATE TRIGGER meeting_invitation_no_delete BEFORE DELETE ON "meeting_invitation"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_invitation'); END""",
    """CREATE TABLE meeting_document (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	series VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	number INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	correction INTEGER NOT NULL,
	addendum INTEGER NOT NULL,
	exercise BOOLEAN NOT NULL,
	kind VARCHAR(20) NOT NULL,
	title TEXT NOT NULL,
	original VARCHAR(2) NOT NULL,
	access VARCHAR(10) NOT NULL,
	item INTEGER,
	version INTEGER,
	file_id BIGINT,
	sha256 CHAR(64),
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_document PRIMARY KEY (id),
	CONSTRAINT uq_meeting_document_symbol UNIQUE (series, year, exercise, number, revision, correction, addendum),
	CONSTRAINT ck_meeting_document_access CHECK (access IN ('public', 'limited', 'restricted')),
	CONSTRAINT ck_meeting_document_kind CHECK (kind IN ('notice', 'order_of_business', 'working_document', 'minutes', 'decision')),
	CONSTRAINT fk_meeting_document_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_meeting_document_file_id FOREIGN KEY(file_id) REFERENCES attachment (id)
)""",
    "CREATE INDEX ix_meeting_document_case_id ON meeting_document (case_id)",
    """CREATE TRIGGER meeting_document_no_update BEFORE UPDATE ON "meeting_document"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_document'); END""",
    """CREATE TRIGGER meeting_document_no_delete BEFORE DELETE ON "meeting_document"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_document'); END""",
    """CREATE TABLE meeting_minutes (
	case_id BIGINT NOT NULL,
	version INTEGER NOT NULL,
	lang VARCHAR(2) NOT NULL,
	text TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_minutes PRIMARY KEY (case_id, version),
	CONSTRAINT fk_meeting_minutes_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE TRIGGER meeting_minutes_no_update BEFORE UPDATE ON "meeting_minutes"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_minutes'); END""",
    """CREATE TRIGGER meeting_minutes_no_delete BEFORE DELETE ON "meeting_minutes"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_minutes'); END""",
    """CREATE TABLE meeting_amendment (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	version INTEGER NOT NULL,
	country CHAR(2) NOT NULL,
	passage TEXT NOT NULL,
	proposed TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_amendment PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_amendment_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE TRIGGER meeting_amendment_no_update BEFORE UPDATE ON "meeting_amendment"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_amendment'); END""",
    """CREATE TRIGGER meeting_amendment_no_delete BEFORE DELETE ON "meeting_amendment"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_amendment'); END""",
    """CREATE TABLE meeting_certificate (
	case_id BIGINT NOT NULL,
	version INTEGER NOT NULL,
	digest CHAR(64) NOT NULL,
	name VARCHAR(120) NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_certificate PRIMARY KEY (case_id, version),
	CONSTRAINT fk_meeting_certificate_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE TRIGGER meeting_certificate_no_update BEFORE UPDATE ON "meeting_certificate"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_certificate'); END""",
    """CREATE TRIGGER meeting_certificate_no_delete BEFORE DELETE ON "meeting_certificate"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_certificate'); END""",
    """CREATE TABLE meeting_task (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	item INTEGER,
	text TEXT NOT NULL,
	role VARCHAR(30) NOT NULL,
	country VARCHAR(2) NOT NULL,
	due_at TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_task PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_task_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    "CREATE INDEX ix_meeting_task_role_country ON meeting_task (role, country)",
    "CREATE INDEX ix_meeting_task_due_at ON meeting_task (due_at)",
    """CREATE TRIGGER meeting_task_no_update BEFORE UPDATE ON "meeting_task"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task'); END""",
    """CREATE TRIGGER meeting_task_no_delete BEFORE DELETE ON "meeting_task"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task'); END""",
    """CREATE TABLE delivery (
	message_id BIGINT NOT NULL,
	status VARCHAR(8) NOT NULL,
	attempts INTEGER NOT NULL,
	next_at TEXT NOT NULL,
	leased_until TEXT,
	accepted_at TEXT,
	answer TEXT,
	CONSTRAINT pk_delivery PRIMARY KEY (message_id),
	CONSTRAINT ck_delivery_status CHECK (status IN ('waiting', 'accepted', 'failed')),
	CONSTRAINT ck_delivery_accepted CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
	CONSTRAINT fk_delivery_message_id FOREIGN KEY(message_id) REFERENCES message (id)
)""",
    "CREATE INDEX ix_delivery_waiting ON delivery (next_at) WHERE status = 'waiting'",
    """CREATE TABLE review_step (
	id BIGINT NOT NULL,
	assignment_id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	kind VARCHAR(8) NOT NULL,
	request INTEGER NOT NULL,
	content TEXT NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_review_step PRIMARY KEY (id),
	CONSTRAINT uq_review_step_case_id_seq UNIQUE (case_id, seq),
	CONSTRAINT ck_review_step_kind CHECK (kind IN ('clear', 'conflict', 'scored', 'relieved')),
	CONSTRAINT fk_review_step_assignment_id FOREIGN KEY(assignment_id) REFERENCES review_assignment (id),
	CONSTRAINT fk_review_step_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_review_step_assignment_id ON review_step (assignment_id)",
    """CREATE TRIGGER review_step_no_update BEFORE UPDATE ON "review_step"
BEGIN SELECT RAISE(ABORT, 'append_only: review_step'); END""",
    """CREATE TRIGGER review_step_no_delete BEFORE DELETE ON "review_step"
BEGIN SELECT RAISE(ABORT, 'append_only: review_step'); END""",
    """CREATE TABLE call_ranking (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	content TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_call_ranking PRIMARY KEY (case_id, number),
	CONSTRAINT fk_call_ranking_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
)""",
    """CREATE TRIGGER call_ranking_no_update BEFORE UPDATE ON "call_ranking"
BEGIN SELECT RAISE(ABORT, 'append_only: call_ranking'); END""",
    """CREATE TRIGGER call_ranking_no_delete BEFORE DELETE ON "call_ranking"
BEGIN SELECT RAISE(ABORT, 'append_only: call_ranking'); END""",
    """CREATE TABLE ranking_adoption (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	"by" BIGINT NOT NULL,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_ranking_adoption PRIMARY KEY (case_id, number),
	CONSTRAINT fk_ranking_adoption_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
)""",
    """CREATE TRIGGER ranking_adoption_no_update BEFORE UPDATE ON "ranking_adoption"
BEGIN SELECT RAISE(ABORT, 'append_only: ranking_adoption'); END""",
    """CREATE TRIGGER ranking_adoption_no_delete BEFORE DELETE ON "ranking_adoption"
BEGIN SELECT RAISE(ABORT, 'append_only: ranking_adoption'); END""",
    """CREATE TABLE appointment_end (
	appointment_id BIGINT NOT NULL,
	last_day DATE NOT NULL,
	document VARCHAR(200) NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	CONSTRAINT pk_appointment_end PRIMARY KEY (appointment_id),
	CONSTRAINT fk_appointment_end_appointment_id FOREIGN KEY(appointment_id) REFERENCES appointment (id)
)""",
    """CREATE TRIGGER appointment_end_no_update BEFORE UPDATE ON "appointment_end"
BEGIN SELECT RAISE(ABORT, 'append_only: appointment_end'); END""",
    """CREATE TRIGGER appointment_end_no_delete BEFORE DELETE ON "appointment_end"
BEGIN SELECT RAISE(ABORT, 'append_only: appointment_end'); END""",
    """CREATE TABLE ballot_service (
	ballot_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	means VARCHAR(10) NOT NULL,
	message_id BIGINT,
	delivered_at TEXT NOT NULL,
	recorded_by BIGINT,
	note TEXT,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_ballot_service PRIMARY KEY (ballot_id, country),
	CONSTRAINT ck_ballot_service_means CHECK (means IN ('message', 'other')),
	CONSTRAINT ck_ballot_service_message CHECK (means <> 'message' OR message_id IS NOT NULL),
	CONSTRAINT ck_ballot_service_other CHECK (means <> 'other' OR (recorded_by IS NOT NULL AND note IS NOT NULL)),
	CONSTRAINT fk_ballot_service_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE TRIGGER ballot_service_no_update BEFORE UPDATE ON "ballot_service"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_service'); END""",
    """CREATE TRIGGER ballot_service_no_delete BEFORE DELETE ON "ballot_service"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_service'); END""",
    """CREATE TABLE ballot_seat (
	ballot_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	counted BOOLEAN NOT NULL,
	reason_code VARCHAR(30) NOT NULL,
	params TEXT NOT NULL,
	source TEXT NOT NULL,
	note TEXT,
	confirmed BOOLEAN NOT NULL,
	CONSTRAINT pk_ballot_seat PRIMARY KEY (ballot_id, country),
	CONSTRAINT fk_ballot_seat_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE TRIGGER ballot_seat_no_update BEFORE UPDATE ON "ballot_seat"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_seat'); END""",
    """CREATE TRIGGER ballot_seat_no_delete BEFORE DELETE ON "ballot_seat"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_seat'); END""",
    """CREATE TABLE ballot_roll (
	ballot_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	present TEXT NOT NULL,
	calling VARCHAR(12),
	seed VARCHAR(64),
	CONSTRAINT pk_ballot_roll PRIMARY KEY (ballot_id, seq),
	CONSTRAINT ck_ballot_roll_calling CHECK (calling IN ('drawn', 'alphabetical')),
	CONSTRAINT ck_ballot_roll_seed CHECK ((calling = 'drawn') = (seed IS NOT NULL)),
	CONSTRAINT fk_ballot_roll_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE TRIGGER ballot_roll_no_update BEFORE UPDATE ON "ballot_roll"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_roll'); END""",
    """CREATE TRIGGER ballot_roll_no_delete BEFORE DELETE ON "ballot_roll"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_roll'); END""",
    """CREATE TABLE vote (
	ballot_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	country CHAR(2) NOT NULL,
	position VARCHAR(20) NOT NULL,
	explanation TEXT,
	reservation TEXT,
	slip CHAR(64),
	nonce VARCHAR(64),
	on_behalf BOOLEAN NOT NULL,
	evidence TEXT,
	actor_id BIGINT NOT NULL,
	office VARCHAR(40) NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_vote PRIMARY KEY (ballot_id, seq),
	CONSTRAINT ck_vote_position CHECK (position IN ('in_favour', 'with_reservations', 'against', 'abstain', 'not_participating', 'absent', 'recused', 'taken_back')),
	CONSTRAINT ck_vote_slip CHECK ((slip IS NULL) = (nonce IS NULL)),
	CONSTRAINT ck_vote_evidence CHECK (NOT on_behalf OR evidence IS NOT NULL),
	CONSTRAINT fk_vote_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    "CREATE INDEX ix_vote_country ON vote (ballot_id, country, seq)",
    """CREATE TRIGGER vote_no_update BEFORE UPDATE ON "vote"
BEGIN SELECT RAISE(ABORT, 'append_only: vote'); END""",
    """CREATE TRIGGER vote_no_delete BEFORE DELETE ON "vote"
BEGIN SELECT RAISE(ABORT, 'append_only: vote'); END""",
    """CREATE TABLE tranche_event (
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
)""",
    "CREATE INDEX ix_tranche_event_accounts_due_on ON tranche_event (accounts_due_on)",
    "CREATE INDEX ix_tranche_event_entry ON tranche_event (case_id, seq)",
    "CREATE INDEX ix_tranche_event_pay_by ON tranche_event (pay_by)",
    """CREATE TRIGGER tranche_event_no_update BEFORE UPDATE ON "tranche_event"
BEGIN SELECT RAISE(ABORT, 'append_only: tranche_event'); END""",
    """CREATE TRIGGER tranche_event_no_delete BEFORE DELETE ON "tranche_event"
BEGIN SELECT RAISE(ABORT, 'append_only: tranche_event'); END""",
    """CREATE TRIGGER tranche_event_in_order BEFORE INSERT ON "tranche_event" BEGIN
SELECT RAISE(ABORT, 'tranche_out_of_order') WHERE NOT EXISTS (
    SELECT 1 FROM tranche AS t
    LEFT JOIN tranche_event AS c ON c.tranche_id = t.id AND c.event = 'certified'
    LEFT JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event <> 'certified'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.event IS NULL AND (
        NEW.event = 'refused' OR (NEW.event = 'expired' AND c.pay_by IS NOT NULL)
        OR (NEW.event = 'certified' AND c.event IS NULL AND NEW.actor_id <> t.requested_by)
        OR (NEW.event = 'paid' AND NEW.actor_id <> t.requested_by
            AND NEW.actor_id <> c.actor_id)));
END""",
    """CREATE TABLE meeting_amendment_answer (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	accepted BOOLEAN NOT NULL,
	reason TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_amendment_answer PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_amendment_answer_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_amendment (case_id, number)
)""",
    """CREATE TRIGGER meeting_amendment_answer_no_update BEFORE UPDATE ON "meeting_amendment_answer"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_amendment_answer'); END""",
    """CREATE TRIGGER meeting_amendment_answer_no_delete BEFORE DELETE ON "meeting_amendment_answer"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_amendment_answer'); END""",
    """CREATE TABLE meeting_task_done (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	words TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_task_done PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_task_done_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_task (case_id, number)
)""",
    """CREATE TRIGGER meeting_task_done_no_update BEFORE UPDATE ON "meeting_task_done"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task_done'); END""",
    """CREATE TRIGGER meeting_task_done_no_delete BEFORE DELETE ON "meeting_task_done"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task_done'); END""",
    """CREATE TABLE meeting_task_reminder (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_task_reminder PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_task_reminder_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_task (case_id, number)
)""",
    """CREATE TRIGGER meeting_task_reminder_no_update BEFORE UPDATE ON "meeting_task_reminder"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task_reminder'); END""",
    """CREATE TRIGGER meeting_task_reminder_no_delete BEFORE DELETE ON "meeting_task_reminder"
BEGIN SELECT RAISE(ABORT, 'append_only: meeting_task_reminder'); END""",
    """CREATE TABLE ballot_period (
	ballot_id BIGINT NOT NULL,
	starts_at TEXT NOT NULL,
	closes_at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_ballot_period PRIMARY KEY (ballot_id),
	CONSTRAINT ck_ballot_period_closes CHECK (closes_at >= starts_at),
	CONSTRAINT fk_ballot_period_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE TRIGGER ballot_period_no_update BEFORE UPDATE ON "ballot_period"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_period'); END""",
    """CREATE TRIGGER ballot_period_no_delete BEFORE DELETE ON "ballot_period"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_period'); END""",
    """CREATE TABLE ballot_outcome (
	ballot_id BIGINT NOT NULL,
	outcome VARCHAR(10) NOT NULL,
	at TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	seq INTEGER NOT NULL,
	tally TEXT NOT NULL,
	CONSTRAINT pk_ballot_outcome PRIMARY KEY (ballot_id),
	CONSTRAINT ck_ballot_outcome_outcome CHECK (outcome IN ('carried', 'lost', 'undecided', 'withdrawn', 'deferred', 'recalled', 'broken')),
	CONSTRAINT ck_ballot_outcome_at CHECK (at <= recorded_at),
	CONSTRAINT fk_ballot_outcome_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE TRIGGER ballot_outcome_no_update BEFORE UPDATE ON "ballot_outcome"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_outcome'); END""",
    """CREATE TRIGGER ballot_outcome_no_delete BEFORE DELETE ON "ballot_outcome"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_outcome'); END""",
    """CREATE TRIGGER ballot_continues BEFORE INSERT ON ballot BEGIN
SELECT RAISE(ABORT, 'ballot_is_open') WHERE EXISTS (
    SELECT 1 FROM ballot b WHERE b.case_id = NEW.case_id
    AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id));
SELECT RAISE(ABORT, 'ballot_round') WHERE NEW.round <>
    (SELECT count(*) + 1 FROM ballot b WHERE b.case_id = NEW.case_id);
SELECT RAISE(ABORT, 'ballot_without_entry') WHERE NOT EXISTS (
    SELECT 1 FROM audit_entry e
    WHERE e.case_id = NEW.case_id AND e.seq = NEW.seq AND e.at = NEW.opened_at AND json_extract(e.detail, '$.ballot') = NEW.round
    AND json_extract(e.detail, '$.content') = NEW.content_digest
    AND json_type(e.detail, '$.seats') = 'text');
END""",
    """CREATE TRIGGER ballot_outcome_is_told AFTER INSERT ON ballot_outcome BEGIN
SELECT RAISE(ABORT, 'outcome_without_entry') WHERE NOT EXISTS (
    SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.at = NEW.recorded_at AND json_extract(e.detail, '$.ballot') = b.round
    AND json_extract(e.detail, '$.outcome') = NEW.outcome);
END""",
    """CREATE TRIGGER vote_is_admissible BEFORE INSERT ON vote BEGIN
SELECT RAISE(ABORT, 'vote_after_outcome') WHERE EXISTS (SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id);
SELECT RAISE(ABORT, 'vote_without_seat') WHERE NOT EXISTS (SELECT 1 FROM ballot_seat
    WHERE ballot_id = NEW.ballot_id AND country = NEW.country AND counted);
SELECT RAISE(ABORT, 'vote_after_closing') WHERE NOT EXISTS (
    SELECT 1 FROM ballot b LEFT JOIN ballot_period p ON p.ballot_id = b.id
    WHERE b.id = NEW.ballot_id AND b.opened_at <= NEW.at
    AND NEW.at < coalesce(b.closes_at, p.closes_at, '9'));
SELECT RAISE(ABORT, 'vote_without_entry') WHERE NOT EXISTS (
    SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.at = NEW.at AND e.actor_id = NEW.actor_id
    AND e.act = CASE WHEN NEW.position = 'taken_back' THEN 'ballot.vote_taken_back'
        WHEN NEW.on_behalf THEN 'ballot.vote_recorded' ELSE 'ballot.vote_cast' END);
SELECT RAISE(ABORT, 'vote_without_slip') WHERE NEW.position <> 'taken_back' AND EXISTS (
    SELECT 1 FROM ballot b WHERE b.id = NEW.ballot_id
    AND (b.secrecy = 'open') <> (NEW.slip IS NULL));
SELECT RAISE(ABORT, 'vote_is_told') WHERE NEW.slip IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND json_extract(e.detail, '$.slip') = NEW.slip
    AND json_type(e.detail, '$.position') IS NULL);
END""",
    """CREATE TRIGGER ballot_seat_is_frozen BEFORE INSERT ON ballot_seat BEGIN
SELECT RAISE(ABORT, 'electorate_is_frozen') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id
    AND seats > (SELECT count(*) FROM ballot_seat s WHERE s.ballot_id = NEW.ballot_id));
END""",
    """CREATE TRIGGER ballot_period_begins BEFORE INSERT ON ballot_period BEGIN
SELECT RAISE(ABORT, 'period_after_outcome') WHERE EXISTS (
    SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq);
SELECT RAISE(ABORT, 'period_of_window') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id
    AND closes_at IS NULL AND opened_at <= NEW.starts_at);
SELECT RAISE(ABORT, 'period_without_notice') WHERE EXISTS (SELECT 1 FROM ballot_seat s
    WHERE s.ballot_id = NEW.ballot_id AND s.counted AND NOT EXISTS (
        SELECT 1 FROM ballot_service v WHERE v.ballot_id = s.ballot_id
        AND v.country = s.country AND v.delivered_at <= NEW.starts_at)) AND EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id AND way = 'silence');
SELECT RAISE(ABORT, 'period_without_entry') WHERE NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq);
END""",
    """CREATE TRIGGER ballot_service_is_admissible BEFORE INSERT ON ballot_service BEGIN
SELECT RAISE(ABORT, 'service_after_outcome') WHERE EXISTS (SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id);
SELECT RAISE(ABORT, 'service_without_seat') WHERE NOT EXISTS (SELECT 1 FROM ballot_seat
    WHERE ballot_id = NEW.ballot_id AND country = NEW.country AND counted);
SELECT RAISE(ABORT, 'service_after_start') WHERE EXISTS (
    SELECT 1 FROM ballot_period WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq);
SELECT RAISE(ABORT, 'service_before_opening') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id AND opened_at <= NEW.delivered_at);
SELECT RAISE(ABORT, 'service_without_entry') WHERE NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq);
END""",
    """CREATE TRIGGER ballot_roll_is_admissible BEFORE INSERT ON ballot_roll BEGIN
SELECT RAISE(ABORT, 'roll_after_outcome') WHERE EXISTS (
    SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq);
SELECT RAISE(ABORT, 'roll_after_conclusion') WHERE EXISTS (
    SELECT 1 FROM ballot_period WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq);
SELECT RAISE(ABORT, 'roll_outside_the_room') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id AND way IN ('consensus', 'roll_call'));
SELECT RAISE(ABORT, 'roll_without_entry') WHERE NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.act = 'ballot.attendance_taken');
END""",
    """CREATE TRIGGER submission_is_bound BEFORE INSERT ON submission BEGIN
SELECT RAISE(ABORT, 'content_is_bound') WHERE EXISTS (
    SELECT 1 FROM ballot b
    WHERE b.case_id = NEW.case_id AND b.seq < NEW.seq
    AND substr(b.content_form, 1, length(NEW.form) + 2) = NEW.form || '/v'
    AND (NEW.material IS NULL OR NEW.material <> b.material_digest)
    AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id));
END""",
    """CREATE TABLE decision (
	ballot_id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	round INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	number VARCHAR(40),
	body VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	title TEXT NOT NULL,
	way VARCHAR(12) NOT NULL,
	secrecy VARCHAR(12) NOT NULL,
	outcome VARCHAR(12) NOT NULL,
	at TEXT NOT NULL,
	tally TEXT NOT NULL,
	exercise BOOLEAN NOT NULL,
	illustrative BOOLEAN NOT NULL,
	record TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_decision PRIMARY KEY (ballot_id),
	CONSTRAINT uq_decision_case_id_round UNIQUE (case_id, round),
	CONSTRAINT uq_decision_number UNIQUE (number),
	CONSTRAINT fk_decision_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id),
	CONSTRAINT fk_decision_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_decision_at ON decision (at, ballot_id)",
    """CREATE TRIGGER decision_no_update BEFORE UPDATE ON "decision"
BEGIN SELECT RAISE(ABORT, 'append_only: decision'); END""",
    """CREATE TRIGGER decision_no_delete BEFORE DELETE ON "decision"
BEGIN SELECT RAISE(ABORT, 'append_only: decision'); END""",
    """CREATE TABLE decision_position (
	ballot_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	position VARCHAR(20) NOT NULL,
	explanation TEXT,
	reservation TEXT,
	CONSTRAINT pk_decision_position PRIMARY KEY (ballot_id, country),
	CONSTRAINT fk_decision_position_ballot_id FOREIGN KEY(ballot_id) REFERENCES decision (ballot_id)
)""",
    "CREATE INDEX ix_decision_position_country ON decision_position (country, ballot_id)",
    """CREATE TRIGGER decision_position_no_update BEFORE UPDATE ON "decision_position"
BEGIN SELECT RAISE(ABORT, 'append_only: decision_position'); END""",
    """CREATE TRIGGER decision_position_no_delete BEFORE DELETE ON "decision_position"
BEGIN SELECT RAISE(ABORT, 'append_only: decision_position'); END""",
    """CREATE TABLE decision_note (
	ballot_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	kind VARCHAR(10) NOT NULL,
	country CHAR(2),
	text TEXT NOT NULL,
	office VARCHAR(40) NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_decision_note PRIMARY KEY (ballot_id, seq),
	CONSTRAINT ck_decision_note_kind CHECK (kind IN ('sponsor', 'footnote', 'document', 'correction')),
	CONSTRAINT ck_decision_note_country CHECK (kind IN ('document', 'correction') OR country IS NOT NULL),
	CONSTRAINT fk_decision_note_ballot_id FOREIGN KEY(ballot_id) REFERENCES decision (ballot_id)
)""",
    """CREATE TRIGGER decision_note_no_update BEFORE UPDATE ON "decision_note"
BEGIN SELECT RAISE(ABORT, 'append_only: decision_note'); END""",
    """CREATE TRIGGER decision_note_no_delete BEFORE DELETE ON "decision_note"
BEGIN SELECT RAISE(ABORT, 'append_only: decision_note'); END""",
    """CREATE TABLE budget (
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
)""",
    """CREATE TRIGGER budget_no_update BEFORE UPDATE ON "budget"
BEGIN SELECT RAISE(ABORT, 'append_only: budget'); END""",
    """CREATE TRIGGER budget_no_delete BEFORE DELETE ON "budget"
BEGIN SELECT RAISE(ABORT, 'append_only: budget'); END""",
    """CREATE TRIGGER budget_is_new BEFORE INSERT ON "budget" BEGIN
SELECT RAISE(ABORT, 'uq_budget')
WHERE EXISTS (SELECT 1 FROM "budget" WHERE case_id = NEW.case_id AND seq = NEW.seq);
END""",
    """CREATE TRIGGER budget_within_grant BEFORE INSERT ON "budget" BEGIN
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
END""",
    """CREATE TABLE refund (
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
)""",
    "CREATE INDEX ix_refund_tranche ON refund (tranche_id)",
    """CREATE TRIGGER refund_no_update BEFORE UPDATE ON "refund"
BEGIN SELECT RAISE(ABORT, 'append_only: refund'); END""",
    """CREATE TRIGGER refund_no_delete BEFORE DELETE ON "refund"
BEGIN SELECT RAISE(ABORT, 'append_only: refund'); END""",
    """CREATE TRIGGER refund_is_new BEFORE INSERT ON "refund" BEGIN
SELECT RAISE(ABORT, 'uq_refund')
WHERE EXISTS (SELECT 1 FROM "refund" WHERE tranche_id = NEW.tranche_id AND (bank_reference = NEW.bank_reference
    OR (case_id = NEW.case_id AND seq = NEW.seq)));
END""",
    """CREATE TRIGGER refund_of_tranche BEFORE INSERT ON "refund" BEGIN
SELECT RAISE(ABORT, 'over_tranche') WHERE NOT EXISTS (SELECT 1 FROM tranche AS t
    JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event = 'paid'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.paid_on <= NEW.received_on
    AND NEW.amount_minor + (SELECT coalesce(sum(r.amount_minor), 0) FROM refund AS r
        WHERE r.tranche_id = t.id) <= t.amount_minor);
END""",
    """CREATE TABLE bank_file (
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
)""",
    "CREATE INDEX ix_bank_file_sha256 ON bank_file (sha256)",
    """CREATE TRIGGER bank_file_no_update BEFORE UPDATE ON "bank_file"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_file'); END""",
    """CREATE TRIGGER bank_file_no_delete BEFORE DELETE ON "bank_file"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_file'); END""",
    """CREATE TRIGGER bank_file_is_new BEFORE INSERT ON "bank_file" BEGIN
SELECT RAISE(ABORT, 'uq_bank_file')
WHERE EXISTS (SELECT 1 FROM "bank_file" WHERE id = NEW.id);
END""",
    """CREATE TABLE bank_statement (
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
)""",
    "CREATE INDEX ix_bank_statement_account ON bank_statement (account, first_day)",
    "CREATE INDEX ix_bank_statement_file_id ON bank_statement (file_id)",
    """CREATE TRIGGER bank_statement_no_update BEFORE UPDATE ON "bank_statement"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement'); END""",
    """CREATE TRIGGER bank_statement_no_delete BEFORE DELETE ON "bank_statement"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement'); END""",
    """CREATE TRIGGER bank_statement_is_new BEFORE INSERT ON "bank_statement" BEGIN
SELECT RAISE(ABORT, 'uq_bank_statement_id') WHERE EXISTS (SELECT 1 FROM bank_statement WHERE id = NEW.id);
SELECT RAISE(ABORT, 'uq_bank_statement') WHERE EXISTS (
    SELECT 1 FROM bank_statement AS s WHERE s.account = NEW.account AND s.name = NEW.name
    AND NOT EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = s.id));
END""",
    """CREATE TABLE bank_statement_withdrawn (
	statement_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	CONSTRAINT pk_bank_statement_withdrawn PRIMARY KEY (statement_id),
	CONSTRAINT fk_bank_statement_withdrawn_statement_id FOREIGN KEY(statement_id) REFERENCES bank_statement (id)
)""",
    """CREATE TRIGGER bank_statement_withdrawn_no_update BEFORE UPDATE ON "bank_statement_withdrawn"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement_withdrawn'); END""",
    """CREATE TRIGGER bank_statement_withdrawn_no_delete BEFORE DELETE ON "bank_statement_withdrawn"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement_withdrawn'); END""",
    """CREATE TRIGGER bank_statement_is_unmatched BEFORE INSERT ON "bank_statement_withdrawn" BEGIN
SELECT RAISE(ABORT, 'uq_bank_statement_withdrawn') WHERE EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = NEW.statement_id);
SELECT RAISE(ABORT, 'bank_statement_matched') WHERE EXISTS (
    SELECT 1 FROM bank_line AS l JOIN bank_match_line AS m ON m.line_id = l.id
    WHERE l.statement_id = NEW.statement_id AND NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id));
END""",
    """CREATE TABLE bank_line (
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
)""",
    """CREATE TRIGGER bank_line_no_update BEFORE UPDATE ON "bank_line"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_line'); END""",
    """CREATE TRIGGER bank_line_no_delete BEFORE DELETE ON "bank_line"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_line'); END""",
    """CREATE TRIGGER bank_line_follows BEFORE INSERT ON "bank_line" BEGIN
SELECT RAISE(ABORT, 'uq_bank_line') WHERE EXISTS (SELECT 1 FROM bank_line AS l WHERE l.id = NEW.id OR (l.statement_id = NEW.statement_id AND l.position = NEW.position));
SELECT RAISE(ABORT, 'bank_not_closed') WHERE NOT EXISTS (
    SELECT 1 FROM bank_statement AS s LEFT JOIN bank_line AS p
    ON p.statement_id = s.id AND p.position = NEW.position - 1
    WHERE s.id = NEW.statement_id AND NEW.position BETWEEN 1 AND s.lines
    AND (NEW.position = 1 OR p.id IS NOT NULL)
    AND NEW.balance = coalesce(p.balance, s.opening_minor) + NEW.amount
    AND (NEW.position < s.lines OR NEW.balance = s.closing_minor)
    AND NEW.booked_on BETWEEN s.first_day AND s.last_day);
END""",
    """CREATE TABLE period_event (
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
)""",
    """CREATE TRIGGER period_event_no_update BEFORE UPDATE ON "period_event"
BEGIN SELECT RAISE(ABORT, 'append_only: period_event'); END""",
    """CREATE TRIGGER period_event_no_delete BEFORE DELETE ON "period_event"
BEGIN SELECT RAISE(ABORT, 'append_only: period_event'); END""",
    """CREATE TRIGGER period_event_is_new BEFORE INSERT ON "period_event" BEGIN
SELECT RAISE(ABORT, 'uq_period_event')
WHERE EXISTS (SELECT 1 FROM "period_event" WHERE period = NEW.period AND number = NEW.number);
END""",
    """CREATE TRIGGER period_event_in_order BEFORE INSERT ON period_event BEGIN
SELECT RAISE(ABORT, 'period_out_of_order') WHERE NEW.number <>
    (SELECT 1 + count(*) FROM period_event WHERE period = NEW.period)
    OR NEW.event = 'closed' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), 'reopened') <> 'reopened'
    OR NEW.event = 'asked' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), '') NOT IN ('closed', 'kept')
    OR NEW.event = 'kept' AND coalesce((SELECT event FROM period_event WHERE period = NEW.period ORDER BY number DESC LIMIT 1), '') <> 'asked'
    OR NEW.event = 'reopened' AND NOT EXISTS (
        SELECT 1 FROM period_event AS a WHERE a.period = NEW.period AND a.number = NEW.number - 1
        AND a.event = 'asked' AND a.actor_id <> NEW.actor_id AND a.office <> NEW.office);
END""",
    """CREATE TABLE agreement (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	donor VARCHAR(120) NOT NULL,
	donor_class VARCHAR(20) NOT NULL,
	kind VARCHAR(20) NOT NULL,
	reference VARCHAR(120) NOT NULL,
	signed_on DATE NOT NULL,
	purpose TEXT NOT NULL,
	countries TEXT NOT NULL,
	topics TEXT NOT NULL,
	modalities TEXT NOT NULL,
	reporting_months INTEGER,
	unspent VARCHAR(10) NOT NULL,
	currency CHAR(3) NOT NULL,
	illustrative BOOLEAN NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_agreement PRIMARY KEY (id),
	CONSTRAINT ck_agreement_kind CHECK (kind IN ('agreement', 'mou', 'exchange_of_letters')),
	CONSTRAINT ck_agreement_unspent CHECK (unspent IN ('return', 'extend', 'reassign')),
	CONSTRAINT ck_agreement_reporting_months CHECK (reporting_months > 0),
	CONSTRAINT ck_agreement_donor_class CHECK (donor_class IN ('member_states', 'permanent_observers', 'other')),
	CONSTRAINT uq_agreement_ref UNIQUE (ref)
)""",
    "CREATE INDEX ix_agreement_donor ON agreement (donor)",
    """CREATE TRIGGER agreement_no_update BEFORE UPDATE ON "agreement"
BEGIN SELECT RAISE(ABORT, 'append_only: agreement'); END""",
    """CREATE TRIGGER agreement_no_delete BEFORE DELETE ON "agreement"
BEGIN SELECT RAISE(ABORT, 'append_only: agreement'); END""",
    """CREATE TRIGGER agreement_is_new BEFORE INSERT ON "agreement" BEGIN
SELECT RAISE(ABORT, 'uq_agreement')
WHERE EXISTS (SELECT 1 FROM "agreement" WHERE id = NEW.id OR ref = NEW.ref);
END""",
    """CREATE TABLE contribution (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	donor VARCHAR(120) NOT NULL,
	donor_class VARCHAR(20) NOT NULL,
	currency CHAR(3) NOT NULL,
	pledged_minor BIGINT NOT NULL,
	value_minor BIGINT NOT NULL,
	rate VARCHAR(20),
	rate_source VARCHAR(120),
	rate_on DATE,
	pledged_on DATE NOT NULL,
	due_on DATE,
	illustrative BOOLEAN NOT NULL,
	agreement_id BIGINT,
	agreement TEXT,
	created_at TEXT NOT NULL,
	CONSTRAINT pk_contribution PRIMARY KEY (id),
	CONSTRAINT ck_contribution_pledged CHECK (pledged_minor > 0),
	CONSTRAINT ck_contribution_value CHECK (value_minor > 0),
	CONSTRAINT ck_contribution_rate CHECK ((currency = 'USD') = (rate IS NULL)),
	CONSTRAINT ck_contribution_rate_known CHECK ((rate IS NULL) = (rate_source IS NULL) AND (rate IS NULL) = (rate_on IS NULL)),
	CONSTRAINT ck_contribution_due_on CHECK (due_on >= pledged_on),
	CONSTRAINT ck_contribution_donor_class CHECK (donor_class IN ('member_states', 'permanent_observers', 'other')),
	CONSTRAINT uq_contribution_ref UNIQUE (ref),
	CONSTRAINT fk_contribution_agreement_id FOREIGN KEY(agreement_id) REFERENCES agreement (id)
)""",
    "CREATE INDEX ix_contribution_agreement_id ON contribution (agreement_id)",
    "CREATE INDEX ix_contribution_donor ON contribution (donor)",
    """CREATE TRIGGER contribution_no_update BEFORE UPDATE ON "contribution"
BEGIN SELECT RAISE(ABORT, 'append_only: contribution'); END""",
    """CREATE TRIGGER contribution_no_delete BEFORE DELETE ON "contribution"
BEGIN SELECT RAISE(ABORT, 'append_only: contribution'); END""",
    """CREATE TRIGGER contribution_is_new BEFORE INSERT ON "contribution" BEGIN
SELECT RAISE(ABORT, 'uq_contribution')
WHERE EXISTS (SELECT 1 FROM "contribution" WHERE id = NEW.id OR ref = NEW.ref);
END""",
    """CREATE TABLE payment_call (
	contribution_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	amount_minor BIGINT NOT NULL,
	came_minor BIGINT NOT NULL,
	issued_on DATE NOT NULL,
	due_on DATE NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_payment_call PRIMARY KEY (contribution_id, number),
	CONSTRAINT ck_payment_call_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_payment_call_came CHECK (came_minor >= 0),
	CONSTRAINT ck_payment_call_due_on CHECK (due_on >= issued_on),
	CONSTRAINT fk_payment_call_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id)
)""",
    """CREATE TRIGGER payment_call_no_update BEFORE UPDATE ON "payment_call"
BEGIN SELECT RAISE(ABORT, 'append_only: payment_call'); END""",
    """CREATE TRIGGER payment_call_no_delete BEFORE DELETE ON "payment_call"
BEGIN SELECT RAISE(ABORT, 'append_only: payment_call'); END""",
    """CREATE TRIGGER payment_call_is_new BEFORE INSERT ON "payment_call" BEGIN
SELECT RAISE(ABORT, 'uq_payment_call')
WHERE EXISTS (SELECT 1 FROM "payment_call" WHERE contribution_id = NEW.contribution_id AND number = NEW.number);
END""",
    """CREATE TABLE icr_waiver (
	id BIGINT NOT NULL,
	contribution_id BIGINT NOT NULL,
	rate INTEGER NOT NULL,
	from_on DATE NOT NULL,
	reason TEXT NOT NULL,
	document VARCHAR(200) NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_icr_waiver PRIMARY KEY (id),
	CONSTRAINT ck_icr_waiver_rate CHECK (rate >= 0 AND rate < 10000),
	CONSTRAINT uq_icr_waiver_contribution_id_from_on UNIQUE (contribution_id, from_on),
	CONSTRAINT fk_icr_waiver_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id)
)""",
    """CREATE TRIGGER icr_waiver_no_update BEFORE UPDATE ON "icr_waiver"
BEGIN SELECT RAISE(ABORT, 'append_only: icr_waiver'); END""",
    """CREATE TRIGGER icr_waiver_no_delete BEFORE DELETE ON "icr_waiver"
BEGIN SELECT RAISE(ABORT, 'append_only: icr_waiver'); END""",
    """CREATE TRIGGER icr_waiver_is_new BEFORE INSERT ON "icr_waiver" BEGIN
SELECT RAISE(ABORT, 'uq_icr_waiver')
WHERE EXISTS (SELECT 1 FROM "icr_waiver" WHERE id = NEW.id OR (contribution_id = NEW.contribution_id AND from_on = NEW.from_on));
END""",
    """CREATE TABLE agreement_amendment (
	agreement_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	reference VARCHAR(120) NOT NULL,
	from_on DATE NOT NULL,
	purpose TEXT NOT NULL,
	countries TEXT NOT NULL,
	topics TEXT NOT NULL,
	modalities TEXT NOT NULL,
	reporting_months INTEGER,
	unspent VARCHAR(10) NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_agreement_amendment PRIMARY KEY (agreement_id, number),
	CONSTRAINT ck_agreement_amendment_unspent CHECK (unspent IN ('return', 'extend', 'reassign')),
	CONSTRAINT ck_agreement_amendment_reporting_months CHECK (reporting_months > 0),
	CONSTRAINT fk_agreement_amendment_agreement_id FOREIGN KEY(agreement_id) REFERENCES agreement (id)
)""",
    """CREATE TRIGGER agreement_amendment_no_update BEFORE UPDATE ON "agreement_amendment"
BEGIN SELECT RAISE(ABORT, 'append_only: agreement_amendment'); END""",
    """CREATE TRIGGER agreement_amendment_no_delete BEFORE DELETE ON "agreement_amendment"
BEGIN SELECT RAISE(ABORT, 'append_only: agreement_amendment'); END""",
    """CREATE TRIGGER agreement_amendment_is_new BEFORE INSERT ON "agreement_amendment" BEGIN
SELECT RAISE(ABORT, 'uq_agreement_amendment')
WHERE EXISTS (SELECT 1 FROM "agreement_amendment" WHERE agreement_id = NEW.agreement_id AND number = NEW.number);
END""",
    """CREATE TRIGGER amendment_in_order BEFORE INSERT ON "agreement_amendment" BEGIN
SELECT RAISE(ABORT, 'amendment_out_of_order') WHERE NEW.number <> (SELECT 1 + count(*) FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id)
    OR NEW.from_on < (SELECT signed_on FROM agreement AS g WHERE g.id = NEW.agreement_id)
    OR EXISTS (SELECT 1 FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id AND a.from_on > NEW.from_on);
END""",
    """CREATE TABLE spending (
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
)""",
    """CREATE TRIGGER spending_no_update BEFORE UPDATE ON "spending"
BEGIN SELECT RAISE(ABORT, 'append_only: spending'); END""",
    """CREATE TRIGGER spending_no_delete BEFORE DELETE ON "spending"
BEGIN SELECT RAISE(ABORT, 'append_only: spending'); END""",
    """CREATE TRIGGER spending_is_new BEFORE INSERT ON "spending" BEGIN
SELECT RAISE(ABORT, 'uq_spending')
WHERE EXISTS (SELECT 1 FROM "spending" WHERE id = NEW.id OR ref = NEW.ref);
END""",
    """CREATE TABLE spending_event (
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
)""",
    """CREATE TRIGGER spending_event_no_update BEFORE UPDATE ON "spending_event"
BEGIN SELECT RAISE(ABORT, 'append_only: spending_event'); END""",
    """CREATE TRIGGER spending_event_no_delete BEFORE DELETE ON "spending_event"
BEGIN SELECT RAISE(ABORT, 'append_only: spending_event'); END""",
    """CREATE TRIGGER spending_event_is_new BEFORE INSERT ON "spending_event" BEGIN
SELECT RAISE(ABORT, 'uq_spending_event')
WHERE EXISTS (SELECT 1 FROM "spending_event" WHERE spending_id = NEW.spending_id OR bank_reference = NEW.bank_reference);
END""",
    """CREATE TRIGGER spending_event_of_two BEFORE INSERT ON "spending_event" BEGIN
SELECT RAISE(ABORT, 'own_spending') WHERE NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM spending AS s
    WHERE s.id = NEW.spending_id AND s.prepared_by <> NEW.actor_id);
END""",
    """CREATE TABLE journal (
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
)""",
    "CREATE INDEX ix_journal_case ON journal (case_id, case_seq)",
    "CREATE INDEX ix_journal_at ON journal (at)",
    """CREATE TRIGGER journal_no_update BEFORE UPDATE ON "journal"
BEGIN SELECT RAISE(ABORT, 'append_only: journal'); END""",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON "journal"
BEGIN SELECT RAISE(ABORT, 'append_only: journal'); END""",
    """CREATE TRIGGER journal_is_new BEFORE INSERT ON "journal" BEGIN
SELECT RAISE(ABORT, 'uq_journal')
WHERE EXISTS (SELECT 1 FROM "journal" WHERE id = NEW.id OR key = NEW.key OR reverses = NEW.reverses);
END""",
    """CREATE TRIGGER journal_moves_accounts AFTER INSERT ON journal BEGIN
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
END""",
    """CREATE TRIGGER journal_in_open_period BEFORE INSERT ON journal BEGIN
SELECT RAISE(ABORT, 'ck_journal_at') WHERE NEW.at IS NOT date(NEW.at, '+0 days');
SELECT RAISE(ABORT, 'period_closed')
WHERE EXISTS (SELECT 1 FROM period_event AS e WHERE e.period IN (substr(NEW.at, 1, 4), substr(NEW.at, 1, 7))
    AND e.event <> 'reopened' AND NOT EXISTS (SELECT 1 FROM period_event AS l
        WHERE l.period = e.period AND l.number > e.number));
END""",
    """CREATE TABLE posting (
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
)""",
    """CREATE TRIGGER posting_no_update BEFORE UPDATE ON "posting"
BEGIN SELECT RAISE(ABORT, 'append_only: posting'); END""",
    """CREATE TRIGGER posting_no_delete BEFORE DELETE ON "posting"
BEGIN SELECT RAISE(ABORT, 'append_only: posting'); END""",
    """CREATE TRIGGER posting_is_new BEFORE INSERT ON "posting" BEGIN
SELECT RAISE(ABORT, 'uq_posting')
WHERE EXISTS (SELECT 1 FROM "posting" WHERE journal_id = NEW.journal_id AND line = NEW.line);
END""",
    """CREATE TRIGGER posting_is_a_line BEFORE INSERT ON posting BEGIN
SELECT RAISE(ABORT, 'unbalanced_journal: posting') WHERE NOT EXISTS (
    SELECT 1 FROM journal AS j JOIN account AS a ON a.id = NEW.account_id
    WHERE j.id = NEW.journal_id AND a.currency = NEW.currency AND NEW.nth > a.postings
    AND (json_extract(j.lines, '$[' || (NEW.line - 1) || '].account'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].amount'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].currency'),
        json_extract(j.lines, '$[' || (NEW.line - 1) || '].note'))
    IS (NEW.account_id, NEW.amount, NEW.currency, NEW.note));
END""",
    """CREATE TABLE bank_match (
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
)""",
    "CREATE INDEX ix_bank_match_account ON bank_match (account)",
    """CREATE TRIGGER bank_match_no_update BEFORE UPDATE ON "bank_match"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match'); END""",
    """CREATE TRIGGER bank_match_no_delete BEFORE DELETE ON "bank_match"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match'); END""",
    """CREATE TRIGGER bank_match_is_new BEFORE INSERT ON "bank_match" BEGIN
SELECT RAISE(ABORT, 'uq_bank_match')
WHERE EXISTS (SELECT 1 FROM "bank_match" WHERE id = NEW.id);
END""",
    """CREATE TRIGGER bank_match_unfolds AFTER INSERT ON bank_match BEGIN
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
END""",
    """CREATE TABLE bank_match_line (
	match_id BIGINT NOT NULL,
	line_id BIGINT NOT NULL,
	CONSTRAINT pk_bank_match_line PRIMARY KEY (match_id, line_id),
	CONSTRAINT fk_bank_match_line_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id),
	CONSTRAINT fk_bank_match_line_line_id FOREIGN KEY(line_id) REFERENCES bank_line (id)
)""",
    "CREATE INDEX ix_bank_match_line_line_id ON bank_match_line (line_id)",
    """CREATE TRIGGER bank_match_line_no_update BEFORE UPDATE ON "bank_match_line"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_line'); END""",
    """CREATE TRIGGER bank_match_line_no_delete BEFORE DELETE ON "bank_match_line"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_line'); END""",
    """CREATE TRIGGER bank_match_line_is_free BEFORE INSERT ON "bank_match_line" BEGIN
SELECT RAISE(ABORT, 'bank_match_unsound') WHERE NOT EXISTS (
    SELECT 1 FROM bank_match AS b JOIN bank_line AS l ON l.id = NEW.line_id
    JOIN bank_statement AS s ON s.id = l.statement_id
    WHERE b.id = NEW.match_id AND s.account = b.account AND EXISTS (SELECT 1 FROM json_each(b.lines) WHERE value = NEW.line_id)
    AND NOT EXISTS (SELECT 1 FROM bank_statement_withdrawn AS w WHERE w.statement_id = s.id));
SELECT RAISE(ABORT, 'bank_matched_already') WHERE EXISTS (
    SELECT 1 FROM bank_match_line AS m WHERE m.line_id = NEW.line_id AND NOT EXISTS (SELECT 1 FROM bank_match_undone AS u WHERE u.match_id = m.match_id));
END""",
    """CREATE TABLE bank_match_posting (
	match_id BIGINT NOT NULL,
	journal_id BIGINT NOT NULL,
	line INTEGER NOT NULL,
	CONSTRAINT pk_bank_match_posting PRIMARY KEY (match_id, journal_id, line),
	CONSTRAINT fk_bank_match_posting_journal_id_line FOREIGN KEY(journal_id, line) REFERENCES posting (journal_id, line),
	CONSTRAINT fk_bank_match_posting_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id)
)""",
    "CREATE INDEX ix_bank_match_posting_journal_id ON bank_match_posting (journal_id, line)",
    """CREATE TRIGGER bank_match_posting_no_update BEFORE UPDATE ON "bank_match_posting"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_posting'); END""",
    """CREATE TRIGGER bank_match_posting_no_delete BEFORE DELETE ON "bank_match_posting"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_posting'); END""",
    """CREATE TRIGGER bank_match_posting_is_free BEFORE INSERT ON "bank_match_posting" BEGIN
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
END""",
    """CREATE TABLE bank_match_undone (
	match_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	"by" BIGINT,
	at TEXT NOT NULL,
	CONSTRAINT pk_bank_match_undone PRIMARY KEY (match_id),
	CONSTRAINT fk_bank_match_undone_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id)
)""",
    """CREATE TRIGGER bank_match_undone_no_update BEFORE UPDATE ON "bank_match_undone"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_undone'); END""",
    """CREATE TRIGGER bank_match_undone_no_delete BEFORE DELETE ON "bank_match_undone"
BEGIN SELECT RAISE(ABORT, 'append_only: bank_match_undone'); END""",
    """CREATE TRIGGER bank_match_undone_is_new BEFORE INSERT ON "bank_match_undone" BEGIN
SELECT RAISE(ABORT, 'uq_bank_match_undone')
WHERE EXISTS (SELECT 1 FROM "bank_match_undone" WHERE match_id = NEW.match_id);
END""",
    """CREATE TABLE receipt (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	donor VARCHAR(120) NOT NULL,
	donor_class VARCHAR(20) NOT NULL,
	currency CHAR(3) NOT NULL,
	amount_minor BIGINT NOT NULL,
	value_minor BIGINT NOT NULL,
	rate VARCHAR(20),
	rate_source VARCHAR(120),
	rate_on DATE,
	received_on DATE NOT NULL,
	bank_account VARCHAR(20) NOT NULL,
	bank_reference VARCHAR(120) NOT NULL,
	instructed BOOLEAN NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_receipt PRIMARY KEY (id),
	CONSTRAINT ck_receipt_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_receipt_value CHECK (value_minor > 0),
	CONSTRAINT ck_receipt_rate CHECK ((currency = 'USD') = (rate IS NULL)),
	CONSTRAINT ck_receipt_rate_known CHECK ((rate IS NULL) = (rate_source IS NULL) AND (rate IS NULL) = (rate_on IS NULL)),
	CONSTRAINT ck_receipt_in_dollars CHECK (rate IS NOT NULL OR value_minor = amount_minor),
	CONSTRAINT ck_receipt_donor_class CHECK (donor_class IN ('member_states', 'permanent_observers', 'other')),
	CONSTRAINT uq_receipt_ref UNIQUE (ref),
	CONSTRAINT uq_receipt_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_receipt_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    "CREATE INDEX ix_receipt_donor ON receipt (donor, received_on)",
    """CREATE TRIGGER receipt_no_update BEFORE UPDATE ON "receipt"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt'); END""",
    """CREATE TRIGGER receipt_no_delete BEFORE DELETE ON "receipt"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt'); END""",
    """CREATE TRIGGER receipt_is_new BEFORE INSERT ON "receipt" BEGIN
SELECT RAISE(ABORT, 'uq_receipt')
WHERE EXISTS (SELECT 1 FROM "receipt" WHERE id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id);
END""",
    """CREATE TABLE conversion (
	id BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	sold_minor BIGINT NOT NULL,
	bought_minor BIGINT NOT NULL,
	book_minor BIGINT NOT NULL,
	converted_on DATE NOT NULL,
	bank_reference VARCHAR(120) NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_conversion PRIMARY KEY (id),
	CONSTRAINT ck_conversion_amounts CHECK (sold_minor > 0 AND bought_minor > 0 AND book_minor > 0),
	CONSTRAINT ck_conversion_currency CHECK (currency <> 'USD'),
	CONSTRAINT uq_conversion_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_conversion_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    """CREATE TRIGGER conversion_no_update BEFORE UPDATE ON "conversion"
BEGIN SELECT RAISE(ABORT, 'append_only: conversion'); END""",
    """CREATE TRIGGER conversion_no_delete BEFORE DELETE ON "conversion"
BEGIN SELECT RAISE(ABORT, 'append_only: conversion'); END""",
    """CREATE TRIGGER conversion_is_new BEFORE INSERT ON "conversion" BEGIN
SELECT RAISE(ABORT, 'uq_conversion')
WHERE EXISTS (SELECT 1 FROM "conversion" WHERE id = NEW.id OR journal_id = NEW.journal_id);
END""",
    """CREATE TABLE in_kind (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	donor VARCHAR(120) NOT NULL,
	donor_class VARCHAR(20) NOT NULL,
	kind VARCHAR(12) NOT NULL,
	description TEXT NOT NULL,
	spending VARCHAR(30),
	value_minor BIGINT NOT NULL,
	valued_by TEXT NOT NULL,
	given_on DATE NOT NULL,
	illustrative BOOLEAN NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_in_kind PRIMARY KEY (id),
	CONSTRAINT ck_in_kind_kind CHECK (kind IN ('in_kind', 'cofinancing')),
	CONSTRAINT ck_in_kind_value CHECK (value_minor > 0),
	CONSTRAINT ck_in_kind_donor_class CHECK (donor_class IN ('member_states', 'permanent_observers', 'other')),
	CONSTRAINT uq_in_kind_ref UNIQUE (ref),
	CONSTRAINT uq_in_kind_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_in_kind_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    "CREATE INDEX ix_in_kind_donor ON in_kind (donor)",
    """CREATE TRIGGER in_kind_no_update BEFORE UPDATE ON "in_kind"
BEGIN SELECT RAISE(ABORT, 'append_only: in_kind'); END""",
    """CREATE TRIGGER in_kind_no_delete BEFORE DELETE ON "in_kind"
BEGIN SELECT RAISE(ABORT, 'append_only: in_kind'); END""",
    """CREATE TRIGGER in_kind_is_new BEFORE INSERT ON "in_kind" BEGIN
SELECT RAISE(ABORT, 'uq_in_kind')
WHERE EXISTS (SELECT 1 FROM "in_kind" WHERE id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id);
END""",
    """CREATE TABLE receipt_part (
	receipt_id BIGINT NOT NULL,
	contribution_id BIGINT NOT NULL,
	amount_minor BIGINT NOT NULL,
	credited_minor BIGINT NOT NULL,
	value_minor BIGINT NOT NULL,
	icr_minor BIGINT NOT NULL,
	icr_rate INTEGER NOT NULL,
	waiver_id BIGINT,
	CONSTRAINT pk_receipt_part PRIMARY KEY (receipt_id, contribution_id),
	CONSTRAINT ck_receipt_part_amount CHECK (amount_minor > 0 AND credited_minor > 0),
	CONSTRAINT ck_receipt_part_icr CHECK (icr_minor >= 0 AND icr_minor <= value_minor),
	CONSTRAINT fk_receipt_part_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id),
	CONSTRAINT fk_receipt_part_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
	CONSTRAINT fk_receipt_part_waiver_id FOREIGN KEY(waiver_id) REFERENCES icr_waiver (id)
)""",
    "CREATE INDEX ix_receipt_part_contribution_id ON receipt_part (contribution_id)",
    "CREATE INDEX ix_receipt_part_waiver_id ON receipt_part (waiver_id)",
    """CREATE TRIGGER receipt_part_no_update BEFORE UPDATE ON "receipt_part"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_part'); END""",
    """CREATE TRIGGER receipt_part_no_delete BEFORE DELETE ON "receipt_part"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_part'); END""",
    """CREATE TRIGGER receipt_part_is_new BEFORE INSERT ON "receipt_part" BEGIN
SELECT RAISE(ABORT, 'uq_receipt_part')
WHERE EXISTS (SELECT 1 FROM "receipt_part" WHERE receipt_id = NEW.receipt_id AND contribution_id = NEW.contribution_id);
END""",
    """CREATE TABLE receipt_taken_back (
	receipt_id BIGINT NOT NULL,
	journal_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_receipt_taken_back PRIMARY KEY (receipt_id),
	CONSTRAINT fk_receipt_taken_back_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id),
	CONSTRAINT uq_receipt_taken_back_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_receipt_taken_back_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    """CREATE TRIGGER receipt_taken_back_no_update BEFORE UPDATE ON "receipt_taken_back"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_taken_back'); END""",
    """CREATE TRIGGER receipt_taken_back_no_delete BEFORE DELETE ON "receipt_taken_back"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_taken_back'); END""",
    """CREATE TRIGGER receipt_taken_back_is_new BEFORE INSERT ON "receipt_taken_back" BEGIN
SELECT RAISE(ABORT, 'uq_receipt_taken_back')
WHERE EXISTS (SELECT 1 FROM "receipt_taken_back" WHERE receipt_id = NEW.receipt_id OR journal_id = NEW.journal_id);
END""",
    """CREATE TABLE pledge_reduction (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	contribution_id BIGINT NOT NULL,
	kind VARCHAR(12) NOT NULL,
	amount_minor BIGINT NOT NULL,
	reduced_on DATE NOT NULL,
	reason TEXT NOT NULL,
	document VARCHAR(200) NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_pledge_reduction PRIMARY KEY (id),
	CONSTRAINT ck_pledge_reduction_kind CHECK (kind IN ('lowered', 'written_off')),
	CONSTRAINT ck_pledge_reduction_amount CHECK (amount_minor > 0),
	CONSTRAINT uq_pledge_reduction_ref UNIQUE (ref),
	CONSTRAINT fk_pledge_reduction_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
	CONSTRAINT uq_pledge_reduction_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_pledge_reduction_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    "CREATE INDEX ix_pledge_reduction_contribution_id ON pledge_reduction (contribution_id)",
    """CREATE TRIGGER pledge_reduction_no_update BEFORE UPDATE ON "pledge_reduction"
BEGIN SELECT RAISE(ABORT, 'append_only: pledge_reduction'); END""",
    """CREATE TRIGGER pledge_reduction_no_delete BEFORE DELETE ON "pledge_reduction"
BEGIN SELECT RAISE(ABORT, 'append_only: pledge_reduction'); END""",
    """CREATE TRIGGER pledge_reduction_is_new BEFORE INSERT ON "pledge_reduction" BEGIN
SELECT RAISE(ABORT, 'uq_pledge_reduction')
WHERE EXISTS (SELECT 1 FROM "pledge_reduction" WHERE id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id);
END""",
    """CREATE TABLE donor_return (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	contribution_id BIGINT NOT NULL,
	amount_minor BIGINT NOT NULL,
	prepared_on DATE NOT NULL,
	document VARCHAR(200) NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_donor_return PRIMARY KEY (id),
	CONSTRAINT ck_donor_return_amount CHECK (amount_minor > 0),
	CONSTRAINT uq_donor_return_ref UNIQUE (ref),
	CONSTRAINT fk_donor_return_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
	CONSTRAINT uq_donor_return_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_donor_return_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    "CREATE INDEX ix_donor_return_contribution_id ON donor_return (contribution_id)",
    """CREATE TRIGGER donor_return_no_update BEFORE UPDATE ON "donor_return"
BEGIN SELECT RAISE(ABORT, 'append_only: donor_return'); END""",
    """CREATE TRIGGER donor_return_no_delete BEFORE DELETE ON "donor_return"
BEGIN SELECT RAISE(ABORT, 'append_only: donor_return'); END""",
    """CREATE TRIGGER donor_return_is_new BEFORE INSERT ON "donor_return" BEGIN
SELECT RAISE(ABORT, 'uq_donor_return')
WHERE EXISTS (SELECT 1 FROM "donor_return" WHERE id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id);
END""",
    """CREATE TABLE donor_return_end (
	return_id BIGINT NOT NULL,
	event VARCHAR(10) NOT NULL,
	ended_on DATE NOT NULL,
	bank_reference VARCHAR(120),
	evidence TEXT,
	reason TEXT,
	journal_id BIGINT NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_donor_return_end PRIMARY KEY (return_id),
	CONSTRAINT ck_donor_return_end_event CHECK (event IN ('paid', 'taken_back')),
	CONSTRAINT ck_donor_return_end_evidence CHECK ((event = 'paid') = (bank_reference IS NOT NULL) AND (event = 'paid') = (evidence IS NOT NULL) AND (event = 'taken_back') = (reason IS NOT NULL)),
	CONSTRAINT fk_donor_return_end_return_id FOREIGN KEY(return_id) REFERENCES donor_return (id),
	CONSTRAINT uq_donor_return_end_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_donor_return_end_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    """CREATE TRIGGER donor_return_end_no_update BEFORE UPDATE ON "donor_return_end"
BEGIN SELECT RAISE(ABORT, 'append_only: donor_return_end'); END""",
    """CREATE TRIGGER donor_return_end_no_delete BEFORE DELETE ON "donor_return_end"
BEGIN SELECT RAISE(ABORT, 'append_only: donor_return_end'); END""",
    """CREATE TRIGGER donor_return_end_is_new BEFORE INSERT ON "donor_return_end" BEGIN
SELECT RAISE(ABORT, 'uq_donor_return_end')
WHERE EXISTS (SELECT 1 FROM "donor_return_end" WHERE return_id = NEW.return_id OR journal_id = NEW.journal_id);
END""",
    """CREATE TRIGGER donor_return_by_two BEFORE INSERT ON "donor_return_end" BEGIN
SELECT RAISE(ABORT, 'own_return') WHERE NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM donor_return AS r
    WHERE r.id = NEW.return_id AND r.actor_id <> NEW.actor_id);
END""",
    """CREATE TABLE receipt_acknowledged (
	receipt_id BIGINT NOT NULL,
	sent_on DATE NOT NULL,
	sent_to VARCHAR(200) NOT NULL,
	recorded_at TEXT NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_receipt_acknowledged PRIMARY KEY (receipt_id),
	CONSTRAINT fk_receipt_acknowledged_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id)
)""",
    """CREATE TRIGGER receipt_acknowledged_no_update BEFORE UPDATE ON "receipt_acknowledged"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_acknowledged'); END""",
    """CREATE TRIGGER receipt_acknowledged_no_delete BEFORE DELETE ON "receipt_acknowledged"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_acknowledged'); END""",
    """CREATE TRIGGER receipt_acknowledged_is_new BEFORE INSERT ON "receipt_acknowledged" BEGIN
SELECT RAISE(ABORT, 'uq_receipt_acknowledged')
WHERE EXISTS (SELECT 1 FROM "receipt_acknowledged" WHERE receipt_id = NEW.receipt_id);
END""",
    """CREATE TABLE catalogue_word (
	word VARCHAR(24) NOT NULL,
	start VARCHAR(2) NOT NULL,
	ending VARCHAR(3) NOT NULL,
	length INTEGER NOT NULL,
	CONSTRAINT pk_catalogue_word PRIMARY KEY (word)
)""",
    "CREATE INDEX ix_catalogue_word_ending ON catalogue_word (ending, length)",
    "CREATE INDEX ix_catalogue_word_start ON catalogue_word (start, length)",
    """CREATE TABLE fact_word (
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	country CHAR(2) NOT NULL,
	said VARCHAR(9) NOT NULL,
	digest CHAR(64) NOT NULL,
	facts TEXT NOT NULL,
	differs TEXT NOT NULL,
	note TEXT NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_fact_word PRIMARY KEY (case_id, seq),
	CONSTRAINT ck_fact_word_said CHECK (said IN ('confirmed', 'disputed')),
	CONSTRAINT fk_fact_word_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TRIGGER fact_word_no_update BEFORE UPDATE ON "fact_word"
BEGIN SELECT RAISE(ABORT, 'append_only: fact_word'); END""",
    """CREATE TRIGGER fact_word_no_delete BEFORE DELETE ON "fact_word"
BEGIN SELECT RAISE(ABORT, 'append_only: fact_word'); END""",
    """CREATE TABLE catalogue_change (
	entry_id BIGINT NOT NULL,
	act BIGINT NOT NULL,
	CONSTRAINT pk_catalogue_change PRIMARY KEY (entry_id)
)""",
    "CREATE INDEX ix_catalogue_change_act ON catalogue_change (act)",
    """CREATE TRIGGER catalogue_entry_insert_new_noted AFTER INSERT ON catalogue_entry BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT NEW.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
    """CREATE TRIGGER catalogue_entry_update_new_noted AFTER UPDATE ON catalogue_entry BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT NEW.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
    """CREATE TRIGGER catalogue_entry_update_old_noted AFTER UPDATE OF entry_id ON catalogue_entry BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT OLD.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
    """CREATE TRIGGER catalogue_entry_delete_old_noted AFTER DELETE ON catalogue_entry BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT OLD.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
    """CREATE TRIGGER catalogue_facet_insert_new_noted AFTER INSERT ON catalogue_facet BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT NEW.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
    """CREATE TRIGGER catalogue_facet_update_new_noted AFTER UPDATE ON catalogue_facet BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT NEW.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
    """CREATE TRIGGER catalogue_facet_update_old_noted AFTER UPDATE OF entry_id ON catalogue_facet BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT OLD.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
    """CREATE TRIGGER catalogue_facet_delete_old_noted AFTER DELETE ON catalogue_facet BEGIN
INSERT INTO catalogue_change (entry_id, act)
SELECT OLD.entry_id, coalesce(max(act), 0) + 1 FROM catalogue_change WHERE true
ON CONFLICT (entry_id) DO UPDATE SET act = excluded.act; END""",
    """CREATE TABLE webhook_event (
	id BIGINT NOT NULL,
	name VARCHAR(40) NOT NULL,
	at TEXT NOT NULL,
	ref VARCHAR(20),
	countries TEXT NOT NULL,
	facts TEXT NOT NULL,
	CONSTRAINT pk_webhook_event PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_webhook_event_at ON webhook_event (at)",
    """CREATE TRIGGER webhook_event_keeps BEFORE UPDATE ON "webhook_event" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook_event') WHERE NEW."id" IS NOT OLD."id"
OR NEW."name" IS NOT OLD."name"
OR NEW."at" IS NOT OLD."at"
OR NEW."ref" IS NOT OLD."ref"
OR CAST(NEW."countries" AS text) IS NOT CAST(OLD."countries" AS text)
OR CAST(NEW."facts" AS text) IS NOT CAST(OLD."facts" AS text);
END""",
    """CREATE TABLE webhook (
	id BIGINT NOT NULL,
	role VARCHAR(30) NOT NULL,
	country CHAR(2),
	name VARCHAR(80) NOT NULL,
	url VARCHAR(500) NOT NULL,
	events TEXT NOT NULL,
	made_by BIGINT,
	made_at TEXT NOT NULL,
	standing VARCHAR(7) NOT NULL,
	why VARCHAR(10) NOT NULL,
	standing_at TEXT NOT NULL,
	failing_since TEXT,
	CONSTRAINT pk_webhook PRIMARY KEY (id),
	CONSTRAINT ck_webhook_standing CHECK (standing IN ('active', 'stopped', 'ended')),
	CONSTRAINT ck_webhook_why CHECK (why IN ('', 'person', 'failing', 'gone')),
	CONSTRAINT fk_webhook_made_by FOREIGN KEY(made_by) REFERENCES user (id)
)""",
    "CREATE INDEX ix_webhook_role_country ON webhook (role, country)",
    """CREATE TRIGGER webhook_keeps BEFORE UPDATE ON "webhook" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook') WHERE NEW."id" IS NOT OLD."id"
OR NEW."role" IS NOT OLD."role"
OR NEW."country" IS NOT OLD."country"
OR NEW."name" IS NOT OLD."name"
OR NEW."url" IS NOT OLD."url"
OR CAST(NEW."events" AS text) IS NOT CAST(OLD."events" AS text)
OR NEW."made_by" IS NOT OLD."made_by"
OR NEW."made_at" IS NOT OLD."made_at"
OR OLD.standing = 'ended' AND NEW.standing <> 'ended';
END""",
    """CREATE TRIGGER webhook_stays BEFORE DELETE ON "webhook" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook') WHERE 1 = 1;
END""",
    """CREATE TRIGGER webhook_is_new BEFORE INSERT ON "webhook" BEGIN
SELECT RAISE(ABORT, 'uq_webhook')
WHERE EXISTS (SELECT 1 FROM "webhook" WHERE id = NEW.id);
END""",
    """CREATE TABLE webhook_secret (
	webhook_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	nonce VARCHAR(43) NOT NULL,
	made_at TEXT NOT NULL,
	ends_at TEXT,
	CONSTRAINT pk_webhook_secret PRIMARY KEY (webhook_id, number),
	CONSTRAINT fk_webhook_secret_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id)
)""",
    """CREATE TRIGGER webhook_secret_keeps BEFORE UPDATE ON "webhook_secret" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook_secret') WHERE NEW."webhook_id" IS NOT OLD."webhook_id"
OR NEW."number" IS NOT OLD."number"
OR NEW."nonce" IS NOT OLD."nonce"
OR NEW."made_at" IS NOT OLD."made_at"
OR OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at);
END""",
    """CREATE TRIGGER webhook_secret_stays BEFORE DELETE ON "webhook_secret" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook_secret') WHERE 1 = 1;
END""",
    """CREATE TRIGGER webhook_secret_is_new BEFORE INSERT ON "webhook_secret" BEGIN
SELECT RAISE(ABORT, 'uq_webhook_secret')
WHERE EXISTS (SELECT 1 FROM "webhook_secret" WHERE webhook_id = NEW.webhook_id AND number = NEW.number);
END""",
    """CREATE TABLE webhook_delivery (
	id BIGINT NOT NULL,
	webhook_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	status VARCHAR(9) NOT NULL,
	failures INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	next_at TEXT NOT NULL,
	leased_until TEXT,
	settled_at TEXT,
	CONSTRAINT pk_webhook_delivery PRIMARY KEY (id),
	CONSTRAINT uq_webhook_delivery_webhook_id_event_id UNIQUE (webhook_id, event_id),
	CONSTRAINT ck_webhook_delivery_status CHECK (status IN ('waiting', 'delivered', 'failed')),
	CONSTRAINT ck_webhook_delivery_settled CHECK ((status = 'waiting') = (settled_at IS NULL)),
	CONSTRAINT fk_webhook_delivery_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id),
	CONSTRAINT fk_webhook_delivery_event_id FOREIGN KEY(event_id) REFERENCES webhook_event (id)
)""",
    "CREATE INDEX ix_webhook_delivery_event_id ON webhook_delivery (event_id)",
    """CREATE INDEX ix_webhook_delivery_waiting ON webhook_delivery (next_at) WHERE status = 'waiting'""",
    "CREATE INDEX ix_webhook_delivery_webhook_id ON webhook_delivery (webhook_id, id)",
    """CREATE TABLE webhook_attempt (
	delivery_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	at TEXT NOT NULL,
	outcome VARCHAR(13) NOT NULL,
	code INTEGER,
	milliseconds INTEGER NOT NULL,
	CONSTRAINT pk_webhook_attempt PRIMARY KEY (delivery_id, number),
	CONSTRAINT fk_webhook_attempt_delivery_id FOREIGN KEY(delivery_id) REFERENCES webhook_delivery (id)
)""",
    """CREATE TRIGGER webhook_attempt_keeps BEFORE UPDATE ON "webhook_attempt" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook_attempt') WHERE NEW."delivery_id" IS NOT OLD."delivery_id"
OR NEW."number" IS NOT OLD."number"
OR NEW."at" IS NOT OLD."at"
OR NEW."outcome" IS NOT OLD."outcome"
OR NEW."code" IS NOT OLD."code"
OR NEW."milliseconds" IS NOT OLD."milliseconds";
END""",
    """CREATE TABLE alert_address (
	id BIGINT NOT NULL,
	email VARCHAR(254) NOT NULL,
	CONSTRAINT pk_alert_address PRIMARY KEY (id),
	CONSTRAINT uq_alert_address_email UNIQUE (email)
)""",
    """CREATE TRIGGER alert_address_keeps BEFORE UPDATE ON "alert_address" BEGIN
SELECT RAISE(ABORT, 'append_only: alert_address') WHERE NEW."id" IS NOT OLD."id"
OR NEW."email" IS NOT OLD."email";
END""",
    """CREATE TABLE pair (
	need_id BIGINT NOT NULL,
	offer_id BIGINT NOT NULL,
	need_country CHAR(2) NOT NULL,
	offer_country CHAR(2) NOT NULL,
	points INTEGER NOT NULL,
	parts TEXT NOT NULL,
	found_at TEXT NOT NULL,
	changed_at TEXT NOT NULL,
	step VARCHAR(10) NOT NULL,
	number INTEGER NOT NULL,
	started_by CHAR(2),
	outcome VARCHAR(20),
	request_ref VARCHAR(20),
	CONSTRAINT pk_pair PRIMARY KEY (need_id, offer_id),
	CONSTRAINT ck_pair_step CHECK (step IN ('proposed', 'contacted', 'answered', 'declined', 'concluded')),
	CONSTRAINT ck_pair_outcome CHECK (outcome IN ('request_opened', 'exchange_done', 'nothing_came')),
	CONSTRAINT ck_pair_concluded CHECK ((step = 'concluded') = (outcome IS NOT NULL)),
	CONSTRAINT ck_pair_request CHECK (request_ref IS NULL OR outcome IN ('request_opened', 'exchange_done')),
	CONSTRAINT ck_pair_by CHECK (step NOT IN ('contacted', 'answered') OR started_by IS NOT NULL),
	CONSTRAINT ck_pair_two_states CHECK (need_country <> offer_country),
	CONSTRAINT fk_pair_need_id FOREIGN KEY(need_id) REFERENCES "case" (id),
	CONSTRAINT fk_pair_offer_id FOREIGN KEY(offer_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_pair_need_country_changed ON pair (need_country, changed_at)",
    "CREATE INDEX ix_pair_offer_country_changed ON pair (offer_country, changed_at)",
    "CREATE INDEX ix_pair_offer_id ON pair (offer_id, step)",
    "CREATE INDEX ix_pair_request_ref ON pair (request_ref)",
    """CREATE TRIGGER pair_stays BEFORE UPDATE ON "pair" BEGIN
SELECT RAISE(ABORT, 'append_only: pair') WHERE (NEW.need_id, NEW.offer_id, NEW.need_country, NEW.offer_country, NEW.points, NEW.found_at, CAST(NEW.parts AS text)) <> (OLD.need_id, OLD.offer_id, OLD.need_country, OLD.offer_country, OLD.points, OLD.found_at, CAST(OLD.parts AS text)) OR NEW.number <> OLD.number + 1;
END""",
    """CREATE TRIGGER pair_is_kept BEFORE DELETE ON "pair" BEGIN
SELECT RAISE(ABORT, 'append_only: pair') WHERE 1 = 1;
END""",
    """CREATE TRIGGER pair_is_new BEFORE INSERT ON "pair" BEGIN
SELECT RAISE(ABORT, 'uq_pair')
WHERE EXISTS (SELECT 1 FROM "pair" WHERE need_id = NEW.need_id AND offer_id = NEW.offer_id);
END""",
    """CREATE TABLE pair_search (
	case_id BIGINT NOT NULL,
	seen TEXT NOT NULL,
	CONSTRAINT pk_pair_search PRIMARY KEY (case_id),
	CONSTRAINT fk_pair_search_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TABLE pair_digest (
	user_id BIGINT NOT NULL,
	week VARCHAR(8) NOT NULL,
	muted BOOLEAN NOT NULL,
	CONSTRAINT pk_pair_digest PRIMARY KEY (user_id),
	CONSTRAINT fk_pair_digest_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)""",
    """CREATE TABLE saved_search (
	id BIGINT NOT NULL,
	user_id BIGINT,
	address_id BIGINT,
	question TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	pace VARCHAR(6) NOT NULL,
	lang VARCHAR(2) NOT NULL,
	nonce VARCHAR(43) NOT NULL,
	asked_at TEXT NOT NULL,
	confirmed_at TEXT,
	looked_at TEXT,
	next_at TEXT,
	CONSTRAINT pk_saved_search PRIMARY KEY (id),
	CONSTRAINT uq_saved_search_user_id_digest UNIQUE (user_id, digest),
	CONSTRAINT uq_saved_search_address_id_digest UNIQUE (address_id, digest),
	CONSTRAINT ck_saved_search_owner CHECK ((user_id IS NULL) <> (address_id IS NULL)),
	CONSTRAINT ck_saved_search_next CHECK ((confirmed_at IS NULL) = (next_at IS NULL) AND (next_at IS NULL) = (looked_at IS NULL)),
	CONSTRAINT ck_saved_search_pace CHECK (pace IN ('daily', 'weekly')),
	CONSTRAINT fk_saved_search_user_id FOREIGN KEY(user_id) REFERENCES user (id),
	CONSTRAINT fk_saved_search_address_id FOREIGN KEY(address_id) REFERENCES alert_address (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_saved_search_asked_at ON saved_search (asked_at)",
    "CREATE INDEX ix_saved_search_next_at ON saved_search (next_at)",
    """CREATE TRIGGER saved_search_keeps BEFORE UPDATE ON "saved_search" BEGIN
SELECT RAISE(ABORT, 'append_only: saved_search') WHERE NEW."id" IS NOT OLD."id"
OR NEW."user_id" IS NOT OLD."user_id"
OR NEW."address_id" IS NOT OLD."address_id"
OR CAST(NEW."question" AS text) IS NOT CAST(OLD."question" AS text)
OR NEW."digest" IS NOT OLD."digest"
OR NEW."lang" IS NOT OLD."lang"
OR NEW."nonce" IS NOT OLD."nonce"
OR NEW."asked_at" IS NOT OLD."asked_at"
OR OLD."confirmed_at" IS NOT NULL AND NEW."confirmed_at" IS NOT OLD."confirmed_at";
END""",
    """CREATE TABLE pair_event (
	need_id BIGINT NOT NULL,
	offer_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	step VARCHAR(10) NOT NULL,
	at TEXT NOT NULL,
	country CHAR(2),
	outcome VARCHAR(20),
	office VARCHAR(40) NOT NULL,
	actor_id BIGINT,
	words TEXT NOT NULL,
	need_seq INTEGER NOT NULL,
	offer_seq INTEGER NOT NULL,
	CONSTRAINT pk_pair_event PRIMARY KEY (need_id, offer_id, number),
	CONSTRAINT fk_pair_event_need_id_offer_id FOREIGN KEY(need_id, offer_id) REFERENCES pair (need_id, offer_id),
	CONSTRAINT ck_pair_event_step CHECK (step IN ('proposed', 'contacted', 'answered', 'declined', 'concluded')),
	CONSTRAINT ck_pair_event_proposed CHECK (country IS NULL OR step <> 'proposed'),
	CONSTRAINT ck_pair_event_country CHECK (country IS NOT NULL OR step IN ('proposed', 'concluded')),
	CONSTRAINT ck_pair_event_outcome CHECK ((step = 'concluded') = (outcome IS NOT NULL))
)""",
    "CREATE INDEX ix_pair_event_offer_id ON pair_event (offer_id)",
    """CREATE TRIGGER pair_event_no_update BEFORE UPDATE ON "pair_event"
BEGIN SELECT RAISE(ABORT, 'append_only: pair_event'); END""",
    """CREATE TRIGGER pair_event_no_delete BEFORE DELETE ON "pair_event"
BEGIN SELECT RAISE(ABORT, 'append_only: pair_event'); END""",
    """CREATE TRIGGER pair_event_is_new BEFORE INSERT ON "pair_event" BEGIN
SELECT RAISE(ABORT, 'uq_pair_event')
WHERE EXISTS (SELECT 1 FROM "pair_event" WHERE need_id = NEW.need_id AND offer_id = NEW.offer_id AND number = NEW.number);
END""",
    """CREATE TABLE alert_mail (
	id BIGINT NOT NULL,
	search_id BIGINT NOT NULL,
	name VARCHAR(40) NOT NULL,
	params TEXT NOT NULL,
	written_at TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	next_at TEXT NOT NULL,
	CONSTRAINT pk_alert_mail PRIMARY KEY (id),
	CONSTRAINT fk_alert_mail_search_id FOREIGN KEY(search_id) REFERENCES saved_search (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_alert_mail_next_at ON alert_mail (next_at)",
    """CREATE TABLE webhook_due (
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_webhook_due PRIMARY KEY (case_id, seq)
)""",
    """CREATE TRIGGER audit_entry_notifies AFTER INSERT ON audit_entry
WHEN NEW.act LIKE 'case.%' AND NEW.act <> 'case.migrated' BEGIN INSERT INTO webhook_due (case_id, seq) VALUES (NEW.case_id, NEW.seq); END""",
    """CREATE TABLE alert_asked (
	id BIGINT NOT NULL,
	origin VARCHAR(64) NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_alert_asked PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_alert_asked_origin ON alert_asked (origin, at)",
    """CREATE TABLE pair_draft (
	case_id BIGINT NOT NULL,
	entry_id BIGINT NOT NULL,
	CONSTRAINT pk_pair_draft PRIMARY KEY (case_id),
	CONSTRAINT fk_pair_draft_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_pair_draft_entry_id FOREIGN KEY(entry_id) REFERENCES "case" (id)
)""",
    """CREATE TRIGGER pair_draft_no_update BEFORE UPDATE ON "pair_draft"
BEGIN SELECT RAISE(ABORT, 'append_only: pair_draft'); END""",
    """CREATE TRIGGER pair_draft_no_delete BEFORE DELETE ON "pair_draft"
BEGIN SELECT RAISE(ABORT, 'append_only: pair_draft'); END""",
    """CREATE TABLE alert_notified (
	search_id BIGINT NOT NULL,
	entry_id BIGINT NOT NULL,
	at TEXT NOT NULL,
	CONSTRAINT pk_alert_notified PRIMARY KEY (search_id, entry_id),
	CONSTRAINT fk_alert_notified_search_id FOREIGN KEY(search_id) REFERENCES saved_search (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_alert_notified_at ON alert_notified (search_id, at)",
    """CREATE TABLE catalogue_set (
	facet VARCHAR(12) NOT NULL,
	value VARCHAR(40) NOT NULL,
	mark TEXT NOT NULL,
	server VARCHAR(20) NOT NULL,
	entries BLOB NOT NULL,
	CONSTRAINT pk_catalogue_set PRIMARY KEY (facet, value)
)""",
)
POSTGRESQL = (
    """CREATE TABLE rule_confirmation (
	id BIGINT NOT NULL,
	body VARCHAR(40) NOT NULL,
	rule VARCHAR(40) NOT NULL,
	rule_digest CHAR(64) NOT NULL,
	document TEXT NOT NULL,
	by BIGINT,
	by_name VARCHAR(120) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	illustrative BOOLEAN NOT NULL,
	CONSTRAINT pk_rule_confirmation PRIMARY KEY (id)
)""",
    """CREATE INDEX ix_rule_confirmation_body_rule_rule_digest ON rule_confirmation (body, rule, rule_digest)""",
    """CREATE FUNCTION rule_confirmation_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: rule_confirmation' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER rule_confirmation_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "rule_confirmation"
FOR EACH STATEMENT EXECUTE FUNCTION rule_confirmation_append_only()""",
    """CREATE TABLE calendar_reminder (
	body VARCHAR(40) NOT NULL,
	item VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	told INTEGER NOT NULL,
	CONSTRAINT pk_calendar_reminder PRIMARY KEY (body, item, year)
)""",
    """CREATE FUNCTION calendar_reminder_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: calendar_reminder' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER calendar_reminder_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "calendar_reminder"
FOR EACH STATEMENT EXECUTE FUNCTION calendar_reminder_append_only()""",
    """CREATE TABLE "user" (
	id BIGINT NOT NULL,
	email VARCHAR(254) NOT NULL,
	name VARCHAR(120) NOT NULL,
	lang VARCHAR(2) NOT NULL,
	zone VARCHAR(40) NOT NULL,
	password_hash TEXT,
	epoch INTEGER NOT NULL,
	active BOOLEAN NOT NULL,
	demo BOOLEAN NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_user PRIMARY KEY (id),
	CONSTRAINT ck_user_lang CHECK (lang IN ('es', 'en', 'pt', 'fr')),
	CONSTRAINT ck_user_email_lower CHECK (email = lower(email)),
	CONSTRAINT uq_user_email UNIQUE (email)
)""",
    """CREATE TABLE sign_in_attempt (
	id BIGINT NOT NULL,
	email VARCHAR(254) NOT NULL,
	address VARCHAR(45) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	succeeded BOOLEAN NOT NULL,
	CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_sign_in_attempt_email_at ON sign_in_attempt (email, at)",
    "CREATE INDEX ix_sign_in_attempt_address_at ON sign_in_attempt (address, at)",
    """CREATE TABLE instance (
	key VARCHAR(40) NOT NULL,
	value TEXT NOT NULL,
	CONSTRAINT pk_instance PRIMARY KEY (key)
)""",
    """CREATE TABLE checkpoint (
	number INTEGER NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	size INTEGER NOT NULL,
	root CHAR(64) NOT NULL,
	leaves JSON NOT NULL,
	prev CHAR(64) NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_checkpoint PRIMARY KEY (number)
)""",
    """CREATE FUNCTION checkpoint_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: checkpoint' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER checkpoint_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "checkpoint"
FOR EACH STATEMENT EXECUTE FUNCTION checkpoint_append_only()""",
    """CREATE TABLE case_number (
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_case_number PRIMARY KEY (year)
)""",
    """CREATE TABLE exercise_number (
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_exercise_number PRIMARY KEY (year)
)""",
    """CREATE TABLE "case" (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	kind VARCHAR(40) NOT NULL,
	definition VARCHAR(50) NOT NULL,
	definition_digest CHAR(64) NOT NULL,
	country CHAR(2) NOT NULL,
	illustrative BOOLEAN NOT NULL,
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	version INTEGER NOT NULL,
	head CHAR(64) NOT NULL,
	state VARCHAR(40) NOT NULL,
	entered INTEGER NOT NULL,
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	title JSON,
	exercise BOOLEAN DEFAULT false NOT NULL,
	CONSTRAINT pk_case PRIMARY KEY (id),
	CONSTRAINT uq_case_ref UNIQUE (ref)
)""",
    'CREATE INDEX ix_case_updated ON "case" (updated_at, id)',
    'CREATE INDEX ix_case_state_updated ON "case" (state, updated_at)',
    'CREATE INDEX ix_case_definition_state ON "case" (definition, state, exercise)',
    'CREATE INDEX ix_case_kind_country ON "case" (kind, country)',
    'CREATE INDEX ix_case_country_updated ON "case" (country, updated_at)',
    """CREATE FUNCTION case_needs_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'append_only: case' USING ERRCODE = 'integrity_constraint_violation';
ELSIF TG_OP = 'INSERT' THEN
    IF NEW.version <> 0 OR NEW.state <> '' OR NEW.exercise <> (left(NEW.ref, 3) = 'EJ-') THEN
        RAISE EXCEPTION 'no_entry' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
ELSIF NEW.version <> OLD.version + 1
    OR (NEW.id, NEW.ref, NEW.kind, NEW.country, NEW.illustrative, NEW.opened_at, NEW.exercise)
    IS DISTINCT FROM (OLD.id, OLD.ref, OLD.kind, OLD.country, OLD.illustrative, OLD.opened_at,
        OLD.exercise)
    OR ((NEW.definition, NEW.definition_digest)
        IS DISTINCT FROM (OLD.definition, OLD.definition_digest)
        AND (NEW.definition NOT LIKE NEW.kind || '/v%' OR NOT EXISTS (
            SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
            AND act = 'case.migrated' AND detail #>> '{to,definition}' = NEW.definition
            AND detail #>> '{to,digest}' = NEW.definition_digest)))
    OR NOT EXISTS (SELECT 1 FROM audit_entry WHERE case_id = OLD.id AND seq = NEW.version
        AND digest = NEW.head AND prev = OLD.head AND to_state = NEW.state) THEN
    RAISE EXCEPTION 'no_entry' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$""",
    """CREATE TRIGGER case_needs_entry BEFORE INSERT OR UPDATE OR DELETE ON "case"
FOR EACH ROW EXECUTE FUNCTION case_needs_entry()""",
    """CREATE TABLE catalogue_entry (
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
	sides JSON DEFAULT '[]' NOT NULL,
	office VARCHAR(300) NOT NULL,
	verified_on DATE NOT NULL,
	review_by DATE,
	CONSTRAINT pk_catalogue_entry PRIMARY KEY (entry_id),
	CONSTRAINT uq_catalogue_entry_ref UNIQUE (ref)
)""",
    """CREATE INDEX ix_catalogue_entry_search ON catalogue_entry
USING gin (to_tsvector('simple', words))""",
    """CREATE INDEX ix_catalogue_entry_title ON catalogue_entry
USING gin (to_tsvector('simple', title_words))""",
    "CREATE INDEX ix_catalogue_entry_changed ON catalogue_entry (changed_at, entry_id)",
    """CREATE FUNCTION keep_catalogue_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO catalogue_word (word, start, ending, length)
SELECT word, substr(word, 1, 2), substr(word, length(word) - 2), length(word) FROM (SELECT DISTINCT word FROM
unnest(string_to_array(NEW.words, ' ')) AS word) AS told
WHERE length(word) BETWEEN 4 AND 24 AND word !~ '[0-9]' ORDER BY word ON CONFLICT DO NOTHING;
RETURN NULL; END $$""",
    """CREATE TRIGGER catalogue_entry_words AFTER INSERT ON catalogue_entry
FOR EACH ROW EXECUTE FUNCTION keep_catalogue_words()""",
    """CREATE TABLE catalogue_facet (
	facet VARCHAR(12) NOT NULL,
	value VARCHAR(40) NOT NULL,
	entry_id BIGINT NOT NULL,
	CONSTRAINT pk_catalogue_facet PRIMARY KEY (facet, value, entry_id)
)""",
    "CREATE INDEX ix_catalogue_facet_entry_id ON catalogue_facet (entry_id, facet, value)",
    """CREATE TABLE heartbeat (
	name VARCHAR(40) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_heartbeat PRIMARY KEY (name)
)""",
    """CREATE TABLE decision_number (
	series VARCHAR(60) NOT NULL,
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_decision_number PRIMARY KEY (series, year),
	CONSTRAINT ck_decision_number_last CHECK (last >= 1)
)""",
    """CREATE TABLE account (
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
)""",
    "CREATE INDEX ix_account_owner ON account (owner)",
    """CREATE FUNCTION account_needs_posting() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER account_needs_posting BEFORE INSERT OR UPDATE OR DELETE ON account
FOR EACH ROW EXECUTE FUNCTION account_needs_posting()""",
    """CREATE TRIGGER account_stays BEFORE TRUNCATE ON account
FOR EACH STATEMENT EXECUTE FUNCTION account_needs_posting()""",
    """CREATE FUNCTION account_holds_case() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER account_holds_case AFTER UPDATE ON "account"
FOR EACH ROW WHEN (NEW.owner IS NOT NULL
    AND NEW.kind IN ('committed', 'obligated', 'disbursed', 'expenditure')) EXECUTE FUNCTION account_holds_case()""",
    """CREATE FUNCTION account_holds_spending() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER account_holds_spending AFTER UPDATE ON "account"
FOR EACH ROW WHEN (NEW.kind = 'operations') EXECUTE FUNCTION account_holds_spending()""",
    """CREATE TABLE meeting_number (
	series VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	exercise BOOLEAN NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_meeting_number PRIMARY KEY (series, year, exercise)
)""",
    """CREATE FUNCTION meeting_number_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.last <= OLD.last
    OR (NEW.series, NEW.year, NEW.exercise)
    IS DISTINCT FROM (OLD.series, OLD.year, OLD.exercise) THEN
    RAISE EXCEPTION 'meeting_number_grows' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER meeting_number_grows BEFORE UPDATE OR DELETE ON meeting_number
FOR EACH ROW EXECUTE FUNCTION meeting_number_grows()""",
    """CREATE TABLE rule_confirmation_end (
	confirmation_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_rule_confirmation_end PRIMARY KEY (confirmation_id),
	CONSTRAINT fk_rule_confirmation_end_confirmation_id FOREIGN KEY(confirmation_id) REFERENCES rule_confirmation (id)
)""",
    """CREATE FUNCTION rule_confirmation_end_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: rule_confirmation_end' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER rule_confirmation_end_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "rule_confirmation_end"
FOR EACH STATEMENT EXECUTE FUNCTION rule_confirmation_end_append_only()""",
    """CREATE TABLE role_grant (
	id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	role VARCHAR(30) NOT NULL,
	country CHAR(2),
	valid_from DATE NOT NULL,
	valid_to DATE,
	given_by BIGINT,
	CONSTRAINT pk_role_grant PRIMARY KEY (id),
	CONSTRAINT fk_role_grant_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_role_grant_user_id ON role_grant (user_id)",
    "CREATE INDEX ix_role_grant_role_country ON role_grant (role, country)",
    """CREATE TABLE one_time_link (
	digest CHAR(64) NOT NULL,
	user_id BIGINT NOT NULL,
	purpose VARCHAR(12) NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	used_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_one_time_link PRIMARY KEY (digest),
	CONSTRAINT ck_one_time_link_purpose CHECK (purpose IN ('invitation', 'reset')),
	CONSTRAINT fk_one_time_link_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_one_time_link_user_id ON one_time_link (user_id)",
    """CREATE FUNCTION one_time_link_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."digest" IS DISTINCT FROM OLD."digest"
OR NEW."user_id" IS DISTINCT FROM OLD."user_id"
OR NEW."purpose" IS DISTINCT FROM OLD."purpose"
OR NEW."expires_at" IS DISTINCT FROM OLD."expires_at"
OR OLD."used_at" IS NOT NULL AND NEW."used_at" IS DISTINCT FROM OLD."used_at" THEN
    RAISE EXCEPTION 'append_only: one_time_link' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER one_time_link_keeps BEFORE UPDATE ON "one_time_link"
FOR EACH ROW EXECUTE FUNCTION one_time_link_keeps()""",
    """CREATE TABLE ended_session (
	digest CHAR(64) NOT NULL,
	user_id BIGINT NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_ended_session PRIMARY KEY (digest),
	CONSTRAINT fk_ended_session_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_ended_session_ended_at ON ended_session (ended_at)",
    """CREATE TABLE api_token (
	digest CHAR(64) NOT NULL,
	user_id BIGINT NOT NULL,
	name VARCHAR(80) NOT NULL,
	hint VARCHAR(8) NOT NULL,
	role VARCHAR(30) NOT NULL,
	country CHAR(2),
	scopes JSON NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	used_at TIMESTAMP WITH TIME ZONE,
	revoked_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_api_token PRIMARY KEY (digest),
	CONSTRAINT fk_api_token_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_api_token_user_id ON api_token (user_id)",
    """CREATE FUNCTION api_token_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."digest" IS DISTINCT FROM OLD."digest"
OR NEW."user_id" IS DISTINCT FROM OLD."user_id"
OR NEW."name" IS DISTINCT FROM OLD."name"
OR NEW."hint" IS DISTINCT FROM OLD."hint"
OR NEW."role" IS DISTINCT FROM OLD."role"
OR NEW."country" IS DISTINCT FROM OLD."country"
OR CAST(NEW."scopes" AS text) IS DISTINCT FROM CAST(OLD."scopes" AS text)
OR NEW."created_at" IS DISTINCT FROM OLD."created_at"
OR NEW."expires_at" IS DISTINCT FROM OLD."expires_at"
OR OLD."revoked_at" IS NOT NULL AND NEW."revoked_at" IS DISTINCT FROM OLD."revoked_at" THEN
    RAISE EXCEPTION 'append_only: api_token' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER api_token_keeps BEFORE UPDATE ON "api_token"
FOR EACH ROW EXECUTE FUNCTION api_token_keeps()""",
    """CREATE FUNCTION api_token_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF 1 = 1 THEN
    RAISE EXCEPTION 'append_only: api_token' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER api_token_stays BEFORE DELETE ON "api_token"
FOR EACH ROW EXECUTE FUNCTION api_token_stays()""",
    """CREATE TRIGGER api_token_stays_whole BEFORE TRUNCATE ON "api_token"
FOR EACH STATEMENT EXECUTE FUNCTION api_token_stays()""",
    """CREATE TABLE calendar_address (
	user_id BIGINT NOT NULL,
	digest CHAR(64) NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	counted_from TIMESTAMP WITH TIME ZONE NOT NULL,
	asked INTEGER NOT NULL,
	CONSTRAINT pk_calendar_address PRIMARY KEY (user_id),
	CONSTRAINT fk_calendar_address_user_id FOREIGN KEY(user_id) REFERENCES "user" (id),
	CONSTRAINT uq_calendar_address_digest UNIQUE (digest)
)""",
    """CREATE TABLE idempotency (
	user_id BIGINT NOT NULL,
	key VARCHAR(80) NOT NULL,
	request_digest CHAR(64) NOT NULL,
	status INTEGER NOT NULL,
	body TEXT NOT NULL,
	lang VARCHAR(2) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_idempotency PRIMARY KEY (user_id, key),
	CONSTRAINT fk_idempotency_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    """CREATE TABLE delegation (
	id BIGINT NOT NULL,
	giver_id BIGINT NOT NULL,
	delegate_id BIGINT NOT NULL,
	ballots BOOLEAN NOT NULL,
	kinds JSON NOT NULL,
	cases JSON NOT NULL,
	valid_from DATE NOT NULL,
	valid_to DATE NOT NULL,
	note TEXT NOT NULL,
	made_by BIGINT,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_delegation PRIMARY KEY (id),
	CONSTRAINT ck_delegation_two_people CHECK (giver_id <> delegate_id),
	CONSTRAINT ck_delegation_days CHECK (valid_to >= valid_from),
	CONSTRAINT fk_delegation_giver_id FOREIGN KEY(giver_id) REFERENCES "user" (id),
	CONSTRAINT fk_delegation_delegate_id FOREIGN KEY(delegate_id) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_delegation_giver ON delegation (giver_id, valid_to)",
    "CREATE INDEX ix_delegation_delegate ON delegation (delegate_id, valid_to)",
    """CREATE FUNCTION delegation_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: delegation' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER delegation_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "delegation"
FOR EACH STATEMENT EXECUTE FUNCTION delegation_append_only()""",
    """CREATE TABLE audit_entry (
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	office VARCHAR(40) NOT NULL,
	act VARCHAR(60) NOT NULL,
	from_state VARCHAR(40) NOT NULL,
	to_state VARCHAR(40) NOT NULL,
	reason TEXT,
	cause_seq INTEGER,
	detail JSON NOT NULL,
	prev CHAR(64) NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_audit_entry PRIMARY KEY (case_id, seq),
	CONSTRAINT fk_audit_entry_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_audit_entry_at ON audit_entry (at)",
    """CREATE INDEX ix_audit_entry_left ON audit_entry (from_state, at) WHERE from_state <> to_state AND act <> 'case.migrated'""",
    """CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: audit_entry' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER audit_entry_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entry"
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()""",
    """CREATE FUNCTION audit_entry_moves_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.act = 'case.migrated' THEN
    UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
        updated_at = NEW.at,
        entered = (NEW.detail ->> 'entered')::integer,
        entered_at = (SELECT at FROM audit_entry WHERE case_id = NEW.case_id
            AND seq = (NEW.detail ->> 'entered')::integer),
        definition = NEW.detail #>> '{to,definition}',
        definition_digest = NEW.detail #>> '{to,digest}'
    WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev
        AND state = NEW.from_state
        AND definition = NEW.detail #>> '{from,definition}'
        AND definition_digest = NEW.detail #>> '{from,digest}';
ELSE
    UPDATE "case" SET version = NEW.seq, head = NEW.digest, state = NEW.to_state,
        updated_at = NEW.at,
        entered = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.seq ELSE entered END,
        entered_at = CASE WHEN NEW.to_state <> NEW.from_state THEN NEW.at ELSE entered_at END,
        title = coalesce(NEW.detail -> 'title', title)
    WHERE id = NEW.case_id AND version = NEW.seq - 1 AND head = NEW.prev
        AND state = NEW.from_state;
END IF;
IF NOT FOUND THEN
    RAISE EXCEPTION 'stale_case' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER audit_entry_moves_case AFTER INSERT ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_moves_case()""",
    """CREATE TABLE draft_field (
	case_id BIGINT NOT NULL,
	form VARCHAR(40) NOT NULL,
	field VARCHAR(60) NOT NULL,
	version INTEGER NOT NULL,
	value JSON,
	revision INTEGER NOT NULL,
	updated_by BIGINT NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_draft_field PRIMARY KEY (case_id, form, field),
	CONSTRAINT fk_draft_field_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TABLE draft_contributor (
	case_id BIGINT NOT NULL,
	form VARCHAR(40) NOT NULL,
	user_id BIGINT NOT NULL,
	first_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_draft_contributor PRIMARY KEY (case_id, form, user_id),
	CONSTRAINT fk_draft_contributor_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TABLE draft_presence (
	case_id BIGINT NOT NULL,
	form VARCHAR(40) NOT NULL,
	user_id BIGINT NOT NULL,
	section VARCHAR(60) NOT NULL,
	since TIMESTAMP WITH TIME ZONE NOT NULL,
	until TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_draft_presence PRIMARY KEY (case_id, form, user_id),
	CONSTRAINT fk_draft_presence_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TABLE case_words (
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	words TEXT NOT NULL,
	CONSTRAINT pk_case_words PRIMARY KEY (case_id, seq),
	CONSTRAINT fk_case_words_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE FUNCTION case_words_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: case_words' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER case_words_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "case_words"
FOR EACH STATEMENT EXECUTE FUNCTION case_words_append_only()""",
    """CREATE TABLE participation (
	case_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	asked_seq INTEGER NOT NULL,
	confirmed_seq INTEGER,
	declined_seq INTEGER,
	ended_seq INTEGER,
	CONSTRAINT pk_participation PRIMARY KEY (case_id, country),
	CONSTRAINT fk_participation_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_participation_country ON participation (country)",
    """CREATE TABLE call (
	case_id BIGINT NOT NULL,
	number VARCHAR(20) NOT NULL,
	exercise BOOLEAN DEFAULT false NOT NULL,
	opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
	closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
	terms JSON NOT NULL,
	digest CHAR(64) NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_call PRIMARY KEY (case_id),
	CONSTRAINT uq_call_number_exercise UNIQUE (number, exercise),
	CONSTRAINT ck_call_order CHECK (opens_at < closes_at),
	CONSTRAINT fk_call_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_call_closes_at ON call (closes_at)",
    """CREATE FUNCTION call_moves_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.closes_at < OLD.closes_at OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.number, NEW.exercise, NEW.opens_at)
    IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.exercise, OLD.opens_at) THEN
    RAISE EXCEPTION 'call_moves_later' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER call_moves_later BEFORE UPDATE OR DELETE ON "call"
FOR EACH ROW EXECUTE FUNCTION call_moves_later()""",
    """CREATE TABLE assignment (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	visit INTEGER NOT NULL,
	role VARCHAR(30) NOT NULL,
	country VARCHAR(2) NOT NULL,
	person_id BIGINT,
	by_id BIGINT NOT NULL,
	acted_for VARCHAR(120) NOT NULL,
	message TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_assignment PRIMARY KEY (id),
	CONSTRAINT uq_assignment_case_id_number UNIQUE (case_id, number),
	CONSTRAINT fk_assignment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_assignment_person_id FOREIGN KEY(person_id) REFERENCES "user" (id),
	CONSTRAINT fk_assignment_by_id FOREIGN KEY(by_id) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_assignment_person_id ON assignment (person_id)",
    """CREATE FUNCTION assignment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: assignment' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER assignment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "assignment"
FOR EACH STATEMENT EXECUTE FUNCTION assignment_append_only()""",
    """CREATE TABLE comment (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	audience VARCHAR(12) NOT NULL,
	number INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	body TEXT NOT NULL,
	by_id BIGINT NOT NULL,
	office VARCHAR(40) NOT NULL,
	acted_for VARCHAR(120) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_comment PRIMARY KEY (id),
	CONSTRAINT uq_comment_case_id_audience_number UNIQUE (case_id, audience, number),
	CONSTRAINT ck_comment_audience CHECK (audience IN ('secretariat', 'applicant', 'delegations')),
	CONSTRAINT fk_comment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_comment_by_id FOREIGN KEY(by_id) REFERENCES "user" (id)
)""",
    """CREATE FUNCTION comment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: comment' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER comment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "comment"
FOR EACH STATEMENT EXECUTE FUNCTION comment_append_only()""",
    """CREATE TABLE saved_filter (
	id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	query TEXT NOT NULL,
	is_default BOOLEAN NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_saved_filter PRIMARY KEY (id),
	CONSTRAINT uq_saved_filter_user_id_name UNIQUE (user_id, name),
	CONSTRAINT fk_saved_filter_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    """CREATE TABLE deadline (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	visit INTEGER NOT NULL,
	kind VARCHAR(8) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	rule JSON NOT NULL,
	then_trigger VARCHAR(60),
	done_at TIMESTAMP WITH TIME ZONE,
	result VARCHAR(8),
	CONSTRAINT pk_deadline PRIMARY KEY (id),
	CONSTRAINT uq_deadline_case_id_visit_kind_at UNIQUE (case_id, visit, kind, at),
	CONSTRAINT ck_deadline_kind CHECK (kind IN ('remind', 'due', 'escalate')),
	CONSTRAINT ck_deadline_result CHECK (result IN ('done', 'late', 'refused', 'left')),
	CONSTRAINT ck_deadline_done CHECK ((done_at IS NULL) = (result IS NULL)),
	CONSTRAINT fk_deadline_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_deadline_open ON deadline (at) WHERE done_at IS NULL",
    """CREATE FUNCTION deadline_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR OLD.done_at IS NOT NULL OR
    (NEW.id, NEW.case_id, NEW.visit, NEW.kind, NEW.at, NEW.rule::text, NEW.then_trigger)
    IS DISTINCT FROM
    (OLD.id, OLD.case_id, OLD.visit, OLD.kind, OLD.at, OLD.rule::text, OLD.then_trigger) THEN
    RAISE EXCEPTION 'deadline_is_fixed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER deadline_is_fixed BEFORE UPDATE OR DELETE ON deadline
FOR EACH ROW EXECUTE FUNCTION deadline_is_fixed()""",
    """CREATE TABLE attachment (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	form VARCHAR(40),
	field VARCHAR(60),
	name VARCHAR(200) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	declared VARCHAR(100) NOT NULL,
	media_type VARCHAR(100) NOT NULL,
	size BIGINT NOT NULL,
	sha256 CHAR(64) NOT NULL,
	access VARCHAR(10) NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER,
	CONSTRAINT pk_attachment PRIMARY KEY (id),
	CONSTRAINT ck_attachment_access CHECK (access IN ('public', 'limited', 'restricted')),
	CONSTRAINT fk_attachment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_attachment_case_id ON attachment (case_id)",
    "CREATE INDEX ix_attachment_sha256 ON attachment (sha256)",
    """CREATE FUNCTION attachment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: attachment' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER attachment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "attachment"
FOR EACH STATEMENT EXECUTE FUNCTION attachment_append_only()""",
    """CREATE TABLE meeting (
	case_id BIGINT NOT NULL,
	body VARCHAR(40) NOT NULL,
	begins_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
	terms JSON NOT NULL,
	exercise BOOLEAN DEFAULT false NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting PRIMARY KEY (case_id),
	CONSTRAINT ck_meeting_order CHECK (begins_at < ends_at),
	CONSTRAINT fk_meeting_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_meeting_begins_at ON meeting (begins_at)",
    """CREATE FUNCTION meeting_by_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' OR NEW.seq <= OLD.seq
    OR (NEW.case_id, NEW.body, NEW.exercise)
    IS DISTINCT FROM (OLD.case_id, OLD.body, OLD.exercise) THEN
    RAISE EXCEPTION 'meeting_by_notice' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER meeting_by_notice BEFORE UPDATE OR DELETE ON meeting
FOR EACH ROW EXECUTE FUNCTION meeting_by_notice()""",
    """CREATE TABLE meeting_agenda (
	case_id BIGINT NOT NULL,
	version INTEGER NOT NULL,
	stage VARCHAR(10) NOT NULL,
	items JSON NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_agenda PRIMARY KEY (case_id, version),
	CONSTRAINT ck_meeting_agenda_stage CHECK (stage IN ('draft', 'convened', 'adopted', 'amended')),
	CONSTRAINT fk_meeting_agenda_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE FUNCTION meeting_agenda_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_agenda' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_agenda_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_agenda"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_agenda_append_only()""",
    """CREATE TABLE message (
	id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	case_id BIGINT,
	name VARCHAR(40) NOT NULL,
	params JSON NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	read_at TIMESTAMP WITH TIME ZONE,
	exercise BOOLEAN DEFAULT false NOT NULL,
	CONSTRAINT pk_message PRIMARY KEY (id),
	CONSTRAINT fk_message_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_message_user_id_id ON message (user_id, id)",
    """CREATE TABLE packet_receipt (
	packet VARCHAR(32) NOT NULL,
	content CHAR(64) NOT NULL,
	case_id BIGINT NOT NULL,
	form VARCHAR(50) NOT NULL,
	fields JSON NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_packet_receipt PRIMARY KEY (packet, content),
	CONSTRAINT fk_packet_receipt_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_packet_receipt_case ON packet_receipt (case_id)",
    """CREATE FUNCTION packet_receipt_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: packet_receipt' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER packet_receipt_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "packet_receipt"
FOR EACH STATEMENT EXECUTE FUNCTION packet_receipt_append_only()""",
    """CREATE TABLE review_assignment (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	user_id BIGINT NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_review_assignment PRIMARY KEY (id),
	CONSTRAINT uq_review_assignment_case_id_user_id UNIQUE (case_id, user_id),
	CONSTRAINT uq_review_assignment_case_id_number UNIQUE (case_id, number),
	CONSTRAINT fk_review_assignment_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_review_assignment_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_review_assignment_user_id ON review_assignment (user_id)",
    """CREATE FUNCTION review_assignment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: review_assignment' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER review_assignment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "review_assignment"
FOR EACH STATEMENT EXECUTE FUNCTION review_assignment_append_only()""",
    """CREATE TABLE appointment (
	id BIGINT NOT NULL,
	body VARCHAR(40) NOT NULL,
	role VARCHAR(30) NOT NULL,
	nth INTEGER NOT NULL,
	user_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	grant_id BIGINT NOT NULL,
	valid_from DATE NOT NULL,
	valid_to DATE,
	elected VARCHAR(12),
	document VARCHAR(200) NOT NULL,
	made_by BIGINT,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_appointment PRIMARY KEY (id),
	CONSTRAINT ck_appointment_role CHECK (role IN ('chair', 'vice_chair', 'rapporteur', 'ceam_delegate', 'ceam_alternate')),
	CONSTRAINT ck_appointment_elected CHECK ((elected IS NULL) = (role IN ('ceam_delegate', 'ceam_alternate'))),
	CONSTRAINT ck_appointment_how CHECK (elected IN ('acclamation', 'vote')),
	CONSTRAINT ck_appointment_days CHECK (valid_to >= valid_from),
	CONSTRAINT uq_appointment_body_role_nth UNIQUE (body, role, nth),
	CONSTRAINT fk_appointment_user_id FOREIGN KEY(user_id) REFERENCES "user" (id),
	CONSTRAINT fk_appointment_grant_id FOREIGN KEY(grant_id) REFERENCES role_grant (id)
)""",
    """CREATE FUNCTION appointment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: appointment' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER appointment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "appointment"
FOR EACH STATEMENT EXECUTE FUNCTION appointment_append_only()""",
    """CREATE TABLE delegation_office (
	delegation_id BIGINT NOT NULL,
	role VARCHAR(30) NOT NULL,
	seat CHAR(2) NOT NULL,
	CONSTRAINT pk_delegation_office PRIMARY KEY (delegation_id, role, seat),
	CONSTRAINT fk_delegation_office_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id)
)""",
    """CREATE FUNCTION delegation_office_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: delegation_office' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER delegation_office_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "delegation_office"
FOR EACH STATEMENT EXECUTE FUNCTION delegation_office_append_only()""",
    """CREATE TABLE delegation_event (
	delegation_id BIGINT NOT NULL,
	event VARCHAR(8) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	by BIGINT,
	CONSTRAINT pk_delegation_event PRIMARY KEY (delegation_id, event),
	CONSTRAINT ck_delegation_event_event CHECK (event IN ('accepted', 'declined', 'revoked')),
	CONSTRAINT fk_delegation_event_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id)
)""",
    """CREATE FUNCTION delegation_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: delegation_event' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER delegation_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "delegation_event"
FOR EACH STATEMENT EXECUTE FUNCTION delegation_event_append_only()""",
    """CREATE TABLE submission (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	form VARCHAR(40) NOT NULL,
	version INTEGER NOT NULL,
	form_digest CHAR(64) NOT NULL,
	number INTEGER NOT NULL,
	values JSON NOT NULL,
	digest CHAR(64) NOT NULL,
	material CHAR(64),
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_submission PRIMARY KEY (id),
	CONSTRAINT uq_submission_case_id_form_number UNIQUE (case_id, form, number),
	CONSTRAINT fk_submission_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE FUNCTION submission_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: submission' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER submission_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "submission"
FOR EACH STATEMENT EXECUTE FUNCTION submission_append_only()""",
    """CREATE TABLE ballot (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	round INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	body VARCHAR(40) NOT NULL,
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	closes_at TIMESTAMP WITH TIME ZONE,
	way VARCHAR(12) NOT NULL,
	secrecy VARCHAR(12) NOT NULL,
	rule_name VARCHAR(20) NOT NULL,
	rule JSON NOT NULL,
	chair CHAR(2),
	seats INTEGER NOT NULL,
	content_form VARCHAR(40),
	content_number INTEGER,
	content_digest CHAR(64) NOT NULL,
	material_digest CHAR(64) NOT NULL,
	files JSON NOT NULL,
	question JSON,
	language VARCHAR(2) NOT NULL,
	meeting VARCHAR(20),
	period INTEGER,
	CONSTRAINT pk_ballot PRIMARY KEY (id),
	CONSTRAINT uq_ballot_case_id_round UNIQUE (case_id, round),
	CONSTRAINT ck_ballot_round CHECK (round >= 1),
	CONSTRAINT ck_ballot_closes CHECK (closes_at > opened_at),
	CONSTRAINT ck_ballot_way CHECK (way IN ('electronic', 'consensus', 'roll_call', 'silence')),
	CONSTRAINT ck_ballot_secrecy CHECK (secrecy IN ('open', 'until_close', 'secret')),
	CONSTRAINT ck_ballot_sealed CHECK (secrecy = 'open' OR way = 'electronic'),
	CONSTRAINT ck_ballot_window CHECK ((closes_at IS NOT NULL) = (way = 'electronic')),
	CONSTRAINT ck_ballot_period CHECK (way <> 'silence' OR period IS NOT NULL),
	CONSTRAINT fk_ballot_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE FUNCTION ballot_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER ballot_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_append_only()""",
    """CREATE TABLE call_link (
	case_id BIGINT NOT NULL,
	call_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_call_link PRIMARY KEY (case_id),
	CONSTRAINT fk_call_link_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_call_link_call_id FOREIGN KEY(call_id) REFERENCES call (case_id)
)""",
    "CREATE INDEX ix_call_link_call_id ON call_link (call_id)",
    """CREATE FUNCTION call_link_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: call_link' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER call_link_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "call_link"
FOR EACH STATEMENT EXECUTE FUNCTION call_link_append_only()""",
    """CREATE TABLE call_proposal (
	case_id BIGINT NOT NULL,
	call_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	institution VARCHAR(300) NOT NULL,
	asked_minor BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_call_proposal PRIMARY KEY (case_id),
	CONSTRAINT fk_call_proposal_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_call_proposal_call_id FOREIGN KEY(call_id) REFERENCES call (case_id)
)""",
    "CREATE INDEX ix_call_proposal_call_id_institution ON call_proposal (call_id, institution)",
    """CREATE TABLE call_question (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	lang VARCHAR(2) NOT NULL,
	text TEXT NOT NULL,
	country CHAR(2) NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_call_question PRIMARY KEY (case_id, number),
	CONSTRAINT fk_call_question_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
)""",
    """CREATE FUNCTION call_question_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: call_question' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER call_question_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "call_question"
FOR EACH STATEMENT EXECUTE FUNCTION call_question_append_only()""",
    """CREATE TABLE call_answer (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	question INTEGER NOT NULL,
	lang VARCHAR(2) NOT NULL,
	text TEXT NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_call_answer PRIMARY KEY (id),
	CONSTRAINT uq_call_answer_case_id_seq UNIQUE (case_id, seq),
	CONSTRAINT fk_call_answer_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
)""",
    "CREATE INDEX ix_call_answer_case_id_question ON call_answer (case_id, question)",
    """CREATE FUNCTION call_answer_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: call_answer' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER call_answer_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "call_answer"
FOR EACH STATEMENT EXECUTE FUNCTION call_answer_append_only()""",
    """CREATE TABLE comment_mention (
	comment_id BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	CONSTRAINT pk_comment_mention PRIMARY KEY (comment_id, user_id),
	CONSTRAINT fk_comment_mention_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
	CONSTRAINT fk_comment_mention_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    """CREATE FUNCTION comment_mention_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: comment_mention' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER comment_mention_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "comment_mention"
FOR EACH STATEMENT EXECUTE FUNCTION comment_mention_append_only()""",
    """CREATE TABLE comment_withdrawal (
	comment_id BIGINT NOT NULL,
	by_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_comment_withdrawal PRIMARY KEY (comment_id),
	CONSTRAINT fk_comment_withdrawal_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
	CONSTRAINT fk_comment_withdrawal_by_id FOREIGN KEY(by_id) REFERENCES "user" (id)
)""",
    """CREATE FUNCTION comment_withdrawal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: comment_withdrawal' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER comment_withdrawal_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "comment_withdrawal"
FOR EACH STATEMENT EXECUTE FUNCTION comment_withdrawal_append_only()""",
    """CREATE TABLE attachment_removed (
	attachment_id BIGINT NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	reason TEXT NOT NULL,
	seq INTEGER,
	CONSTRAINT pk_attachment_removed PRIMARY KEY (attachment_id),
	CONSTRAINT fk_attachment_removed_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
)""",
    """CREATE FUNCTION attachment_removed_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: attachment_removed' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER attachment_removed_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "attachment_removed"
FOR EACH STATEMENT EXECUTE FUNCTION attachment_removed_append_only()""",
    """CREATE TABLE attachment_scan (
	attachment_id BIGINT NOT NULL,
	verdict VARCHAR(10) NOT NULL,
	found VARCHAR(200) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_attachment_scan PRIMARY KEY (attachment_id),
	CONSTRAINT ck_attachment_scan_verdict CHECK (verdict IN ('clean', 'harmful')),
	CONSTRAINT fk_attachment_scan_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id)
)""",
    """CREATE FUNCTION attachment_scan_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: attachment_scan' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER attachment_scan_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "attachment_scan"
FOR EACH STATEMENT EXECUTE FUNCTION attachment_scan_append_only()""",
    """CREATE TABLE tranche (
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
)""",
    """CREATE FUNCTION tranche_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: tranche' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER tranche_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "tranche"
FOR EACH STATEMENT EXECUTE FUNCTION tranche_append_only()""",
    """CREATE TABLE meeting_proposal (
	case_id BIGINT NOT NULL,
	item INTEGER NOT NULL,
	content JSON NOT NULL,
	round INTEGER NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_proposal PRIMARY KEY (case_id, item),
	CONSTRAINT fk_meeting_proposal_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE FUNCTION meeting_proposal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_proposal' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_proposal_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_proposal"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_proposal_append_only()""",
    """CREATE TABLE meeting_item_act (
	case_id BIGINT NOT NULL,
	item INTEGER NOT NULL,
	status VARCHAR(10) NOT NULL,
	words TEXT NOT NULL,
	ballot_case BIGINT,
	ballot_round INTEGER,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_item_act PRIMARY KEY (case_id, seq),
	CONSTRAINT ck_meeting_item_act_status CHECK (status IN ('taken_up', 'voting', 'concluded', 'postponed')),
	CONSTRAINT fk_meeting_item_act_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id),
	CONSTRAINT fk_meeting_item_act_ballot_case FOREIGN KEY(ballot_case) REFERENCES "case" (id)
)""",
    """CREATE FUNCTION meeting_item_act_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_item_act' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_item_act_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_item_act"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_item_act_append_only()""",
    """CREATE TABLE meeting_attendance (
	case_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	standing VARCHAR(10) NOT NULL,
	person VARCHAR(120) NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_attendance PRIMARY KEY (case_id, country, seq),
	CONSTRAINT ck_meeting_attendance_standing CHECK (standing IN ('titular', 'alternate', 'observer', 'absent')),
	CONSTRAINT fk_meeting_attendance_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE FUNCTION meeting_attendance_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_attendance' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_attendance_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_attendance"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_attendance_append_only()""",
    """CREATE TABLE meeting_invitation (
	case_id BIGINT NOT NULL,
	item INTEGER NOT NULL,
	country CHAR(2) NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_invitation PRIMARY KEY (case_id, item, country),
	CONSTRAINT fk_meeting_invitation_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE FUNCTION meeting_invitation_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_invitation' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_invitation_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_invitation"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_invitation_append_only()""",
    """CREATE TABLE meeting_document (
	id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	series VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	number INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	correction INTEGER NOT NULL,
	addendum INTEGER NOT NULL,
	exercise BOOLEAN NOT NULL,
	kind VARCHAR(20) NOT NULL,
	title JSON NOT NULL,
	original VARCHAR(2) NOT NULL,
	access VARCHAR(10) NOT NULL,
	item INTEGER,
	version INTEGER,
	file_id BIGINT,
	sha256 CHAR(64),
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_document PRIMARY KEY (id),
	CONSTRAINT uq_meeting_document_symbol UNIQUE (series, year, exercise, number, revision, correction, addendum),
	CONSTRAINT ck_meeting_document_access CHECK (access IN ('public', 'limited', 'restricted')),
	CONSTRAINT ck_meeting_document_kind CHECK (kind IN ('notice', 'order_of_business', 'working_document', 'minutes', 'decision')),
	CONSTRAINT fk_meeting_document_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_meeting_document_file_id FOREIGN KEY(file_id) REFERENCES attachment (id)
)""",
    "CREATE INDEX ix_meeting_document_case_id ON meeting_document (case_id)",
    """CREATE FUNCTION meeting_document_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_document' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_document_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_document"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_document_append_only()""",
    """CREATE TABLE meeting_minutes (
	case_id BIGINT NOT NULL,
	version INTEGER NOT NULL,
	lang VARCHAR(2) NOT NULL,
	text TEXT NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_minutes PRIMARY KEY (case_id, version),
	CONSTRAINT fk_meeting_minutes_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE FUNCTION meeting_minutes_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_minutes' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_minutes_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_minutes"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_minutes_append_only()""",
    """CREATE TABLE meeting_amendment (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	version INTEGER NOT NULL,
	country CHAR(2) NOT NULL,
	passage TEXT NOT NULL,
	proposed TEXT NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_amendment PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_amendment_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE FUNCTION meeting_amendment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_amendment' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_amendment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_amendment"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_amendment_append_only()""",
    """CREATE TABLE meeting_certificate (
	case_id BIGINT NOT NULL,
	version INTEGER NOT NULL,
	digest CHAR(64) NOT NULL,
	name VARCHAR(120) NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_certificate PRIMARY KEY (case_id, version),
	CONSTRAINT fk_meeting_certificate_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    """CREATE FUNCTION meeting_certificate_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_certificate' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_certificate_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_certificate"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_certificate_append_only()""",
    """CREATE TABLE meeting_task (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	item INTEGER,
	text TEXT NOT NULL,
	role VARCHAR(30) NOT NULL,
	country VARCHAR(2) NOT NULL,
	due_at TIMESTAMP WITH TIME ZONE NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_task PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_task_case_id FOREIGN KEY(case_id) REFERENCES meeting (case_id)
)""",
    "CREATE INDEX ix_meeting_task_role_country ON meeting_task (role, country)",
    "CREATE INDEX ix_meeting_task_due_at ON meeting_task (due_at)",
    """CREATE FUNCTION meeting_task_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_task' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_task_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_task"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_task_append_only()""",
    """CREATE TABLE delivery (
	message_id BIGINT NOT NULL,
	status VARCHAR(8) NOT NULL,
	attempts INTEGER NOT NULL,
	next_at TIMESTAMP WITH TIME ZONE NOT NULL,
	leased_until TIMESTAMP WITH TIME ZONE,
	accepted_at TIMESTAMP WITH TIME ZONE,
	answer TEXT,
	CONSTRAINT pk_delivery PRIMARY KEY (message_id),
	CONSTRAINT ck_delivery_status CHECK (status IN ('waiting', 'accepted', 'failed')),
	CONSTRAINT ck_delivery_accepted CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
	CONSTRAINT fk_delivery_message_id FOREIGN KEY(message_id) REFERENCES message (id)
)""",
    "CREATE INDEX ix_delivery_waiting ON delivery (next_at) WHERE status = 'waiting'",
    """CREATE TABLE review_step (
	id BIGINT NOT NULL,
	assignment_id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	kind VARCHAR(8) NOT NULL,
	request INTEGER NOT NULL,
	content JSON NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_review_step PRIMARY KEY (id),
	CONSTRAINT uq_review_step_case_id_seq UNIQUE (case_id, seq),
	CONSTRAINT ck_review_step_kind CHECK (kind IN ('clear', 'conflict', 'scored', 'relieved')),
	CONSTRAINT fk_review_step_assignment_id FOREIGN KEY(assignment_id) REFERENCES review_assignment (id),
	CONSTRAINT fk_review_step_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_review_step_assignment_id ON review_step (assignment_id)",
    """CREATE FUNCTION review_step_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: review_step' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER review_step_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "review_step"
FOR EACH STATEMENT EXECUTE FUNCTION review_step_append_only()""",
    """CREATE TABLE call_ranking (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	content JSON NOT NULL,
	digest CHAR(64) NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_call_ranking PRIMARY KEY (case_id, number),
	CONSTRAINT fk_call_ranking_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
)""",
    """CREATE FUNCTION call_ranking_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: call_ranking' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER call_ranking_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "call_ranking"
FOR EACH STATEMENT EXECUTE FUNCTION call_ranking_append_only()""",
    """CREATE TABLE ranking_adoption (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	by BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_ranking_adoption PRIMARY KEY (case_id, number),
	CONSTRAINT fk_ranking_adoption_case_id FOREIGN KEY(case_id) REFERENCES call (case_id)
)""",
    """CREATE FUNCTION ranking_adoption_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ranking_adoption' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER ranking_adoption_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ranking_adoption"
FOR EACH STATEMENT EXECUTE FUNCTION ranking_adoption_append_only()""",
    """CREATE TABLE appointment_end (
	appointment_id BIGINT NOT NULL,
	last_day DATE NOT NULL,
	document VARCHAR(200) NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_appointment_end PRIMARY KEY (appointment_id),
	CONSTRAINT fk_appointment_end_appointment_id FOREIGN KEY(appointment_id) REFERENCES appointment (id)
)""",
    """CREATE FUNCTION appointment_end_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: appointment_end' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER appointment_end_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "appointment_end"
FOR EACH STATEMENT EXECUTE FUNCTION appointment_end_append_only()""",
    """CREATE TABLE ballot_service (
	ballot_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	means VARCHAR(10) NOT NULL,
	message_id BIGINT,
	delivered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	recorded_by BIGINT,
	note TEXT,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_ballot_service PRIMARY KEY (ballot_id, country),
	CONSTRAINT ck_ballot_service_means CHECK (means IN ('message', 'other')),
	CONSTRAINT ck_ballot_service_message CHECK (means <> 'message' OR message_id IS NOT NULL),
	CONSTRAINT ck_ballot_service_other CHECK (means <> 'other' OR (recorded_by IS NOT NULL AND note IS NOT NULL)),
	CONSTRAINT fk_ballot_service_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE FUNCTION ballot_service_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_service' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER ballot_service_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_service"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_service_append_only()""",
    """CREATE TABLE ballot_seat (
	ballot_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	counted BOOLEAN NOT NULL,
	reason_code VARCHAR(30) NOT NULL,
	params JSON NOT NULL,
	source TEXT NOT NULL,
	note JSON,
	confirmed BOOLEAN NOT NULL,
	CONSTRAINT pk_ballot_seat PRIMARY KEY (ballot_id, country),
	CONSTRAINT fk_ballot_seat_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE FUNCTION ballot_seat_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_seat' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER ballot_seat_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_seat"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_seat_append_only()""",
    """CREATE TABLE ballot_roll (
	ballot_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	present JSON NOT NULL,
	calling VARCHAR(12),
	seed VARCHAR(64),
	CONSTRAINT pk_ballot_roll PRIMARY KEY (ballot_id, seq),
	CONSTRAINT ck_ballot_roll_calling CHECK (calling IN ('drawn', 'alphabetical')),
	CONSTRAINT ck_ballot_roll_seed CHECK ((calling = 'drawn') = (seed IS NOT NULL)),
	CONSTRAINT fk_ballot_roll_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE FUNCTION ballot_roll_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_roll' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER ballot_roll_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_roll"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_roll_append_only()""",
    """CREATE TABLE vote (
	ballot_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	country CHAR(2) NOT NULL,
	position VARCHAR(20) NOT NULL,
	explanation TEXT,
	reservation TEXT,
	slip CHAR(64),
	nonce VARCHAR(64),
	on_behalf BOOLEAN NOT NULL,
	evidence JSON,
	actor_id BIGINT NOT NULL,
	office VARCHAR(40) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_vote PRIMARY KEY (ballot_id, seq),
	CONSTRAINT ck_vote_position CHECK (position IN ('in_favour', 'with_reservations', 'against', 'abstain', 'not_participating', 'absent', 'recused', 'taken_back')),
	CONSTRAINT ck_vote_slip CHECK ((slip IS NULL) = (nonce IS NULL)),
	CONSTRAINT ck_vote_evidence CHECK (NOT on_behalf OR evidence IS NOT NULL),
	CONSTRAINT fk_vote_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    "CREATE INDEX ix_vote_country ON vote (ballot_id, country, seq)",
    """CREATE FUNCTION vote_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: vote' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER vote_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "vote"
FOR EACH STATEMENT EXECUTE FUNCTION vote_append_only()""",
    """CREATE TABLE tranche_event (
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
)""",
    "CREATE INDEX ix_tranche_event_accounts_due_on ON tranche_event (accounts_due_on)",
    "CREATE INDEX ix_tranche_event_entry ON tranche_event (case_id, seq)",
    "CREATE INDEX ix_tranche_event_pay_by ON tranche_event (pay_by)",
    """CREATE FUNCTION tranche_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: tranche_event' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER tranche_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "tranche_event"
FOR EACH STATEMENT EXECUTE FUNCTION tranche_event_append_only()""",
    """CREATE FUNCTION tranche_event_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER tranche_event_in_order BEFORE INSERT ON "tranche_event"
FOR EACH ROW EXECUTE FUNCTION tranche_event_in_order()""",
    """CREATE TABLE meeting_amendment_answer (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	accepted BOOLEAN NOT NULL,
	reason TEXT NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_amendment_answer PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_amendment_answer_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_amendment (case_id, number)
)""",
    """CREATE FUNCTION meeting_amendment_answer_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_amendment_answer' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_amendment_answer_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_amendment_answer"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_amendment_answer_append_only()""",
    """CREATE TABLE meeting_task_done (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	words TEXT NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_task_done PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_task_done_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_task (case_id, number)
)""",
    """CREATE FUNCTION meeting_task_done_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_task_done' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_task_done_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_task_done"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_task_done_append_only()""",
    """CREATE TABLE meeting_task_reminder (
	case_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_meeting_task_reminder PRIMARY KEY (case_id, number),
	CONSTRAINT fk_meeting_task_reminder_case_id_number FOREIGN KEY(case_id, number) REFERENCES meeting_task (case_id, number)
)""",
    """CREATE FUNCTION meeting_task_reminder_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: meeting_task_reminder' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER meeting_task_reminder_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "meeting_task_reminder"
FOR EACH STATEMENT EXECUTE FUNCTION meeting_task_reminder_append_only()""",
    """CREATE TABLE ballot_period (
	ballot_id BIGINT NOT NULL,
	starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
	closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_ballot_period PRIMARY KEY (ballot_id),
	CONSTRAINT ck_ballot_period_closes CHECK (closes_at >= starts_at),
	CONSTRAINT fk_ballot_period_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE FUNCTION ballot_period_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_period' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER ballot_period_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_period"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_period_append_only()""",
    """CREATE TABLE ballot_outcome (
	ballot_id BIGINT NOT NULL,
	outcome VARCHAR(10) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	seq INTEGER NOT NULL,
	tally JSON NOT NULL,
	CONSTRAINT pk_ballot_outcome PRIMARY KEY (ballot_id),
	CONSTRAINT ck_ballot_outcome_outcome CHECK (outcome IN ('carried', 'lost', 'undecided', 'withdrawn', 'deferred', 'recalled', 'broken')),
	CONSTRAINT ck_ballot_outcome_at CHECK (at <= recorded_at),
	CONSTRAINT fk_ballot_outcome_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
)""",
    """CREATE FUNCTION ballot_outcome_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_outcome' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER ballot_outcome_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_outcome"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_outcome_append_only()""",
    """CREATE FUNCTION ballot_continues() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b WHERE b.case_id = NEW.case_id AND b.id <> NEW.id
        AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'ballot_is_open' USING ERRCODE = 'integrity_constraint_violation';
ELSIF NEW.round <> (SELECT count(*) FROM ballot b WHERE b.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'ballot_round' USING ERRCODE = 'integrity_constraint_violation';
ELSIF NOT EXISTS (SELECT 1 FROM audit_entry e
    WHERE e.case_id = NEW.case_id AND e.seq = NEW.seq AND e.at = NEW.opened_at AND e.detail ->> 'ballot' = NEW.round::text
        AND e.detail ->> 'content' = NEW.content_digest AND e.detail ->> 'seats' IS NOT NULL) THEN
    RAISE EXCEPTION 'ballot_without_entry' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_continues AFTER INSERT ON ballot
FOR EACH ROW EXECUTE FUNCTION ballot_continues()""",
    """CREATE FUNCTION vote_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; told ballot_period%ROWTYPE; said audit_entry%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR SHARE;
SELECT * INTO told FROM ballot_period WHERE ballot_id = NEW.ballot_id;
SELECT * INTO said FROM audit_entry e
    WHERE e.case_id = held.case_id AND e.seq = NEW.seq AND e.at = NEW.at
    AND e.actor_id = NEW.actor_id
    AND e.act = CASE WHEN NEW.position = 'taken_back' THEN 'ballot.vote_taken_back'
        WHEN NEW.on_behalf THEN 'ballot.vote_recorded' ELSE 'ballot.vote_cast' END;
IF EXISTS (SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id) THEN
    why := 'vote_after_outcome';
ELSIF NOT EXISTS (SELECT 1 FROM ballot_seat
    WHERE ballot_id = NEW.ballot_id AND country = NEW.country AND counted) THEN
    why := 'vote_without_seat';
ELSIF NEW.at < held.opened_at OR NEW.at >= coalesce(held.closes_at, told.closes_at, 'infinity') THEN
    why := 'vote_after_closing';
ELSIF said.seq IS NULL THEN
    why := 'vote_without_entry';
ELSIF NEW.position <> 'taken_back' AND (held.secrecy = 'open') <> (NEW.slip IS NULL) THEN
    why := 'vote_without_slip';
ELSIF NEW.slip IS NOT NULL AND (said.detail ->> 'slip' IS DISTINCT FROM NEW.slip
        OR said.detail -> 'position' IS NOT NULL) THEN
    why := 'vote_is_told';
END IF;
IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER vote_is_admissible AFTER INSERT ON vote
FOR EACH ROW EXECUTE FUNCTION vote_is_admissible()""",
    """CREATE FUNCTION ballot_outcome_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM ballot WHERE id = NEW.ballot_id FOR UPDATE;
IF NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.at = NEW.recorded_at AND e.detail ->> 'ballot' = b.round::text
        AND e.detail ->> 'outcome' = NEW.outcome) THEN
    RAISE EXCEPTION 'outcome_without_entry' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_outcome_waits AFTER INSERT ON ballot_outcome
FOR EACH ROW EXECUTE FUNCTION ballot_outcome_waits()""",
    """CREATE FUNCTION ballot_seat_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b WHERE b.id IN (SELECT ballot_id FROM fresh)
        AND b.seats < (SELECT count(*) FROM ballot_seat s WHERE s.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'electorate_is_frozen' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_seat_is_frozen AFTER INSERT ON ballot_seat
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION ballot_seat_is_frozen()""",
    """CREATE FUNCTION ballot_period_begins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR UPDATE;
IF EXISTS (
    SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq) THEN
    why := 'period_after_outcome';
ELSIF held.closes_at IS NOT NULL OR NEW.starts_at < held.opened_at THEN
    why := 'period_of_window';
ELSIF held.way = 'silence' AND EXISTS (SELECT 1 FROM ballot_seat s
    WHERE s.ballot_id = NEW.ballot_id AND s.counted AND NOT EXISTS (
        SELECT 1 FROM ballot_service v WHERE v.ballot_id = s.ballot_id
        AND v.country = s.country AND v.delivered_at <= NEW.starts_at)) THEN
    why := 'period_without_notice';
ELSIF NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq) THEN
    why := 'period_without_entry';
END IF;
IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_period_begins AFTER INSERT ON ballot_period
FOR EACH ROW EXECUTE FUNCTION ballot_period_begins()""",
    """CREATE FUNCTION ballot_service_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR SHARE;
IF EXISTS (SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id) THEN
    why := 'service_after_outcome';
ELSIF NOT EXISTS (SELECT 1 FROM ballot_seat
    WHERE ballot_id = NEW.ballot_id AND country = NEW.country AND counted) THEN
    why := 'service_without_seat';
ELSIF EXISTS (
    SELECT 1 FROM ballot_period WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq) THEN
    why := 'service_after_start';
ELSIF NEW.delivered_at < held.opened_at THEN
    why := 'service_before_opening';
ELSIF NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq) THEN
    why := 'service_without_entry';
END IF;
IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_service_is_admissible AFTER INSERT ON ballot_service
FOR EACH ROW EXECUTE FUNCTION ballot_service_is_admissible()""",
    """CREATE FUNCTION ballot_roll_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR SHARE;
IF EXISTS (
    SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq) THEN
    why := 'roll_after_outcome';
ELSIF EXISTS (
    SELECT 1 FROM ballot_period WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq) THEN
    why := 'roll_after_conclusion';
ELSIF held.way NOT IN ('consensus', 'roll_call') THEN
    why := 'roll_outside_the_room';
ELSIF NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.act = 'ballot.attendance_taken') THEN
    why := 'roll_without_entry';
END IF;
IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_roll_is_admissible AFTER INSERT ON ballot_roll
FOR EACH ROW EXECUTE FUNCTION ballot_roll_is_admissible()""",
    """CREATE FUNCTION submission_is_bound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b
    WHERE b.case_id = NEW.case_id AND b.seq < NEW.seq
    AND substr(b.content_form, 1, length(NEW.form) + 2) = NEW.form || '/v'
    AND (NEW.material IS NULL OR NEW.material <> b.material_digest)
    AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'content_is_bound' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER submission_is_bound AFTER INSERT ON submission
FOR EACH ROW EXECUTE FUNCTION submission_is_bound()""",
    """CREATE TABLE decision (
	ballot_id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	round INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	number VARCHAR(40),
	body VARCHAR(40) NOT NULL,
	year INTEGER NOT NULL,
	title JSON NOT NULL,
	way VARCHAR(12) NOT NULL,
	secrecy VARCHAR(12) NOT NULL,
	outcome VARCHAR(12) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	tally JSON NOT NULL,
	exercise BOOLEAN NOT NULL,
	illustrative BOOLEAN NOT NULL,
	record TEXT NOT NULL,
	digest CHAR(64) NOT NULL,
	CONSTRAINT pk_decision PRIMARY KEY (ballot_id),
	CONSTRAINT uq_decision_case_id_round UNIQUE (case_id, round),
	CONSTRAINT uq_decision_number UNIQUE (number),
	CONSTRAINT fk_decision_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id),
	CONSTRAINT fk_decision_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_decision_at ON decision (at, ballot_id)",
    """CREATE FUNCTION decision_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: decision' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER decision_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "decision"
FOR EACH STATEMENT EXECUTE FUNCTION decision_append_only()""",
    """CREATE TABLE decision_position (
	ballot_id BIGINT NOT NULL,
	country CHAR(2) NOT NULL,
	position VARCHAR(20) NOT NULL,
	explanation TEXT,
	reservation TEXT,
	CONSTRAINT pk_decision_position PRIMARY KEY (ballot_id, country),
	CONSTRAINT fk_decision_position_ballot_id FOREIGN KEY(ballot_id) REFERENCES decision (ballot_id)
)""",
    "CREATE INDEX ix_decision_position_country ON decision_position (country, ballot_id)",
    """CREATE FUNCTION decision_position_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: decision_position' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER decision_position_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "decision_position"
FOR EACH STATEMENT EXECUTE FUNCTION decision_position_append_only()""",
    """CREATE TABLE decision_note (
	ballot_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	kind VARCHAR(10) NOT NULL,
	country CHAR(2),
	text TEXT NOT NULL,
	office VARCHAR(40) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_decision_note PRIMARY KEY (ballot_id, seq),
	CONSTRAINT ck_decision_note_kind CHECK (kind IN ('sponsor', 'footnote', 'document', 'correction')),
	CONSTRAINT ck_decision_note_country CHECK (kind IN ('document', 'correction') OR country IS NOT NULL),
	CONSTRAINT fk_decision_note_ballot_id FOREIGN KEY(ballot_id) REFERENCES decision (ballot_id)
)""",
    """CREATE FUNCTION decision_note_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: decision_note' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER decision_note_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "decision_note"
FOR EACH STATEMENT EXECUTE FUNCTION decision_note_append_only()""",
    """CREATE TABLE budget (
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
)""",
    """CREATE FUNCTION budget_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: budget' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER budget_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "budget"
FOR EACH STATEMENT EXECUTE FUNCTION budget_append_only()""",
    """CREATE FUNCTION budget_within_grant() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER budget_within_grant BEFORE INSERT ON "budget"
FOR EACH ROW EXECUTE FUNCTION budget_within_grant()""",
    """CREATE TABLE refund (
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
)""",
    "CREATE INDEX ix_refund_tranche ON refund (tranche_id)",
    """CREATE FUNCTION refund_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: refund' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER refund_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "refund"
FOR EACH STATEMENT EXECUTE FUNCTION refund_append_only()""",
    """CREATE FUNCTION refund_of_tranche() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER refund_of_tranche BEFORE INSERT ON "refund"
FOR EACH ROW EXECUTE FUNCTION refund_of_tranche()""",
    """CREATE TABLE bank_file (
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
)""",
    "CREATE INDEX ix_bank_file_sha256 ON bank_file (sha256)",
    """CREATE FUNCTION bank_file_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_file' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER bank_file_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_file"
FOR EACH STATEMENT EXECUTE FUNCTION bank_file_append_only()""",
    """CREATE TABLE bank_statement (
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
)""",
    "CREATE INDEX ix_bank_statement_account ON bank_statement (account, first_day)",
    "CREATE INDEX ix_bank_statement_file_id ON bank_statement (file_id)",
    """CREATE FUNCTION bank_statement_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_statement' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER bank_statement_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_statement"
FOR EACH STATEMENT EXECUTE FUNCTION bank_statement_append_only()""",
    """CREATE FUNCTION bank_statement_is_new() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER bank_statement_is_new BEFORE INSERT ON "bank_statement"
FOR EACH ROW EXECUTE FUNCTION bank_statement_is_new()""",
    """CREATE TABLE bank_statement_withdrawn (
	statement_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_bank_statement_withdrawn PRIMARY KEY (statement_id),
	CONSTRAINT fk_bank_statement_withdrawn_statement_id FOREIGN KEY(statement_id) REFERENCES bank_statement (id)
)""",
    """CREATE FUNCTION bank_statement_withdrawn_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_statement_withdrawn' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER bank_statement_withdrawn_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_statement_withdrawn"
FOR EACH STATEMENT EXECUTE FUNCTION bank_statement_withdrawn_append_only()""",
    """CREATE FUNCTION bank_statement_is_unmatched() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER bank_statement_is_unmatched BEFORE INSERT ON "bank_statement_withdrawn"
FOR EACH ROW EXECUTE FUNCTION bank_statement_is_unmatched()""",
    """CREATE TABLE bank_line (
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
)""",
    """CREATE FUNCTION bank_line_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_line' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER bank_line_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_line"
FOR EACH STATEMENT EXECUTE FUNCTION bank_line_append_only()""",
    """CREATE FUNCTION bank_line_follows() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER bank_line_follows BEFORE INSERT ON "bank_line"
FOR EACH ROW EXECUTE FUNCTION bank_line_follows()""",
    """CREATE TABLE period_event (
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
)""",
    """CREATE FUNCTION period_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: period_event' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER period_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "period_event"
FOR EACH STATEMENT EXECUTE FUNCTION period_event_append_only()""",
    """CREATE FUNCTION period_event_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER period_event_in_order BEFORE INSERT ON period_event
FOR EACH ROW EXECUTE FUNCTION period_event_in_order()""",
    """CREATE TABLE agreement (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	donor VARCHAR(120) NOT NULL,
	donor_class VARCHAR(20) NOT NULL,
	kind VARCHAR(20) NOT NULL,
	reference VARCHAR(120) NOT NULL,
	signed_on DATE NOT NULL,
	purpose TEXT NOT NULL,
	countries JSON NOT NULL,
	topics JSON NOT NULL,
	modalities JSON NOT NULL,
	reporting_months INTEGER,
	unspent VARCHAR(10) NOT NULL,
	currency CHAR(3) NOT NULL,
	illustrative BOOLEAN NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_agreement PRIMARY KEY (id),
	CONSTRAINT ck_agreement_kind CHECK (kind IN ('agreement', 'mou', 'exchange_of_letters')),
	CONSTRAINT ck_agreement_unspent CHECK (unspent IN ('return', 'extend', 'reassign')),
	CONSTRAINT ck_agreement_reporting_months CHECK (reporting_months > 0),
	CONSTRAINT ck_agreement_donor_class CHECK (donor_class IN ('member_states', 'permanent_observers', 'other')),
	CONSTRAINT uq_agreement_ref UNIQUE (ref)
)""",
    "CREATE INDEX ix_agreement_donor ON agreement (donor)",
    """CREATE FUNCTION agreement_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: agreement' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER agreement_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "agreement"
FOR EACH STATEMENT EXECUTE FUNCTION agreement_append_only()""",
    """CREATE TABLE contribution (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	donor VARCHAR(120) NOT NULL,
	donor_class VARCHAR(20) NOT NULL,
	currency CHAR(3) NOT NULL,
	pledged_minor BIGINT NOT NULL,
	value_minor BIGINT NOT NULL,
	rate VARCHAR(20),
	rate_source VARCHAR(120),
	rate_on DATE,
	pledged_on DATE NOT NULL,
	due_on DATE,
	illustrative BOOLEAN NOT NULL,
	agreement_id BIGINT,
	agreement TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_contribution PRIMARY KEY (id),
	CONSTRAINT ck_contribution_pledged CHECK (pledged_minor > 0),
	CONSTRAINT ck_contribution_value CHECK (value_minor > 0),
	CONSTRAINT ck_contribution_rate CHECK ((currency = 'USD') = (rate IS NULL)),
	CONSTRAINT ck_contribution_rate_known CHECK ((rate IS NULL) = (rate_source IS NULL) AND (rate IS NULL) = (rate_on IS NULL)),
	CONSTRAINT ck_contribution_due_on CHECK (due_on >= pledged_on),
	CONSTRAINT ck_contribution_donor_class CHECK (donor_class IN ('member_states', 'permanent_observers', 'other')),
	CONSTRAINT uq_contribution_ref UNIQUE (ref),
	CONSTRAINT fk_contribution_agreement_id FOREIGN KEY(agreement_id) REFERENCES agreement (id)
)""",
    "CREATE INDEX ix_contribution_agreement_id ON contribution (agreement_id)",
    "CREATE INDEX ix_contribution_donor ON contribution (donor)",
    """CREATE FUNCTION contribution_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: contribution' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER contribution_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "contribution"
FOR EACH STATEMENT EXECUTE FUNCTION contribution_append_only()""",
    """CREATE TABLE payment_call (
	contribution_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	amount_minor BIGINT NOT NULL,
	came_minor BIGINT NOT NULL,
	issued_on DATE NOT NULL,
	due_on DATE NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_payment_call PRIMARY KEY (contribution_id, number),
	CONSTRAINT ck_payment_call_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_payment_call_came CHECK (came_minor >= 0),
	CONSTRAINT ck_payment_call_due_on CHECK (due_on >= issued_on),
	CONSTRAINT fk_payment_call_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id)
)""",
    """CREATE FUNCTION payment_call_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: payment_call' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER payment_call_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "payment_call"
FOR EACH STATEMENT EXECUTE FUNCTION payment_call_append_only()""",
    """CREATE TABLE icr_waiver (
	id BIGINT NOT NULL,
	contribution_id BIGINT NOT NULL,
	rate INTEGER NOT NULL,
	from_on DATE NOT NULL,
	reason TEXT NOT NULL,
	document VARCHAR(200) NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_icr_waiver PRIMARY KEY (id),
	CONSTRAINT ck_icr_waiver_rate CHECK (rate >= 0 AND rate < 10000),
	CONSTRAINT uq_icr_waiver_contribution_id_from_on UNIQUE (contribution_id, from_on),
	CONSTRAINT fk_icr_waiver_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id)
)""",
    """CREATE FUNCTION icr_waiver_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: icr_waiver' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER icr_waiver_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "icr_waiver"
FOR EACH STATEMENT EXECUTE FUNCTION icr_waiver_append_only()""",
    """CREATE TABLE agreement_amendment (
	agreement_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	reference VARCHAR(120) NOT NULL,
	from_on DATE NOT NULL,
	purpose TEXT NOT NULL,
	countries JSON NOT NULL,
	topics JSON NOT NULL,
	modalities JSON NOT NULL,
	reporting_months INTEGER,
	unspent VARCHAR(10) NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_agreement_amendment PRIMARY KEY (agreement_id, number),
	CONSTRAINT ck_agreement_amendment_unspent CHECK (unspent IN ('return', 'extend', 'reassign')),
	CONSTRAINT ck_agreement_amendment_reporting_months CHECK (reporting_months > 0),
	CONSTRAINT fk_agreement_amendment_agreement_id FOREIGN KEY(agreement_id) REFERENCES agreement (id)
)""",
    """CREATE FUNCTION agreement_amendment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: agreement_amendment' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER agreement_amendment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "agreement_amendment"
FOR EACH STATEMENT EXECUTE FUNCTION agreement_amendment_append_only()""",
    """CREATE FUNCTION amendment_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.number <> (SELECT 1 + count(*) FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id)
    OR NEW.from_on < (SELECT signed_on FROM agreement AS g WHERE g.id = NEW.agreement_id)
    OR EXISTS (SELECT 1 FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id AND a.from_on > NEW.from_on) THEN
    RAISE EXCEPTION 'amendment_out_of_order' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER amendment_in_order BEFORE INSERT ON "agreement_amendment"
FOR EACH ROW EXECUTE FUNCTION amendment_in_order()""",
    """CREATE TABLE spending (
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
)""",
    """CREATE FUNCTION spending_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: spending' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER spending_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "spending"
FOR EACH STATEMENT EXECUTE FUNCTION spending_append_only()""",
    """CREATE TABLE spending_event (
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
)""",
    """CREATE FUNCTION spending_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: spending_event' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER spending_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "spending_event"
FOR EACH STATEMENT EXECUTE FUNCTION spending_event_append_only()""",
    """CREATE FUNCTION spending_event_of_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM spending AS s
    WHERE s.id = NEW.spending_id AND s.prepared_by <> NEW.actor_id) THEN
    RAISE EXCEPTION 'own_spending' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER spending_event_of_two BEFORE INSERT ON "spending_event"
FOR EACH ROW EXECUTE FUNCTION spending_event_of_two()""",
    """CREATE TABLE journal (
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
)""",
    "CREATE INDEX ix_journal_case ON journal (case_id, case_seq)",
    "CREATE INDEX ix_journal_at ON journal (at)",
    """CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: journal' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER journal_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "journal"
FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()""",
    """CREATE FUNCTION journal_moves_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER journal_moves_accounts AFTER INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION journal_moves_accounts()""",
    """CREATE FUNCTION journal_in_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM pg_advisory_xact_lock_shared(20260,
    extract(year FROM NEW.at)::integer * 12 + extract(month FROM NEW.at)::integer);
IF EXISTS (SELECT 1 FROM period_event AS e WHERE e.period IN (to_char(NEW.at, 'YYYY'), to_char(NEW.at, 'YYYY-MM'))
    AND e.event <> 'reopened' AND NOT EXISTS (SELECT 1 FROM period_event AS l
        WHERE l.period = e.period AND l.number > e.number)) THEN
    RAISE EXCEPTION 'period_closed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER journal_in_open_period BEFORE INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION journal_in_open_period()""",
    """CREATE TABLE posting (
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
)""",
    """CREATE FUNCTION posting_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: posting' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER posting_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "posting"
FOR EACH STATEMENT EXECUTE FUNCTION posting_append_only()""",
    """CREATE FUNCTION posting_is_a_line() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER posting_is_a_line BEFORE INSERT ON posting
FOR EACH ROW EXECUTE FUNCTION posting_is_a_line()""",
    """CREATE TABLE bank_match (
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
)""",
    "CREATE INDEX ix_bank_match_account ON bank_match (account)",
    """CREATE FUNCTION bank_match_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_match' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER bank_match_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_match"
FOR EACH STATEMENT EXECUTE FUNCTION bank_match_append_only()""",
    """CREATE FUNCTION bank_match_unfolds() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER bank_match_unfolds AFTER INSERT ON bank_match
FOR EACH ROW EXECUTE FUNCTION bank_match_unfolds()""",
    """CREATE TABLE bank_match_line (
	match_id BIGINT NOT NULL,
	line_id BIGINT NOT NULL,
	CONSTRAINT pk_bank_match_line PRIMARY KEY (match_id, line_id),
	CONSTRAINT fk_bank_match_line_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id),
	CONSTRAINT fk_bank_match_line_line_id FOREIGN KEY(line_id) REFERENCES bank_line (id)
)""",
    "CREATE INDEX ix_bank_match_line_line_id ON bank_match_line (line_id)",
    """CREATE FUNCTION bank_match_line_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_match_line' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER bank_match_line_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_match_line"
FOR EACH STATEMENT EXECUTE FUNCTION bank_match_line_append_only()""",
    """CREATE FUNCTION bank_match_line_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER bank_match_line_is_free BEFORE INSERT ON "bank_match_line"
FOR EACH ROW EXECUTE FUNCTION bank_match_line_is_free()""",
    """CREATE TABLE bank_match_posting (
	match_id BIGINT NOT NULL,
	journal_id BIGINT NOT NULL,
	line INTEGER NOT NULL,
	CONSTRAINT pk_bank_match_posting PRIMARY KEY (match_id, journal_id, line),
	CONSTRAINT fk_bank_match_posting_journal_id_line FOREIGN KEY(journal_id, line) REFERENCES posting (journal_id, line),
	CONSTRAINT fk_bank_match_posting_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id)
)""",
    "CREATE INDEX ix_bank_match_posting_journal_id ON bank_match_posting (journal_id, line)",
    """CREATE FUNCTION bank_match_posting_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_match_posting' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER bank_match_posting_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_match_posting"
FOR EACH STATEMENT EXECUTE FUNCTION bank_match_posting_append_only()""",
    """CREATE FUNCTION bank_match_posting_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$""",
    """CREATE TRIGGER bank_match_posting_is_free BEFORE INSERT ON "bank_match_posting"
FOR EACH ROW EXECUTE FUNCTION bank_match_posting_is_free()""",
    """CREATE TABLE bank_match_undone (
	match_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	by BIGINT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_bank_match_undone PRIMARY KEY (match_id),
	CONSTRAINT fk_bank_match_undone_match_id FOREIGN KEY(match_id) REFERENCES bank_match (id)
)""",
    """CREATE FUNCTION bank_match_undone_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: bank_match_undone' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER bank_match_undone_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "bank_match_undone"
FOR EACH STATEMENT EXECUTE FUNCTION bank_match_undone_append_only()""",
    """CREATE TABLE receipt (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	donor VARCHAR(120) NOT NULL,
	donor_class VARCHAR(20) NOT NULL,
	currency CHAR(3) NOT NULL,
	amount_minor BIGINT NOT NULL,
	value_minor BIGINT NOT NULL,
	rate VARCHAR(20),
	rate_source VARCHAR(120),
	rate_on DATE,
	received_on DATE NOT NULL,
	bank_account VARCHAR(20) NOT NULL,
	bank_reference VARCHAR(120) NOT NULL,
	instructed BOOLEAN NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_receipt PRIMARY KEY (id),
	CONSTRAINT ck_receipt_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_receipt_value CHECK (value_minor > 0),
	CONSTRAINT ck_receipt_rate CHECK ((currency = 'USD') = (rate IS NULL)),
	CONSTRAINT ck_receipt_rate_known CHECK ((rate IS NULL) = (rate_source IS NULL) AND (rate IS NULL) = (rate_on IS NULL)),
	CONSTRAINT ck_receipt_in_dollars CHECK (rate IS NOT NULL OR value_minor = amount_minor),
	CONSTRAINT ck_receipt_donor_class CHECK (donor_class IN ('member_states', 'permanent_observers', 'other')),
	CONSTRAINT uq_receipt_ref UNIQUE (ref),
	CONSTRAINT uq_receipt_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_receipt_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    "CREATE INDEX ix_receipt_donor ON receipt (donor, received_on)",
    """CREATE FUNCTION receipt_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: receipt' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER receipt_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "receipt"
FOR EACH STATEMENT EXECUTE FUNCTION receipt_append_only()""",
    """CREATE TABLE conversion (
	id BIGINT NOT NULL,
	currency CHAR(3) NOT NULL,
	sold_minor BIGINT NOT NULL,
	bought_minor BIGINT NOT NULL,
	book_minor BIGINT NOT NULL,
	converted_on DATE NOT NULL,
	bank_reference VARCHAR(120) NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_conversion PRIMARY KEY (id),
	CONSTRAINT ck_conversion_amounts CHECK (sold_minor > 0 AND bought_minor > 0 AND book_minor > 0),
	CONSTRAINT ck_conversion_currency CHECK (currency <> 'USD'),
	CONSTRAINT uq_conversion_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_conversion_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    """CREATE FUNCTION conversion_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: conversion' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER conversion_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "conversion"
FOR EACH STATEMENT EXECUTE FUNCTION conversion_append_only()""",
    """CREATE TABLE in_kind (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	donor VARCHAR(120) NOT NULL,
	donor_class VARCHAR(20) NOT NULL,
	kind VARCHAR(12) NOT NULL,
	description TEXT NOT NULL,
	spending VARCHAR(30),
	value_minor BIGINT NOT NULL,
	valued_by TEXT NOT NULL,
	given_on DATE NOT NULL,
	illustrative BOOLEAN NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_in_kind PRIMARY KEY (id),
	CONSTRAINT ck_in_kind_kind CHECK (kind IN ('in_kind', 'cofinancing')),
	CONSTRAINT ck_in_kind_value CHECK (value_minor > 0),
	CONSTRAINT ck_in_kind_donor_class CHECK (donor_class IN ('member_states', 'permanent_observers', 'other')),
	CONSTRAINT uq_in_kind_ref UNIQUE (ref),
	CONSTRAINT uq_in_kind_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_in_kind_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    "CREATE INDEX ix_in_kind_donor ON in_kind (donor)",
    """CREATE FUNCTION in_kind_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: in_kind' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER in_kind_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "in_kind"
FOR EACH STATEMENT EXECUTE FUNCTION in_kind_append_only()""",
    """CREATE TABLE receipt_part (
	receipt_id BIGINT NOT NULL,
	contribution_id BIGINT NOT NULL,
	amount_minor BIGINT NOT NULL,
	credited_minor BIGINT NOT NULL,
	value_minor BIGINT NOT NULL,
	icr_minor BIGINT NOT NULL,
	icr_rate INTEGER NOT NULL,
	waiver_id BIGINT,
	CONSTRAINT pk_receipt_part PRIMARY KEY (receipt_id, contribution_id),
	CONSTRAINT ck_receipt_part_amount CHECK (amount_minor > 0 AND credited_minor > 0),
	CONSTRAINT ck_receipt_part_icr CHECK (icr_minor >= 0 AND icr_minor <= value_minor),
	CONSTRAINT fk_receipt_part_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id),
	CONSTRAINT fk_receipt_part_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
	CONSTRAINT fk_receipt_part_waiver_id FOREIGN KEY(waiver_id) REFERENCES icr_waiver (id)
)""",
    "CREATE INDEX ix_receipt_part_contribution_id ON receipt_part (contribution_id)",
    "CREATE INDEX ix_receipt_part_waiver_id ON receipt_part (waiver_id)",
    """CREATE FUNCTION receipt_part_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: receipt_part' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER receipt_part_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "receipt_part"
FOR EACH STATEMENT EXECUTE FUNCTION receipt_part_append_only()""",
    """CREATE TABLE receipt_taken_back (
	receipt_id BIGINT NOT NULL,
	journal_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_receipt_taken_back PRIMARY KEY (receipt_id),
	CONSTRAINT fk_receipt_taken_back_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id),
	CONSTRAINT uq_receipt_taken_back_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_receipt_taken_back_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    """CREATE FUNCTION receipt_taken_back_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: receipt_taken_back' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER receipt_taken_back_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "receipt_taken_back"
FOR EACH STATEMENT EXECUTE FUNCTION receipt_taken_back_append_only()""",
    """CREATE TABLE pledge_reduction (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	contribution_id BIGINT NOT NULL,
	kind VARCHAR(12) NOT NULL,
	amount_minor BIGINT NOT NULL,
	reduced_on DATE NOT NULL,
	reason TEXT NOT NULL,
	document VARCHAR(200) NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_pledge_reduction PRIMARY KEY (id),
	CONSTRAINT ck_pledge_reduction_kind CHECK (kind IN ('lowered', 'written_off')),
	CONSTRAINT ck_pledge_reduction_amount CHECK (amount_minor > 0),
	CONSTRAINT uq_pledge_reduction_ref UNIQUE (ref),
	CONSTRAINT fk_pledge_reduction_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
	CONSTRAINT uq_pledge_reduction_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_pledge_reduction_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    "CREATE INDEX ix_pledge_reduction_contribution_id ON pledge_reduction (contribution_id)",
    """CREATE FUNCTION pledge_reduction_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: pledge_reduction' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER pledge_reduction_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "pledge_reduction"
FOR EACH STATEMENT EXECUTE FUNCTION pledge_reduction_append_only()""",
    """CREATE TABLE donor_return (
	id BIGINT NOT NULL,
	ref VARCHAR(20) NOT NULL,
	contribution_id BIGINT NOT NULL,
	amount_minor BIGINT NOT NULL,
	prepared_on DATE NOT NULL,
	document VARCHAR(200) NOT NULL,
	journal_id BIGINT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_donor_return PRIMARY KEY (id),
	CONSTRAINT ck_donor_return_amount CHECK (amount_minor > 0),
	CONSTRAINT uq_donor_return_ref UNIQUE (ref),
	CONSTRAINT fk_donor_return_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
	CONSTRAINT uq_donor_return_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_donor_return_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    "CREATE INDEX ix_donor_return_contribution_id ON donor_return (contribution_id)",
    """CREATE FUNCTION donor_return_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: donor_return' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER donor_return_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "donor_return"
FOR EACH STATEMENT EXECUTE FUNCTION donor_return_append_only()""",
    """CREATE TABLE donor_return_end (
	return_id BIGINT NOT NULL,
	event VARCHAR(10) NOT NULL,
	ended_on DATE NOT NULL,
	bank_reference VARCHAR(120),
	evidence TEXT,
	reason TEXT,
	journal_id BIGINT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_donor_return_end PRIMARY KEY (return_id),
	CONSTRAINT ck_donor_return_end_event CHECK (event IN ('paid', 'taken_back')),
	CONSTRAINT ck_donor_return_end_evidence CHECK ((event = 'paid') = (bank_reference IS NOT NULL) AND (event = 'paid') = (evidence IS NOT NULL) AND (event = 'taken_back') = (reason IS NOT NULL)),
	CONSTRAINT fk_donor_return_end_return_id FOREIGN KEY(return_id) REFERENCES donor_return (id),
	CONSTRAINT uq_donor_return_end_journal_id UNIQUE (journal_id),
	CONSTRAINT fk_donor_return_end_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
)""",
    """CREATE FUNCTION donor_return_end_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: donor_return_end' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER donor_return_end_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "donor_return_end"
FOR EACH STATEMENT EXECUTE FUNCTION donor_return_end_append_only()""",
    """CREATE FUNCTION donor_return_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM donor_return AS r
    WHERE r.id = NEW.return_id AND r.actor_id <> NEW.actor_id) THEN
    RAISE EXCEPTION 'own_return' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER donor_return_by_two BEFORE INSERT ON "donor_return_end"
FOR EACH ROW EXECUTE FUNCTION donor_return_by_two()""",
    """CREATE TABLE receipt_acknowledged (
	receipt_id BIGINT NOT NULL,
	sent_on DATE NOT NULL,
	sent_to VARCHAR(200) NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actor_id BIGINT,
	CONSTRAINT pk_receipt_acknowledged PRIMARY KEY (receipt_id),
	CONSTRAINT fk_receipt_acknowledged_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id)
)""",
    """CREATE FUNCTION receipt_acknowledged_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: receipt_acknowledged' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER receipt_acknowledged_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "receipt_acknowledged"
FOR EACH STATEMENT EXECUTE FUNCTION receipt_acknowledged_append_only()""",
    """CREATE TABLE catalogue_word (
	word VARCHAR(24) NOT NULL,
	start VARCHAR(2) NOT NULL,
	ending VARCHAR(3) NOT NULL,
	length INTEGER NOT NULL,
	CONSTRAINT pk_catalogue_word PRIMARY KEY (word)
)""",
    "CREATE INDEX ix_catalogue_word_ending ON catalogue_word (ending, length)",
    "CREATE INDEX ix_catalogue_word_start ON catalogue_word (start, length)",
    """CREATE TABLE fact_word (
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	country CHAR(2) NOT NULL,
	said VARCHAR(9) NOT NULL,
	digest CHAR(64) NOT NULL,
	facts JSON NOT NULL,
	differs JSON NOT NULL,
	note TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_fact_word PRIMARY KEY (case_id, seq),
	CONSTRAINT ck_fact_word_said CHECK (said IN ('confirmed', 'disputed')),
	CONSTRAINT fk_fact_word_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE FUNCTION fact_word_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: fact_word' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER fact_word_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "fact_word"
FOR EACH STATEMENT EXECUTE FUNCTION fact_word_append_only()""",
    """CREATE TABLE catalogue_change (
	entry_id BIGINT NOT NULL,
	act BIGINT NOT NULL,
	CONSTRAINT pk_catalogue_change PRIMARY KEY (entry_id)
)""",
    "CREATE INDEX ix_catalogue_change_act ON catalogue_change (act)",
    """CREATE FUNCTION note_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO catalogue_change AS known (entry_id, act)
SELECT DISTINCT entry_id, pg_current_xact_id()::text::bigint FROM touched ORDER BY entry_id
ON CONFLICT (entry_id) DO UPDATE SET act = EXCLUDED.act WHERE known.act <> EXCLUDED.act;
RETURN NULL; END $$""",
    """CREATE TRIGGER catalogue_entry_insert_new_noted AFTER INSERT ON catalogue_entry
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
    """CREATE TRIGGER catalogue_entry_update_new_noted AFTER UPDATE ON catalogue_entry
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
    """CREATE TRIGGER catalogue_entry_update_old_noted AFTER UPDATE ON catalogue_entry
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
    """CREATE TRIGGER catalogue_entry_delete_old_noted AFTER DELETE ON catalogue_entry
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
    """CREATE TRIGGER catalogue_facet_insert_new_noted AFTER INSERT ON catalogue_facet
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
    """CREATE TRIGGER catalogue_facet_update_new_noted AFTER UPDATE ON catalogue_facet
REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
    """CREATE TRIGGER catalogue_facet_update_old_noted AFTER UPDATE ON catalogue_facet
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
    """CREATE TRIGGER catalogue_facet_delete_old_noted AFTER DELETE ON catalogue_facet
REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change()""",
    """CREATE TABLE webhook_event (
	id BIGINT NOT NULL,
	name VARCHAR(40) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	ref VARCHAR(20),
	countries JSON NOT NULL,
	facts JSON NOT NULL,
	CONSTRAINT pk_webhook_event PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_webhook_event_at ON webhook_event (at)",
    """CREATE FUNCTION webhook_event_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."id" IS DISTINCT FROM OLD."id"
OR NEW."name" IS DISTINCT FROM OLD."name"
OR NEW."at" IS DISTINCT FROM OLD."at"
OR NEW."ref" IS DISTINCT FROM OLD."ref"
OR CAST(NEW."countries" AS text) IS DISTINCT FROM CAST(OLD."countries" AS text)
OR CAST(NEW."facts" AS text) IS DISTINCT FROM CAST(OLD."facts" AS text) THEN
    RAISE EXCEPTION 'append_only: webhook_event' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER webhook_event_keeps BEFORE UPDATE ON "webhook_event"
FOR EACH ROW EXECUTE FUNCTION webhook_event_keeps()""",
    """CREATE TABLE webhook (
	id BIGINT NOT NULL,
	role VARCHAR(30) NOT NULL,
	country CHAR(2),
	name VARCHAR(80) NOT NULL,
	url VARCHAR(500) NOT NULL,
	events JSON NOT NULL,
	made_by BIGINT,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	standing VARCHAR(7) NOT NULL,
	why VARCHAR(10) NOT NULL,
	standing_at TIMESTAMP WITH TIME ZONE NOT NULL,
	failing_since TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_webhook PRIMARY KEY (id),
	CONSTRAINT ck_webhook_standing CHECK (standing IN ('active', 'stopped', 'ended')),
	CONSTRAINT ck_webhook_why CHECK (why IN ('', 'person', 'failing', 'gone')),
	CONSTRAINT fk_webhook_made_by FOREIGN KEY(made_by) REFERENCES "user" (id)
)""",
    "CREATE INDEX ix_webhook_role_country ON webhook (role, country)",
    """CREATE FUNCTION webhook_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."id" IS DISTINCT FROM OLD."id"
OR NEW."role" IS DISTINCT FROM OLD."role"
OR NEW."country" IS DISTINCT FROM OLD."country"
OR NEW."name" IS DISTINCT FROM OLD."name"
OR NEW."url" IS DISTINCT FROM OLD."url"
OR CAST(NEW."events" AS text) IS DISTINCT FROM CAST(OLD."events" AS text)
OR NEW."made_by" IS DISTINCT FROM OLD."made_by"
OR NEW."made_at" IS DISTINCT FROM OLD."made_at"
OR OLD.standing = 'ended' AND NEW.standing <> 'ended' THEN
    RAISE EXCEPTION 'append_only: webhook' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER webhook_keeps BEFORE UPDATE ON "webhook"
FOR EACH ROW EXECUTE FUNCTION webhook_keeps()""",
    """CREATE FUNCTION webhook_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF 1 = 1 THEN
    RAISE EXCEPTION 'append_only: webhook' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER webhook_stays BEFORE DELETE ON "webhook"
FOR EACH ROW EXECUTE FUNCTION webhook_stays()""",
    """CREATE TRIGGER webhook_stays_whole BEFORE TRUNCATE ON "webhook"
FOR EACH STATEMENT EXECUTE FUNCTION webhook_stays()""",
    """CREATE TABLE webhook_secret (
	webhook_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	nonce VARCHAR(43) NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ends_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_webhook_secret PRIMARY KEY (webhook_id, number),
	CONSTRAINT fk_webhook_secret_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id)
)""",
    """CREATE FUNCTION webhook_secret_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."webhook_id" IS DISTINCT FROM OLD."webhook_id"
OR NEW."number" IS DISTINCT FROM OLD."number"
OR NEW."nonce" IS DISTINCT FROM OLD."nonce"
OR NEW."made_at" IS DISTINCT FROM OLD."made_at"
OR OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at) THEN
    RAISE EXCEPTION 'append_only: webhook_secret' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER webhook_secret_keeps BEFORE UPDATE ON "webhook_secret"
FOR EACH ROW EXECUTE FUNCTION webhook_secret_keeps()""",
    """CREATE FUNCTION webhook_secret_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF 1 = 1 THEN
    RAISE EXCEPTION 'append_only: webhook_secret' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER webhook_secret_stays BEFORE DELETE ON "webhook_secret"
FOR EACH ROW EXECUTE FUNCTION webhook_secret_stays()""",
    """CREATE TRIGGER webhook_secret_stays_whole BEFORE TRUNCATE ON "webhook_secret"
FOR EACH STATEMENT EXECUTE FUNCTION webhook_secret_stays()""",
    """CREATE TABLE webhook_delivery (
	id BIGINT NOT NULL,
	webhook_id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	status VARCHAR(9) NOT NULL,
	failures INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	next_at TIMESTAMP WITH TIME ZONE NOT NULL,
	leased_until TIMESTAMP WITH TIME ZONE,
	settled_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_webhook_delivery PRIMARY KEY (id),
	CONSTRAINT uq_webhook_delivery_webhook_id_event_id UNIQUE (webhook_id, event_id),
	CONSTRAINT ck_webhook_delivery_status CHECK (status IN ('waiting', 'delivered', 'failed')),
	CONSTRAINT ck_webhook_delivery_settled CHECK ((status = 'waiting') = (settled_at IS NULL)),
	CONSTRAINT fk_webhook_delivery_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id),
	CONSTRAINT fk_webhook_delivery_event_id FOREIGN KEY(event_id) REFERENCES webhook_event (id)
)""",
    "CREATE INDEX ix_webhook_delivery_event_id ON webhook_delivery (event_id)",
    """CREATE INDEX ix_webhook_delivery_waiting ON webhook_delivery (next_at) WHERE status = 'waiting'""",
    "CREATE INDEX ix_webhook_delivery_webhook_id ON webhook_delivery (webhook_id, id)",
    """CREATE TABLE webhook_attempt (
	delivery_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	outcome VARCHAR(13) NOT NULL,
	code INTEGER,
	milliseconds INTEGER NOT NULL,
	CONSTRAINT pk_webhook_attempt PRIMARY KEY (delivery_id, number),
	CONSTRAINT fk_webhook_attempt_delivery_id FOREIGN KEY(delivery_id) REFERENCES webhook_delivery (id)
)""",
    """CREATE FUNCTION webhook_attempt_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."delivery_id" IS DISTINCT FROM OLD."delivery_id"
OR NEW."number" IS DISTINCT FROM OLD."number"
OR NEW."at" IS DISTINCT FROM OLD."at"
OR NEW."outcome" IS DISTINCT FROM OLD."outcome"
OR NEW."code" IS DISTINCT FROM OLD."code"
OR NEW."milliseconds" IS DISTINCT FROM OLD."milliseconds" THEN
    RAISE EXCEPTION 'append_only: webhook_attempt' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER webhook_attempt_keeps BEFORE UPDATE ON "webhook_attempt"
FOR EACH ROW EXECUTE FUNCTION webhook_attempt_keeps()""",
    """CREATE TABLE alert_address (
	id BIGINT NOT NULL,
	email VARCHAR(254) NOT NULL,
	CONSTRAINT pk_alert_address PRIMARY KEY (id),
	CONSTRAINT uq_alert_address_email UNIQUE (email)
)""",
    """CREATE FUNCTION alert_address_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."id" IS DISTINCT FROM OLD."id"
OR NEW."email" IS DISTINCT FROM OLD."email" THEN
    RAISE EXCEPTION 'append_only: alert_address' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER alert_address_keeps BEFORE UPDATE ON "alert_address"
FOR EACH ROW EXECUTE FUNCTION alert_address_keeps()""",
    """CREATE TABLE pair (
	need_id BIGINT NOT NULL,
	offer_id BIGINT NOT NULL,
	need_country CHAR(2) NOT NULL,
	offer_country CHAR(2) NOT NULL,
	points INTEGER NOT NULL,
	parts JSON NOT NULL,
	found_at TIMESTAMP WITH TIME ZONE NOT NULL,
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	step VARCHAR(10) NOT NULL,
	number INTEGER NOT NULL,
	started_by CHAR(2),
	outcome VARCHAR(20),
	request_ref VARCHAR(20),
	CONSTRAINT pk_pair PRIMARY KEY (need_id, offer_id),
	CONSTRAINT ck_pair_step CHECK (step IN ('proposed', 'contacted', 'answered', 'declined', 'concluded')),
	CONSTRAINT ck_pair_outcome CHECK (outcome IN ('request_opened', 'exchange_done', 'nothing_came')),
	CONSTRAINT ck_pair_concluded CHECK ((step = 'concluded') = (outcome IS NOT NULL)),
	CONSTRAINT ck_pair_request CHECK (request_ref IS NULL OR outcome IN ('request_opened', 'exchange_done')),
	CONSTRAINT ck_pair_by CHECK (step NOT IN ('contacted', 'answered') OR started_by IS NOT NULL),
	CONSTRAINT ck_pair_two_states CHECK (need_country <> offer_country),
	CONSTRAINT fk_pair_need_id FOREIGN KEY(need_id) REFERENCES "case" (id),
	CONSTRAINT fk_pair_offer_id FOREIGN KEY(offer_id) REFERENCES "case" (id)
)""",
    "CREATE INDEX ix_pair_need_country_changed ON pair (need_country, changed_at)",
    "CREATE INDEX ix_pair_offer_country_changed ON pair (offer_country, changed_at)",
    "CREATE INDEX ix_pair_offer_id ON pair (offer_id, step)",
    "CREATE INDEX ix_pair_request_ref ON pair (request_ref)",
    """CREATE FUNCTION pair_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF (NEW.need_id, NEW.offer_id, NEW.need_country, NEW.offer_country, NEW.points, NEW.found_at, CAST(NEW.parts AS text)) <> (OLD.need_id, OLD.offer_id, OLD.need_country, OLD.offer_country, OLD.points, OLD.found_at, CAST(OLD.parts AS text)) OR NEW.number <> OLD.number + 1 THEN
    RAISE EXCEPTION 'append_only: pair' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER pair_stays BEFORE UPDATE ON "pair"
FOR EACH ROW EXECUTE FUNCTION pair_stays()""",
    """CREATE FUNCTION pair_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF 1 = 1 THEN
    RAISE EXCEPTION 'append_only: pair' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER pair_is_kept BEFORE DELETE ON "pair"
FOR EACH ROW EXECUTE FUNCTION pair_is_kept()""",
    """CREATE TABLE pair_search (
	case_id BIGINT NOT NULL,
	seen TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_pair_search PRIMARY KEY (case_id),
	CONSTRAINT fk_pair_search_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
)""",
    """CREATE TABLE pair_digest (
	user_id BIGINT NOT NULL,
	week VARCHAR(8) NOT NULL,
	muted BOOLEAN NOT NULL,
	CONSTRAINT pk_pair_digest PRIMARY KEY (user_id),
	CONSTRAINT fk_pair_digest_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
)""",
    """CREATE TABLE saved_search (
	id BIGINT NOT NULL,
	user_id BIGINT,
	address_id BIGINT,
	question JSON NOT NULL,
	digest CHAR(64) NOT NULL,
	pace VARCHAR(6) NOT NULL,
	lang VARCHAR(2) NOT NULL,
	nonce VARCHAR(43) NOT NULL,
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	confirmed_at TIMESTAMP WITH TIME ZONE,
	looked_at TIMESTAMP WITH TIME ZONE,
	next_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_saved_search PRIMARY KEY (id),
	CONSTRAINT uq_saved_search_user_id_digest UNIQUE (user_id, digest),
	CONSTRAINT uq_saved_search_address_id_digest UNIQUE (address_id, digest),
	CONSTRAINT ck_saved_search_owner CHECK ((user_id IS NULL) <> (address_id IS NULL)),
	CONSTRAINT ck_saved_search_next CHECK ((confirmed_at IS NULL) = (next_at IS NULL) AND (next_at IS NULL) = (looked_at IS NULL)),
	CONSTRAINT ck_saved_search_pace CHECK (pace IN ('daily', 'weekly')),
	CONSTRAINT fk_saved_search_user_id FOREIGN KEY(user_id) REFERENCES "user" (id),
	CONSTRAINT fk_saved_search_address_id FOREIGN KEY(address_id) REFERENCES alert_address (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_saved_search_asked_at ON saved_search (asked_at)",
    "CREATE INDEX ix_saved_search_next_at ON saved_search (next_at)",
    """CREATE FUNCTION saved_search_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."id" IS DISTINCT FROM OLD."id"
OR NEW."user_id" IS DISTINCT FROM OLD."user_id"
OR NEW."address_id" IS DISTINCT FROM OLD."address_id"
OR CAST(NEW."question" AS text) IS DISTINCT FROM CAST(OLD."question" AS text)
OR NEW."digest" IS DISTINCT FROM OLD."digest"
OR NEW."lang" IS DISTINCT FROM OLD."lang"
OR NEW."nonce" IS DISTINCT FROM OLD."nonce"
OR NEW."asked_at" IS DISTINCT FROM OLD."asked_at"
OR OLD."confirmed_at" IS NOT NULL AND NEW."confirmed_at" IS DISTINCT FROM OLD."confirmed_at" THEN
    RAISE EXCEPTION 'append_only: saved_search' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$""",
    """CREATE TRIGGER saved_search_keeps BEFORE UPDATE ON "saved_search"
FOR EACH ROW EXECUTE FUNCTION saved_search_keeps()""",
    """CREATE TABLE pair_event (
	need_id BIGINT NOT NULL,
	offer_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	step VARCHAR(10) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	country CHAR(2),
	outcome VARCHAR(20),
	office VARCHAR(40) NOT NULL,
	actor_id BIGINT,
	words TEXT NOT NULL,
	need_seq INTEGER NOT NULL,
	offer_seq INTEGER NOT NULL,
	CONSTRAINT pk_pair_event PRIMARY KEY (need_id, offer_id, number),
	CONSTRAINT fk_pair_event_need_id_offer_id FOREIGN KEY(need_id, offer_id) REFERENCES pair (need_id, offer_id),
	CONSTRAINT ck_pair_event_step CHECK (step IN ('proposed', 'contacted', 'answered', 'declined', 'concluded')),
	CONSTRAINT ck_pair_event_proposed CHECK (country IS NULL OR step <> 'proposed'),
	CONSTRAINT ck_pair_event_country CHECK (country IS NOT NULL OR step IN ('proposed', 'concluded')),
	CONSTRAINT ck_pair_event_outcome CHECK ((step = 'concluded') = (outcome IS NOT NULL))
)""",
    "CREATE INDEX ix_pair_event_offer_id ON pair_event (offer_id)",
    """CREATE FUNCTION pair_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: pair_event' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER pair_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "pair_event"
FOR EACH STATEMENT EXECUTE FUNCTION pair_event_append_only()""",
    """CREATE TABLE alert_mail (
	id BIGINT NOT NULL,
	search_id BIGINT NOT NULL,
	name VARCHAR(40) NOT NULL,
	params JSON NOT NULL,
	written_at TIMESTAMP WITH TIME ZONE NOT NULL,
	attempts INTEGER NOT NULL,
	next_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_alert_mail PRIMARY KEY (id),
	CONSTRAINT fk_alert_mail_search_id FOREIGN KEY(search_id) REFERENCES saved_search (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_alert_mail_next_at ON alert_mail (next_at)",
    """CREATE TABLE webhook_due (
	case_id BIGINT NOT NULL,
	seq INTEGER NOT NULL,
	CONSTRAINT pk_webhook_due PRIMARY KEY (case_id, seq)
)""",
    """CREATE FUNCTION audit_entry_notifies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO webhook_due (case_id, seq) VALUES (NEW.case_id, NEW.seq); RETURN NULL; END $$""",
    """CREATE TRIGGER audit_entry_notifies AFTER INSERT ON audit_entry
FOR EACH ROW WHEN (NEW.act LIKE 'case.%' AND NEW.act <> 'case.migrated') EXECUTE FUNCTION audit_entry_notifies()""",
    """CREATE TABLE alert_asked (
	id BIGINT NOT NULL,
	origin VARCHAR(64) NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_alert_asked PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_alert_asked_origin ON alert_asked (origin, at)",
    """CREATE TABLE pair_draft (
	case_id BIGINT NOT NULL,
	entry_id BIGINT NOT NULL,
	CONSTRAINT pk_pair_draft PRIMARY KEY (case_id),
	CONSTRAINT fk_pair_draft_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
	CONSTRAINT fk_pair_draft_entry_id FOREIGN KEY(entry_id) REFERENCES "case" (id)
)""",
    """CREATE FUNCTION pair_draft_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: pair_draft' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER pair_draft_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "pair_draft"
FOR EACH STATEMENT EXECUTE FUNCTION pair_draft_append_only()""",
    """CREATE TABLE alert_notified (
	search_id BIGINT NOT NULL,
	entry_id BIGINT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_alert_notified PRIMARY KEY (search_id, entry_id),
	CONSTRAINT fk_alert_notified_search_id FOREIGN KEY(search_id) REFERENCES saved_search (id) ON DELETE CASCADE
)""",
    "CREATE INDEX ix_alert_notified_at ON alert_notified (search_id, at)",
    """CREATE TABLE catalogue_set (
	facet VARCHAR(12) NOT NULL,
	value VARCHAR(40) NOT NULL,
	mark TEXT NOT NULL,
	server VARCHAR(20) NOT NULL,
	entries BYTEA NOT NULL,
	CONSTRAINT pk_catalogue_set PRIMARY KEY (facet, value)
)""",
)


def upgrade() -> None:
    connection = op.get_bind().execution_options(no_parameters=True)
    statements = POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE
    for statement in statements:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    raise RuntimeError("before the first revision there was nothing")
