CREATE TABLE agreement (
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
);

CREATE INDEX ix_agreement_donor ON agreement (donor);

CREATE FUNCTION agreement_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: agreement' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER agreement_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "agreement"
FOR EACH STATEMENT EXECUTE FUNCTION agreement_append_only();

CREATE TABLE conversion (
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
);

CREATE FUNCTION conversion_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: conversion' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER conversion_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "conversion"
FOR EACH STATEMENT EXECUTE FUNCTION conversion_append_only();

CREATE TABLE in_kind (
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
);

CREATE INDEX ix_in_kind_donor ON in_kind (donor);

CREATE FUNCTION in_kind_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: in_kind' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER in_kind_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "in_kind"
FOR EACH STATEMENT EXECUTE FUNCTION in_kind_append_only();

CREATE TABLE receipt (
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
);

CREATE INDEX ix_receipt_donor ON receipt (donor, received_on);

CREATE FUNCTION receipt_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: receipt' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER receipt_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "receipt"
FOR EACH STATEMENT EXECUTE FUNCTION receipt_append_only();

CREATE TABLE agreement_amendment (
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
);

CREATE FUNCTION agreement_amendment_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: agreement_amendment' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER agreement_amendment_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "agreement_amendment"
FOR EACH STATEMENT EXECUTE FUNCTION agreement_amendment_append_only();

CREATE FUNCTION amendment_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.number <> (SELECT 1 + count(*) FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id)
    OR NEW.from_on < (SELECT signed_on FROM agreement AS g WHERE g.id = NEW.agreement_id)
    OR EXISTS (SELECT 1 FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id AND a.from_on > NEW.from_on) THEN
    RAISE EXCEPTION 'amendment_out_of_order' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER amendment_in_order BEFORE INSERT ON "agreement_amendment"
FOR EACH ROW EXECUTE FUNCTION amendment_in_order();

CREATE TABLE contribution (
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
);

CREATE INDEX ix_contribution_donor ON contribution (donor);

CREATE INDEX ix_contribution_agreement_id ON contribution (agreement_id);

CREATE FUNCTION contribution_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: contribution' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER contribution_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "contribution"
FOR EACH STATEMENT EXECUTE FUNCTION contribution_append_only();

CREATE TABLE receipt_acknowledged (
    receipt_id BIGINT NOT NULL,
    sent_on DATE NOT NULL,
    sent_to VARCHAR(200) NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    CONSTRAINT pk_receipt_acknowledged PRIMARY KEY (receipt_id),
    CONSTRAINT fk_receipt_acknowledged_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id)
);

CREATE FUNCTION receipt_acknowledged_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: receipt_acknowledged' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER receipt_acknowledged_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "receipt_acknowledged"
FOR EACH STATEMENT EXECUTE FUNCTION receipt_acknowledged_append_only();

CREATE TABLE receipt_taken_back (
    receipt_id BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    CONSTRAINT pk_receipt_taken_back PRIMARY KEY (receipt_id),
    CONSTRAINT fk_receipt_taken_back_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id),
    CONSTRAINT uq_receipt_taken_back_journal_id UNIQUE (journal_id),
    CONSTRAINT fk_receipt_taken_back_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
);

CREATE FUNCTION receipt_taken_back_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: receipt_taken_back' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER receipt_taken_back_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "receipt_taken_back"
FOR EACH STATEMENT EXECUTE FUNCTION receipt_taken_back_append_only();

CREATE TABLE icr_waiver (
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
);

CREATE FUNCTION icr_waiver_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: icr_waiver' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER icr_waiver_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "icr_waiver"
FOR EACH STATEMENT EXECUTE FUNCTION icr_waiver_append_only();

CREATE TABLE payment_call (
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
);

CREATE FUNCTION payment_call_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: payment_call' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER payment_call_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "payment_call"
FOR EACH STATEMENT EXECUTE FUNCTION payment_call_append_only();

CREATE TABLE donor_return (
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
);

CREATE INDEX ix_donor_return_contribution_id ON donor_return (contribution_id);

CREATE FUNCTION donor_return_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: donor_return' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER donor_return_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "donor_return"
FOR EACH STATEMENT EXECUTE FUNCTION donor_return_append_only();

CREATE TABLE pledge_reduction (
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
);

CREATE INDEX ix_pledge_reduction_contribution_id ON pledge_reduction (contribution_id);

CREATE FUNCTION pledge_reduction_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: pledge_reduction' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER pledge_reduction_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "pledge_reduction"
FOR EACH STATEMENT EXECUTE FUNCTION pledge_reduction_append_only();

CREATE TABLE donor_return_end (
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
);

CREATE FUNCTION donor_return_end_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: donor_return_end' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER donor_return_end_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "donor_return_end"
FOR EACH STATEMENT EXECUTE FUNCTION donor_return_end_append_only();

CREATE FUNCTION donor_return_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM donor_return AS r
    WHERE r.id = NEW.return_id AND r.actor_id <> NEW.actor_id) THEN
    RAISE EXCEPTION 'own_return' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER donor_return_by_two BEFORE INSERT ON "donor_return_end"
FOR EACH ROW EXECUTE FUNCTION donor_return_by_two();

CREATE TABLE receipt_part (
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
);

CREATE INDEX ix_receipt_part_waiver_id ON receipt_part (waiver_id);

CREATE INDEX ix_receipt_part_contribution_id ON receipt_part (contribution_id);

CREATE FUNCTION receipt_part_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: receipt_part' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER receipt_part_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "receipt_part"
FOR EACH STATEMENT EXECUTE FUNCTION receipt_part_append_only();
