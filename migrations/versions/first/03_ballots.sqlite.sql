CREATE TABLE ballot (
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
);

CREATE TRIGGER ballot_no_update BEFORE UPDATE ON "ballot"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot'); END;

CREATE TRIGGER ballot_no_delete BEFORE DELETE ON "ballot"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot'); END;

CREATE TABLE ballot_roll (
    ballot_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    present TEXT NOT NULL,
    calling VARCHAR(12),
    seed VARCHAR(64),
    CONSTRAINT pk_ballot_roll PRIMARY KEY (ballot_id, seq),
    CONSTRAINT ck_ballot_roll_calling CHECK (calling IN ('drawn', 'alphabetical')),
    CONSTRAINT ck_ballot_roll_seed CHECK ((calling = 'drawn') = (seed IS NOT NULL)),
    CONSTRAINT fk_ballot_roll_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
);

CREATE TRIGGER ballot_roll_no_update BEFORE UPDATE ON "ballot_roll"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_roll'); END;

CREATE TRIGGER ballot_roll_no_delete BEFORE DELETE ON "ballot_roll"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_roll'); END;

CREATE TABLE ballot_seat (
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
);

CREATE TRIGGER ballot_seat_no_update BEFORE UPDATE ON "ballot_seat"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_seat'); END;

CREATE TRIGGER ballot_seat_no_delete BEFORE DELETE ON "ballot_seat"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_seat'); END;

CREATE TABLE ballot_service (
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
);

CREATE TRIGGER ballot_service_no_update BEFORE UPDATE ON "ballot_service"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_service'); END;

CREATE TRIGGER ballot_service_no_delete BEFORE DELETE ON "ballot_service"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_service'); END;

CREATE TABLE vote (
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
);

CREATE INDEX ix_vote_country ON vote (ballot_id, country, seq);

CREATE TRIGGER vote_no_update BEFORE UPDATE ON "vote"
BEGIN SELECT RAISE(ABORT, 'append_only: vote'); END;

CREATE TRIGGER vote_no_delete BEFORE DELETE ON "vote"
BEGIN SELECT RAISE(ABORT, 'append_only: vote'); END;

CREATE TABLE ballot_period (
    ballot_id BIGINT NOT NULL,
    starts_at TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_ballot_period PRIMARY KEY (ballot_id),
    CONSTRAINT ck_ballot_period_closes CHECK (closes_at >= starts_at),
    CONSTRAINT fk_ballot_period_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
);

CREATE TRIGGER ballot_period_no_update BEFORE UPDATE ON "ballot_period"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_period'); END;

CREATE TRIGGER ballot_period_no_delete BEFORE DELETE ON "ballot_period"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_period'); END;

CREATE TABLE ballot_outcome (
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
);

CREATE TRIGGER ballot_outcome_no_update BEFORE UPDATE ON "ballot_outcome"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_outcome'); END;

CREATE TRIGGER ballot_outcome_no_delete BEFORE DELETE ON "ballot_outcome"
BEGIN SELECT RAISE(ABORT, 'append_only: ballot_outcome'); END;

CREATE TRIGGER ballot_continues BEFORE INSERT ON ballot BEGIN
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
END;

CREATE TRIGGER ballot_outcome_is_told AFTER INSERT ON ballot_outcome BEGIN
SELECT RAISE(ABORT, 'outcome_without_entry') WHERE NOT EXISTS (
    SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.at = NEW.recorded_at AND json_extract(e.detail, '$.ballot') = b.round
    AND json_extract(e.detail, '$.outcome') = NEW.outcome);
END;

CREATE TRIGGER vote_is_admissible BEFORE INSERT ON vote BEGIN
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
END;

CREATE TRIGGER ballot_seat_is_frozen BEFORE INSERT ON ballot_seat BEGIN
SELECT RAISE(ABORT, 'electorate_is_frozen') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id
    AND seats > (SELECT count(*) FROM ballot_seat s WHERE s.ballot_id = NEW.ballot_id));
END;

CREATE TRIGGER ballot_period_begins BEFORE INSERT ON ballot_period BEGIN
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
END;

CREATE TRIGGER ballot_service_is_admissible BEFORE INSERT ON ballot_service BEGIN
SELECT RAISE(ABORT, 'service_after_outcome') WHERE EXISTS (SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id);
SELECT RAISE(ABORT, 'service_without_seat') WHERE NOT EXISTS (SELECT 1 FROM ballot_seat
    WHERE ballot_id = NEW.ballot_id AND country = NEW.country AND counted);
SELECT RAISE(ABORT, 'service_after_start') WHERE EXISTS (
    SELECT 1 FROM ballot_period WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq);
SELECT RAISE(ABORT, 'service_before_opening') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id AND opened_at <= NEW.delivered_at);
SELECT RAISE(ABORT, 'service_without_entry') WHERE NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq);
END;

CREATE TRIGGER ballot_roll_is_admissible BEFORE INSERT ON ballot_roll BEGIN
SELECT RAISE(ABORT, 'roll_after_outcome') WHERE EXISTS (
    SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq);
SELECT RAISE(ABORT, 'roll_after_conclusion') WHERE EXISTS (
    SELECT 1 FROM ballot_period WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq);
SELECT RAISE(ABORT, 'roll_outside_the_room') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id AND way IN ('consensus', 'roll_call'));
SELECT RAISE(ABORT, 'roll_without_entry') WHERE NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.act = 'ballot.attendance_taken');
END;

CREATE TRIGGER submission_is_bound BEFORE INSERT ON submission BEGIN
SELECT RAISE(ABORT, 'content_is_bound') WHERE EXISTS (
    SELECT 1 FROM ballot b
    WHERE b.case_id = NEW.case_id AND b.seq < NEW.seq
    AND substr(b.content_form, 1, length(NEW.form) + 2) = NEW.form || '/v'
    AND (NEW.material IS NULL OR NEW.material <> b.material_digest)
    AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id));
END;
