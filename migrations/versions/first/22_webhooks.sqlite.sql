CREATE TABLE webhook_event (
    id BIGINT NOT NULL,
    name VARCHAR(40) NOT NULL,
    at TEXT NOT NULL,
    ref VARCHAR(20),
    countries TEXT NOT NULL,
    facts TEXT NOT NULL,
    CONSTRAINT pk_webhook_event PRIMARY KEY (id)
);

CREATE INDEX ix_webhook_event_at ON webhook_event (at);

CREATE TRIGGER webhook_event_keeps BEFORE UPDATE ON "webhook_event" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook_event') WHERE NEW."id" IS NOT OLD."id"
OR NEW."name" IS NOT OLD."name"
OR NEW."at" IS NOT OLD."at"
OR NEW."ref" IS NOT OLD."ref"
OR CAST(NEW."countries" AS text) IS NOT CAST(OLD."countries" AS text)
OR CAST(NEW."facts" AS text) IS NOT CAST(OLD."facts" AS text);
END;

CREATE TABLE webhook (
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
);

CREATE INDEX ix_webhook_role_country ON webhook (role, country);

CREATE TRIGGER webhook_keeps BEFORE UPDATE ON "webhook" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook') WHERE NEW."id" IS NOT OLD."id"
OR NEW."role" IS NOT OLD."role"
OR NEW."country" IS NOT OLD."country"
OR NEW."name" IS NOT OLD."name"
OR NEW."url" IS NOT OLD."url"
OR CAST(NEW."events" AS text) IS NOT CAST(OLD."events" AS text)
OR NEW."made_by" IS NOT OLD."made_by"
OR NEW."made_at" IS NOT OLD."made_at"
OR OLD.standing = 'ended' AND NEW.standing <> 'ended';
END;

CREATE TRIGGER webhook_stays BEFORE DELETE ON "webhook" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook') WHERE 1 = 1;
END;

CREATE TRIGGER webhook_is_new BEFORE INSERT ON "webhook" BEGIN
SELECT RAISE(ABORT, 'uq_webhook')
WHERE EXISTS (SELECT 1 FROM "webhook" WHERE id = NEW.id);
END;

CREATE TABLE webhook_due (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_webhook_due PRIMARY KEY (case_id, seq)
);

CREATE TRIGGER audit_entry_notifies AFTER INSERT ON audit_entry
WHEN NEW.act LIKE 'case.%' AND NEW.act <> 'case.migrated' BEGIN INSERT INTO webhook_due (case_id, seq) VALUES (NEW.case_id, NEW.seq); END;

CREATE TABLE webhook_delivery (
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
);

CREATE INDEX ix_webhook_delivery_event_id ON webhook_delivery (event_id);

CREATE INDEX ix_webhook_delivery_webhook_id ON webhook_delivery (webhook_id, id);

CREATE INDEX ix_webhook_delivery_waiting ON webhook_delivery (next_at) WHERE status = 'waiting';

CREATE TABLE webhook_secret (
    webhook_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    nonce VARCHAR(43) NOT NULL,
    made_at TEXT NOT NULL,
    ends_at TEXT,
    CONSTRAINT pk_webhook_secret PRIMARY KEY (webhook_id, number),
    CONSTRAINT fk_webhook_secret_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id)
);

CREATE TRIGGER webhook_secret_keeps BEFORE UPDATE ON "webhook_secret" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook_secret') WHERE NEW."webhook_id" IS NOT OLD."webhook_id"
OR NEW."number" IS NOT OLD."number"
OR NEW."nonce" IS NOT OLD."nonce"
OR NEW."made_at" IS NOT OLD."made_at"
OR OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at);
END;

CREATE TRIGGER webhook_secret_stays BEFORE DELETE ON "webhook_secret" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook_secret') WHERE 1 = 1;
END;

CREATE TRIGGER webhook_secret_is_new BEFORE INSERT ON "webhook_secret" BEGIN
SELECT RAISE(ABORT, 'uq_webhook_secret')
WHERE EXISTS (SELECT 1 FROM "webhook_secret" WHERE webhook_id = NEW.webhook_id AND number = NEW.number);
END;

CREATE TABLE webhook_attempt (
    delivery_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    outcome VARCHAR(13) NOT NULL,
    code INTEGER,
    milliseconds INTEGER NOT NULL,
    CONSTRAINT pk_webhook_attempt PRIMARY KEY (delivery_id, number),
    CONSTRAINT fk_webhook_attempt_delivery_id FOREIGN KEY(delivery_id) REFERENCES webhook_delivery (id)
);

CREATE TRIGGER webhook_attempt_keeps BEFORE UPDATE ON "webhook_attempt" BEGIN
SELECT RAISE(ABORT, 'append_only: webhook_attempt') WHERE NEW."delivery_id" IS NOT OLD."delivery_id"
OR NEW."number" IS NOT OLD."number"
OR NEW."at" IS NOT OLD."at"
OR NEW."outcome" IS NOT OLD."outcome"
OR NEW."code" IS NOT OLD."code"
OR NEW."milliseconds" IS NOT OLD."milliseconds";
END;
