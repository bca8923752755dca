CREATE TABLE agreement (
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
);

CREATE INDEX ix_agreement_donor ON agreement (donor);

CREATE TRIGGER agreement_no_update BEFORE UPDATE ON "agreement"
BEGIN SELECT RAISE(ABORT, 'append_only: agreement'); END;

CREATE TRIGGER agreement_no_delete BEFORE DELETE ON "agreement"
BEGIN SELECT RAISE(ABORT, 'append_only: agreement'); END;

CREATE TRIGGER agreement_is_new BEFORE INSERT ON "agreement" BEGIN
SELECT RAISE(ABORT, 'uq_agreement')
WHERE EXISTS (SELECT 1 FROM "agreement" WHERE id = NEW.id OR ref = NEW.ref);
END;

CREATE TABLE conversion (
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
);

CREATE TRIGGER conversion_no_update BEFORE UPDATE ON "conversion"
BEGIN SELECT RAISE(ABORT, 'append_only: conversion'); END;

CREATE TRIGGER conversion_no_delete BEFORE DELETE ON "conversion"
BEGIN SELECT RAISE(ABORT, 'append_only: conversion'); END;

CREATE TRIGGER conversion_is_new BEFORE INSERT ON "conversion" BEGIN
SELECT RAISE(ABORT, 'uq_conversion')
WHERE EXISTS (SELECT 1 FROM "conversion" WHERE id = NEW.id OR journal_id = NEW.journal_id);
END;

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
    recorded_at TEXT NOT NULL,
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

CREATE TRIGGER in_kind_no_update BEFORE UPDATE ON "in_kind"
BEGIN SELECT RAISE(ABORT, 'append_only: in_kind'); END;

CREATE TRIGGER in_kind_no_delete BEFORE DELETE ON "in_kind"
BEGIN SELECT RAISE(ABORT, 'append_only: in_kind'); END;

CREATE TRIGGER in_kind_is_new BEFORE INSERT ON "in_kind" BEGIN
SELECT RAISE(ABORT, 'uq_in_kind')
WHERE EXISTS (SELECT 1 FROM "in_kind" WHERE id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id);
END;

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
);

CREATE INDEX ix_receipt_donor ON receipt (donor, received_on);

CREATE TRIGGER receipt_no_update BEFORE UPDATE ON "receipt"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt'); END;

CREATE TRIGGER receipt_no_delete BEFORE DELETE ON "receipt"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt'); END;

CREATE TRIGGER receipt_is_new BEFORE INSERT ON "receipt" BEGIN
SELECT RAISE(ABORT, 'uq_receipt')
WHERE EXISTS (SELECT 1 FROM "receipt" WHERE id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id);
END;

CREATE TABLE agreement_amendment (
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
);

CREATE TRIGGER agreement_amendment_no_update BEFORE UPDATE ON "agreement_amendment"
BEGIN SELECT RAISE(ABORT, 'append_only: agreement_amendment'); END;

CREATE TRIGGER agreement_amendment_no_delete BEFORE DELETE ON "agreement_amendment"
BEGIN SELECT RAISE(ABORT, 'append_only: agreement_amendment'); END;

CREATE TRIGGER agreement_amendment_is_new BEFORE INSERT ON "agreement_amendment" BEGIN
SELECT RAISE(ABORT, 'uq_agreement_amendment')
WHERE EXISTS (SELECT 1 FROM "agreement_amendment" WHERE agreement_id = NEW.agreement_id AND number = NEW.number);
END;

CREATE TRIGGER amendment_in_order BEFORE INSERT ON "agreement_amendment" BEGIN
SELECT RAISE(ABORT, 'amendment_out_of_order') WHERE NEW.number <> (SELECT 1 + count(*) FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id)
    OR NEW.from_on < (SELECT signed_on FROM agreement AS g WHERE g.id = NEW.agreement_id)
    OR EXISTS (SELECT 1 FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id AND a.from_on > NEW.from_on);
END;

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
);

CREATE INDEX ix_contribution_donor ON contribution (donor);

CREATE INDEX ix_contribution_agreement_id ON contribution (agreement_id);

CREATE TRIGGER contribution_no_update BEFORE UPDATE ON "contribution"
BEGIN SELECT RAISE(ABORT, 'append_only: contribution'); END;

CREATE TRIGGER contribution_no_delete BEFORE DELETE ON "contribution"
BEGIN SELECT RAISE(ABORT, 'append_only: contribution'); END;

CREATE TRIGGER contribution_is_new BEFORE INSERT ON "contribution" BEGIN
SELECT RAISE(ABORT, 'uq_contribution')
WHERE EXISTS (SELECT 1 FROM "contribution" WHERE id = NEW.id OR ref = NEW.ref);
END;

CREATE TABLE receipt_acknowledged (
    receipt_id BIGINT NOT NULL,
    sent_on DATE NOT NULL,
    sent_to VARCHAR(200) NOT NULL,
    recorded_at TEXT NOT NULL,
    actor_id BIGINT,
    CONSTRAINT pk_receipt_acknowledged PRIMARY KEY (receipt_id),
    CONSTRAINT fk_receipt_acknowledged_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id)
);

CREATE TRIGGER receipt_acknowledged_no_update BEFORE UPDATE ON "receipt_acknowledged"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_acknowledged'); END;

CREATE TRIGGER receipt_acknowledged_no_delete BEFORE DELETE ON "receipt_acknowledged"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_acknowledged'); END;

CREATE TRIGGER receipt_acknowledged_is_new BEFORE INSERT ON "receipt_acknowledged" BEGIN
SELECT RAISE(ABORT, 'uq_receipt_acknowledged')
WHERE EXISTS (SELECT 1 FROM "receipt_acknowledged" WHERE receipt_id = NEW.receipt_id);
END;

CREATE TABLE receipt_taken_back (
    receipt_id BIGINT NOT NULL,
    journal_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor_id BIGINT,
    CONSTRAINT pk_receipt_taken_back PRIMARY KEY (receipt_id),
    CONSTRAINT fk_receipt_taken_back_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipt (id),
    CONSTRAINT uq_receipt_taken_back_journal_id UNIQUE (journal_id),
    CONSTRAINT fk_receipt_taken_back_journal_id FOREIGN KEY(journal_id) REFERENCES journal (id)
);

CREATE TRIGGER receipt_taken_back_no_update BEFORE UPDATE ON "receipt_taken_back"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_taken_back'); END;

CREATE TRIGGER receipt_taken_back_no_delete BEFORE DELETE ON "receipt_taken_back"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_taken_back'); END;

CREATE TRIGGER receipt_taken_back_is_new BEFORE INSERT ON "receipt_taken_back" BEGIN
SELECT RAISE(ABORT, 'uq_receipt_taken_back')
WHERE EXISTS (SELECT 1 FROM "receipt_taken_back" WHERE receipt_id = NEW.receipt_id OR journal_id = NEW.journal_id);
END;

CREATE TABLE icr_waiver (
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
);

CREATE TRIGGER icr_waiver_no_update BEFORE UPDATE ON "icr_waiver"
BEGIN SELECT RAISE(ABORT, 'append_only: icr_waiver'); END;

CREATE TRIGGER icr_waiver_no_delete BEFORE DELETE ON "icr_waiver"
BEGIN SELECT RAISE(ABORT, 'append_only: icr_waiver'); END;

CREATE TRIGGER icr_waiver_is_new BEFORE INSERT ON "icr_waiver" BEGIN
SELECT RAISE(ABORT, 'uq_icr_waiver')
WHERE EXISTS (SELECT 1 FROM "icr_waiver" WHERE id = NEW.id OR (contribution_id = NEW.contribution_id AND from_on = NEW.from_on));
END;

CREATE TABLE payment_call (
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
);

CREATE TRIGGER payment_call_no_update BEFORE UPDATE ON "payment_call"
BEGIN SELECT RAISE(ABORT, 'append_only: payment_call'); END;

CREATE TRIGGER payment_call_no_delete BEFORE DELETE ON "payment_call"
BEGIN SELECT RAISE(ABORT, 'append_only: payment_call'); END;

CREATE TRIGGER payment_call_is_new BEFORE INSERT ON "payment_call" BEGIN
SELECT RAISE(ABORT, 'uq_payment_call')
WHERE EXISTS (SELECT 1 FROM "payment_call" WHERE contribution_id = NEW.contribution_id AND number = NEW.number);
END;

CREATE TABLE donor_return (
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
);

CREATE INDEX ix_donor_return_contribution_id ON donor_return (contribution_id);

CREATE TRIGGER donor_return_no_update BEFORE UPDATE ON "donor_return"
BEGIN SELECT RAISE(ABORT, 'append_only: donor_return'); END;

CREATE TRIGGER donor_return_no_delete BEFORE DELETE ON "donor_return"
BEGIN SELECT RAISE(ABORT, 'append_only: donor_return'); END;

CREATE TRIGGER donor_return_is_new BEFORE INSERT ON "donor_return" BEGIN
SELECT RAISE(ABORT, 'uq_donor_return')
WHERE EXISTS (SELECT 1 FROM "donor_return" WHERE id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id);
END;

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
    recorded_at TEXT NOT NULL,
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

CREATE TRIGGER pledge_reduction_no_update BEFORE UPDATE ON "pledge_reduction"
BEGIN SELECT RAISE(ABORT, 'append_only: pledge_reduction'); END;

CREATE TRIGGER pledge_reduction_no_delete BEFORE DELETE ON "pledge_reduction"
BEGIN SELECT RAISE(ABORT, 'append_only: pledge_reduction'); END;

CREATE TRIGGER pledge_reduction_is_new BEFORE INSERT ON "pledge_reduction" BEGIN
SELECT RAISE(ABORT, 'uq_pledge_reduction')
WHERE EXISTS (SELECT 1 FROM "pledge_reduction" WHERE id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id);
END;

CREATE TABLE donor_return_end (
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
);

CREATE TRIGGER donor_return_end_no_update BEFORE UPDATE ON "donor_return_end"
BEGIN SELECT RAISE(ABORT, 'append_only: donor_return_end'); END;

CREATE TRIGGER donor_return_end_no_delete BEFORE DELETE ON "donor_return_end"
BEGIN SELECT RAISE(ABORT, 'append_only: donor_return_end'); END;

CREATE TRIGGER donor_return_end_is_new BEFORE INSERT ON "donor_return_end" BEGIN
SELECT RAISE(ABORT, 'uq_donor_return_end')
WHERE EXISTS (SELECT 1 FROM "donor_return_end" WHERE return_id = NEW.return_id OR journal_id = NEW.journal_id);
END;

CREATE TRIGGER donor_return_by_two BEFORE INSERT ON "donor_return_end" BEGIN
SELECT RAISE(ABORT, 'own_return') WHERE NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM donor_return AS r
    WHERE r.id = NEW.return_id AND r.actor_id <> NEW.actor_id);
END;

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

CREATE TRIGGER receipt_part_no_update BEFORE UPDATE ON "receipt_part"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_part'); END;

CREATE TRIGGER receipt_part_no_delete BEFORE DELETE ON "receipt_part"
BEGIN SELECT RAISE(ABORT, 'append_only: receipt_part'); END;

CREATE TRIGGER receipt_part_is_new BEFORE INSERT ON "receipt_part" BEGIN
SELECT RAISE(ABORT, 'uq_receipt_part')
WHERE EXISTS (SELECT 1 FROM "receipt_part" WHERE receipt_id = NEW.receipt_id AND contribution_id = NEW.contribution_id);
END;
