CREATE TABLE instance (
    key VARCHAR(40) NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_instance PRIMARY KEY (key)
);

CREATE TABLE sign_in_attempt (
    id BIGINT NOT NULL,
    email VARCHAR(254) NOT NULL,
    address VARCHAR(45) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    succeeded BOOLEAN NOT NULL,
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
);

CREATE INDEX ix_sign_in_attempt_address_at ON sign_in_attempt (address, at);

CREATE INDEX ix_sign_in_attempt_email_at ON sign_in_attempt (email, at);

CREATE TABLE "user" (
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
);

CREATE TABLE api_token (
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
);

CREATE INDEX ix_api_token_user_id ON api_token (user_id);

CREATE FUNCTION api_token_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

CREATE TRIGGER api_token_keeps BEFORE UPDATE ON "api_token"
FOR EACH ROW EXECUTE FUNCTION api_token_keeps();

CREATE FUNCTION api_token_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF 1 = 1 THEN
    RAISE EXCEPTION 'append_only: api_token' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER api_token_stays BEFORE DELETE ON "api_token"
FOR EACH ROW EXECUTE FUNCTION api_token_stays();

CREATE TRIGGER api_token_stays_whole BEFORE TRUNCATE ON "api_token"
FOR EACH STATEMENT EXECUTE FUNCTION api_token_stays();

CREATE TABLE calendar_address (
    user_id BIGINT NOT NULL,
    digest CHAR(64) NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    counted_from TIMESTAMP WITH TIME ZONE NOT NULL,
    asked INTEGER NOT NULL,
    CONSTRAINT pk_calendar_address PRIMARY KEY (user_id),
    CONSTRAINT fk_calendar_address_user_id FOREIGN KEY(user_id) REFERENCES "user" (id),
    CONSTRAINT uq_calendar_address_digest UNIQUE (digest)
);

CREATE TABLE delegation (
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
);

CREATE INDEX ix_delegation_giver ON delegation (giver_id, valid_to);

CREATE INDEX ix_delegation_delegate ON delegation (delegate_id, valid_to);

CREATE FUNCTION delegation_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: delegation' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER delegation_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "delegation"
FOR EACH STATEMENT EXECUTE FUNCTION delegation_append_only();

CREATE TABLE ended_session (
    digest CHAR(64) NOT NULL,
    user_id BIGINT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ended_session PRIMARY KEY (digest),
    CONSTRAINT fk_ended_session_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE INDEX ix_ended_session_ended_at ON ended_session (ended_at);

CREATE TABLE idempotency (
    user_id BIGINT NOT NULL,
    key VARCHAR(80) NOT NULL,
    request_digest CHAR(64) NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    lang VARCHAR(2) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (user_id, key),
    CONSTRAINT fk_idempotency_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE TABLE one_time_link (
    digest CHAR(64) NOT NULL,
    user_id BIGINT NOT NULL,
    purpose VARCHAR(12) NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_one_time_link PRIMARY KEY (digest),
    CONSTRAINT ck_one_time_link_purpose CHECK (purpose IN ('invitation', 'reset')),
    CONSTRAINT fk_one_time_link_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE INDEX ix_one_time_link_user_id ON one_time_link (user_id);

CREATE FUNCTION one_time_link_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."digest" IS DISTINCT FROM OLD."digest"
OR NEW."user_id" IS DISTINCT FROM OLD."user_id"
OR NEW."purpose" IS DISTINCT FROM OLD."purpose"
OR NEW."expires_at" IS DISTINCT FROM OLD."expires_at"
OR OLD."used_at" IS NOT NULL AND NEW."used_at" IS DISTINCT FROM OLD."used_at" THEN
    RAISE EXCEPTION 'append_only: one_time_link' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER one_time_link_keeps BEFORE UPDATE ON "one_time_link"
FOR EACH ROW EXECUTE FUNCTION one_time_link_keeps();

CREATE TABLE role_grant (
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    role VARCHAR(30) NOT NULL,
    country CHAR(2),
    valid_from DATE NOT NULL,
    valid_to DATE,
    given_by BIGINT,
    CONSTRAINT pk_role_grant PRIMARY KEY (id),
    CONSTRAINT fk_role_grant_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE INDEX ix_role_grant_role_country ON role_grant (role, country);

CREATE INDEX ix_role_grant_user_id ON role_grant (user_id);

CREATE TABLE delegation_event (
    delegation_id BIGINT NOT NULL,
    event VARCHAR(8) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by BIGINT,
    CONSTRAINT pk_delegation_event PRIMARY KEY (delegation_id, event),
    CONSTRAINT ck_delegation_event_event CHECK (event IN ('accepted', 'declined', 'revoked')),
    CONSTRAINT fk_delegation_event_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id)
);

CREATE FUNCTION delegation_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: delegation_event' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER delegation_event_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "delegation_event"
FOR EACH STATEMENT EXECUTE FUNCTION delegation_event_append_only();

CREATE TABLE delegation_office (
    delegation_id BIGINT NOT NULL,
    role VARCHAR(30) NOT NULL,
    seat CHAR(2) NOT NULL,
    CONSTRAINT pk_delegation_office PRIMARY KEY (delegation_id, role, seat),
    CONSTRAINT fk_delegation_office_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id)
);

CREATE FUNCTION delegation_office_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: delegation_office' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER delegation_office_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "delegation_office"
FOR EACH STATEMENT EXECUTE FUNCTION delegation_office_append_only();
