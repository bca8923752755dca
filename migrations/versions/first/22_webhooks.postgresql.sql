CREATE TABLE webhook_event (
    id BIGINT NOT NULL,
    name VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    ref VARCHAR(20),
    countries JSON NOT NULL,
    facts JSON NOT NULL,
    CONSTRAINT pk_webhook_event PRIMARY KEY (id)
);

CREATE INDEX ix_webhook_event_at ON webhook_event (at);

CREATE FUNCTION webhook_event_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER webhook_event_keeps BEFORE UPDATE ON "webhook_event"
FOR EACH ROW EXECUTE FUNCTION webhook_event_keeps();

CREATE TABLE webhook (
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
);

CREATE INDEX ix_webhook_role_country ON webhook (role, country);

CREATE FUNCTION webhook_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER webhook_keeps BEFORE UPDATE ON "webhook"
FOR EACH ROW EXECUTE FUNCTION webhook_keeps();

CREATE FUNCTION webhook_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF 1 = 1 THEN
    RAISE EXCEPTION 'append_only: webhook' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER webhook_stays BEFORE DELETE ON "webhook"
FOR EACH ROW EXECUTE FUNCTION webhook_stays();

CREATE TRIGGER webhook_stays_whole BEFORE TRUNCATE ON "webhook"
FOR EACH STATEMENT EXECUTE FUNCTION webhook_stays();

CREATE TABLE webhook_due (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_webhook_due PRIMARY KEY (case_id, seq)
);

CREATE FUNCTION audit_entry_notifies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO webhook_due (case_id, seq) VALUES (NEW.case_id, NEW.seq); RETURN NULL; END $$;

CREATE TRIGGER audit_entry_notifies AFTER INSERT ON audit_entry
FOR EACH ROW WHEN (NEW.act LIKE 'case.%' AND NEW.act <> 'case.migrated') EXECUTE FUNCTION audit_entry_notifies();

CREATE TABLE webhook_delivery (
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
);

CREATE INDEX ix_webhook_delivery_event_id ON webhook_delivery (event_id);

CREATE INDEX ix_webhook_delivery_webhook_id ON webhook_delivery (webhook_id, id);

CREATE INDEX ix_webhook_delivery_waiting ON webhook_delivery (next_at) WHERE status = 'waiting';

CREATE TABLE webhook_secret (
    webhook_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    nonce VARCHAR(43) NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_webhook_secret PRIMARY KEY (webhook_id, number),
    CONSTRAINT fk_webhook_secret_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id)
);

CREATE FUNCTION webhook_secret_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."webhook_id" IS DISTINCT FROM OLD."webhook_id"
OR NEW."number" IS DISTINCT FROM OLD."number"
OR NEW."nonce" IS DISTINCT FROM OLD."nonce"
OR NEW."made_at" IS DISTINCT FROM OLD."made_at"
OR OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at) THEN
    RAISE EXCEPTION 'append_only: webhook_secret' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER webhook_secret_keeps BEFORE UPDATE ON "webhook_secret"
FOR EACH ROW EXECUTE FUNCTION webhook_secret_keeps();

CREATE FUNCTION webhook_secret_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF 1 = 1 THEN
    RAISE EXCEPTION 'append_only: webhook_secret' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER webhook_secret_stays BEFORE DELETE ON "webhook_secret"
FOR EACH ROW EXECUTE FUNCTION webhook_secret_stays();

CREATE TRIGGER webhook_secret_stays_whole BEFORE TRUNCATE ON "webhook_secret"
FOR EACH STATEMENT EXECUTE FUNCTION webhook_secret_stays();

CREATE TABLE webhook_attempt (
    delivery_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome VARCHAR(13) NOT NULL,
    code INTEGER,
    milliseconds INTEGER NOT NULL,
    CONSTRAINT pk_webhook_attempt PRIMARY KEY (delivery_id, number),
    CONSTRAINT fk_webhook_attempt_delivery_id FOREIGN KEY(delivery_id) REFERENCES webhook_delivery (id)
);

CREATE FUNCTION webhook_attempt_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER webhook_attempt_keeps BEFORE UPDATE ON "webhook_attempt"
FOR EACH ROW EXECUTE FUNCTION webhook_attempt_keeps();
