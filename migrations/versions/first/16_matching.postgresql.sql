CREATE TABLE match (
    need_id BIGINT NOT NULL,
    offer_id BIGINT NOT NULL,
    need_country CHAR(2) NOT NULL,
    offer_country CHAR(2) NOT NULL,
    points INTEGER NOT NULL,
    reasons JSON NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    step VARCHAR(10) NOT NULL,
    number INTEGER NOT NULL,
    started_by CHAR(2),
    outcome VARCHAR(20),
    request_ref VARCHAR(20),
    CONSTRAINT pk_match PRIMARY KEY (need_id, offer_id),
    CONSTRAINT ck_match_step CHECK (step IN ('proposed', 'contacted', 'answered', 'declined', 'concluded')),
    CONSTRAINT ck_match_outcome CHECK (outcome IN ('request_opened', 'exchange_done', 'nothing_came')),
    CONSTRAINT ck_match_concluded CHECK ((step = 'concluded') = (outcome IS NOT NULL)),
    CONSTRAINT ck_match_request CHECK (request_ref IS NULL OR outcome IN ('request_opened', 'exchange_done')),
    CONSTRAINT ck_match_by CHECK (step NOT IN ('contacted', 'answered') OR started_by IS NOT NULL),
    CONSTRAINT ck_match_two_states CHECK (need_country <> offer_country),
    CONSTRAINT fk_match_need_id FOREIGN KEY(need_id) REFERENCES "case" (id),
    CONSTRAINT fk_match_offer_id FOREIGN KEY(offer_id) REFERENCES "case" (id)
);

CREATE INDEX ix_match_request_ref ON match (request_ref);

CREATE INDEX ix_match_offer_id ON match (offer_id, step);

CREATE INDEX ix_match_need_country_changed ON match (need_country, changed_at);

CREATE INDEX ix_match_offer_country_changed ON match (offer_country, changed_at);

CREATE FUNCTION match_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF (NEW.need_id, NEW.offer_id, NEW.need_country, NEW.offer_country, NEW.points, NEW.found_at, CAST(NEW.reasons AS text)) <> (OLD.need_id, OLD.offer_id, OLD.need_country, OLD.offer_country, OLD.points, OLD.found_at, CAST(OLD.reasons AS text)) OR NEW.number <> OLD.number + 1 THEN
    RAISE EXCEPTION 'append_only: match' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER match_stays BEFORE UPDATE ON "match"
FOR EACH ROW EXECUTE FUNCTION match_stays();

CREATE FUNCTION match_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF 1 = 1 THEN
    RAISE EXCEPTION 'append_only: match' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER match_is_kept BEFORE DELETE ON "match"
FOR EACH ROW EXECUTE FUNCTION match_is_kept();

CREATE TABLE match_digest (
    user_id BIGINT NOT NULL,
    week VARCHAR(8) NOT NULL,
    muted BOOLEAN NOT NULL,
    CONSTRAINT pk_match_digest PRIMARY KEY (user_id),
    CONSTRAINT fk_match_digest_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE TABLE match_draft (
    case_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    CONSTRAINT pk_match_draft PRIMARY KEY (case_id),
    CONSTRAINT fk_match_draft_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_match_draft_entry_id FOREIGN KEY(entry_id) REFERENCES "case" (id)
);

CREATE FUNCTION match_draft_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: match_draft' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER match_draft_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "match_draft"
FOR EACH STATEMENT EXECUTE FUNCTION match_draft_append_only();

CREATE TABLE match_scan (
    case_id BIGINT NOT NULL,
    seen TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_match_scan PRIMARY KEY (case_id),
    CONSTRAINT fk_match_scan_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TABLE match_event (
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
    CONSTRAINT pk_match_event PRIMARY KEY (need_id, offer_id, number),
    CONSTRAINT fk_match_event_need_id_offer_id FOREIGN KEY(need_id, offer_id) REFERENCES match (need_id, offer_id),
    CONSTRAINT ck_match_event_step CHECK (step IN ('proposed', 'contacted', 'answered', 'declined', 'concluded')),
    CONSTRAINT ck_match_event_proposed CHECK (country IS NULL OR step <> 'proposed'),
    CONSTRAINT ck_match_event_country CHECK (country IS NOT NULL OR step IN ('proposed', 'concluded')),
    CONSTRAINT ck_match_event_outcome CHECK ((step = 'concluded') = (outcome IS NOT NULL))
);

CREATE INDEX ix_match_event_offer_id ON match_event (offer_id);

CREATE FUNCTION match_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: match_event' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER match_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "match_event"
FOR EACH STATEMENT EXECUTE FUNCTION match_event_append_only();
