CREATE TABLE pair (
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
);

CREATE INDEX ix_pair_request_ref ON pair (request_ref);

CREATE INDEX ix_pair_offer_id ON pair (offer_id, step);

CREATE INDEX ix_pair_need_country_changed ON pair (need_country, changed_at);

CREATE INDEX ix_pair_offer_country_changed ON pair (offer_country, changed_at);

CREATE TRIGGER pair_stays BEFORE UPDATE ON "pair" BEGIN
SELECT RAISE(ABORT, 'append_only: pair') WHERE (NEW.need_id, NEW.offer_id, NEW.need_country, NEW.offer_country, NEW.points, NEW.found_at, CAST(NEW.parts AS text)) <> (OLD.need_id, OLD.offer_id, OLD.need_country, OLD.offer_country, OLD.points, OLD.found_at, CAST(OLD.parts AS text)) OR NEW.number <> OLD.number + 1;
END;

CREATE TRIGGER pair_is_kept BEFORE DELETE ON "pair" BEGIN
SELECT RAISE(ABORT, 'append_only: pair') WHERE 1 = 1;
END;

CREATE TRIGGER pair_is_new BEFORE INSERT ON "pair" BEGIN
SELECT RAISE(ABORT, 'uq_pair')
WHERE EXISTS (SELECT 1 FROM "pair" WHERE need_id = NEW.need_id AND offer_id = NEW.offer_id);
END;

CREATE TABLE pair_digest (
    user_id BIGINT NOT NULL,
    week VARCHAR(8) NOT NULL,
    muted BOOLEAN NOT NULL,
    CONSTRAINT pk_pair_digest PRIMARY KEY (user_id),
    CONSTRAINT fk_pair_digest_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE TABLE pair_draft (
    case_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    CONSTRAINT pk_pair_draft PRIMARY KEY (case_id),
    CONSTRAINT fk_pair_draft_case_id FOREIGN KEY(case_id) REFERENCES "case" (id),
    CONSTRAINT fk_pair_draft_entry_id FOREIGN KEY(entry_id) REFERENCES "case" (id)
);

CREATE TRIGGER pair_draft_no_update BEFORE UPDATE ON "pair_draft"
BEGIN SELECT RAISE(ABORT, 'append_only: pair_draft'); END;

CREATE TRIGGER pair_draft_no_delete BEFORE DELETE ON "pair_draft"
BEGIN SELECT RAISE(ABORT, 'append_only: pair_draft'); END;

CREATE TABLE pair_search (
    case_id BIGINT NOT NULL,
    seen TEXT NOT NULL,
    CONSTRAINT pk_pair_search PRIMARY KEY (case_id),
    CONSTRAINT fk_pair_search_case_id FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TABLE pair_event (
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
);

CREATE INDEX ix_pair_event_offer_id ON pair_event (offer_id);

CREATE TRIGGER pair_event_no_update BEFORE UPDATE ON "pair_event"
BEGIN SELECT RAISE(ABORT, 'append_only: pair_event'); END;

CREATE TRIGGER pair_event_no_delete BEFORE DELETE ON "pair_event"
BEGIN SELECT RAISE(ABORT, 'append_only: pair_event'); END;

CREATE TRIGGER pair_event_is_new BEFORE INSERT ON "pair_event" BEGIN
SELECT RAISE(ABORT, 'uq_pair_event')
WHERE EXISTS (SELECT 1 FROM "pair_event" WHERE need_id = NEW.need_id AND offer_id = NEW.offer_id AND number = NEW.number);
END;
