CREATE TABLE ballot (
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
);

CREATE FUNCTION ballot_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ballot_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_append_only();

CREATE TABLE ballot_roll (
    ballot_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    present JSON NOT NULL,
    calling VARCHAR(12),
    seed VARCHAR(64),
    CONSTRAINT pk_ballot_roll PRIMARY KEY (ballot_id, seq),
    CONSTRAINT ck_ballot_roll_calling CHECK (calling IN ('drawn', 'alphabetical')),
    CONSTRAINT ck_ballot_roll_seed CHECK ((calling = 'drawn') = (seed IS NOT NULL)),
    CONSTRAINT fk_ballot_roll_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
);

CREATE FUNCTION ballot_roll_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_roll' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ballot_roll_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_roll"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_roll_append_only();

CREATE TABLE ballot_seat (
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
);

CREATE FUNCTION ballot_seat_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_seat' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ballot_seat_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_seat"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_seat_append_only();

CREATE TABLE ballot_service (
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
);

CREATE FUNCTION ballot_service_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_service' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ballot_service_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_service"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_service_append_only();

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
    evidence JSON,
    actor_id BIGINT NOT NULL,
    office VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_vote PRIMARY KEY (ballot_id, seq),
    CONSTRAINT ck_vote_position CHECK (position IN ('in_favour', 'with_reservations', 'against', 'abstain', 'not_participating', 'absent', 'recused', 'taken_back')),
    CONSTRAINT ck_vote_slip CHECK ((slip IS NULL) = (nonce IS NULL)),
    CONSTRAINT ck_vote_evidence CHECK (NOT on_behalf OR evidence IS NOT NULL),
    CONSTRAINT fk_vote_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
);

CREATE INDEX ix_vote_country ON vote (ballot_id, country, seq);

CREATE FUNCTION vote_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: vote' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER vote_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "vote"
FOR EACH STATEMENT EXECUTE FUNCTION vote_append_only();

CREATE TABLE ballot_period (
    ballot_id BIGINT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_ballot_period PRIMARY KEY (ballot_id),
    CONSTRAINT ck_ballot_period_closes CHECK (closes_at >= starts_at),
    CONSTRAINT fk_ballot_period_ballot_id FOREIGN KEY(ballot_id) REFERENCES ballot (id)
);

CREATE FUNCTION ballot_period_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_period' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ballot_period_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_period"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_period_append_only();

CREATE TABLE ballot_outcome (
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
);

CREATE FUNCTION ballot_outcome_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: ballot_outcome' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ballot_outcome_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "ballot_outcome"
FOR EACH STATEMENT EXECUTE FUNCTION ballot_outcome_append_only();

CREATE FUNCTION ballot_continues() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER ballot_continues AFTER INSERT ON ballot
FOR EACH ROW EXECUTE FUNCTION ballot_continues();

CREATE FUNCTION vote_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER vote_is_admissible AFTER INSERT ON vote
FOR EACH ROW EXECUTE FUNCTION vote_is_admissible();

CREATE FUNCTION ballot_outcome_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM ballot WHERE id = NEW.ballot_id FOR UPDATE;
IF NOT EXISTS (SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq AND e.at = NEW.recorded_at AND e.detail ->> 'ballot' = b.round::text
        AND e.detail ->> 'outcome' = NEW.outcome) THEN
    RAISE EXCEPTION 'outcome_without_entry' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$;

CREATE TRIGGER ballot_outcome_waits AFTER INSERT ON ballot_outcome
FOR EACH ROW EXECUTE FUNCTION ballot_outcome_waits();

CREATE FUNCTION ballot_seat_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b WHERE b.id IN (SELECT ballot_id FROM fresh)
        AND b.seats < (SELECT count(*) FROM ballot_seat s WHERE s.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'electorate_is_frozen' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$;

CREATE TRIGGER ballot_seat_is_frozen AFTER INSERT ON ballot_seat
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION ballot_seat_is_frozen();

CREATE FUNCTION ballot_period_begins() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER ballot_period_begins AFTER INSERT ON ballot_period
FOR EACH ROW EXECUTE FUNCTION ballot_period_begins();

CREATE FUNCTION ballot_service_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER ballot_service_is_admissible AFTER INSERT ON ballot_service
FOR EACH ROW EXECUTE FUNCTION ballot_service_is_admissible();

CREATE FUNCTION ballot_roll_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER ballot_roll_is_admissible AFTER INSERT ON ballot_roll
FOR EACH ROW EXECUTE FUNCTION ballot_roll_is_admissible();

CREATE FUNCTION submission_is_bound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b
    WHERE b.case_id = NEW.case_id AND b.seq < NEW.seq
    AND substr(b.content_form, 1, length(NEW.form) + 2) = NEW.form || '/v'
    AND (NEW.material IS NULL OR NEW.material <> b.material_digest)
    AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'content_is_bound' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$;

CREATE TRIGGER submission_is_bound AFTER INSERT ON submission
FOR EACH ROW EXECUTE FUNCTION submission_is_bound();
