CREATE TABLE instance (
    "key" VARCHAR(40) NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_instance PRIMARY KEY ("key")
);

CREATE TABLE sign_in_attempt (
    id BIGINT NOT NULL,
    email VARCHAR(254) NOT NULL,
    address VARCHAR(45) NOT NULL,
    at TEXT NOT NULL,
    succeeded BOOLEAN NOT NULL,
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id)
);

CREATE INDEX ix_sign_in_attempt_address_at ON sign_in_attempt (address, at);

CREATE INDEX ix_sign_in_attempt_email_at ON sign_in_attempt (email, at);

CREATE TABLE user (
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
);

CREATE TABLE api_token (
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
);

CREATE INDEX ix_api_token_user_id ON api_token (user_id);

CREATE TRIGGER api_token_keeps BEFORE UPDATE ON "api_token" BEGIN
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
END;

CREATE TRIGGER api_token_stays BEFORE DELETE ON "api_token" BEGIN
SELECT RAISE(ABORT, 'append_only: api_token') WHERE 1 = 1;
END;

CREATE TRIGGER api_token_is_new BEFORE INSERT ON "api_token" BEGIN
SELECT RAISE(ABORT, 'uq_api_token')
WHERE EXISTS (SELECT 1 FROM "api_token" WHERE digest = NEW.digest);
END;

CREATE TABLE calendar_address (
    user_id BIGINT NOT NULL,
    digest CHAR(64) NOT NULL,
    made_at TEXT NOT NULL,
    counted_from TEXT NOT NULL,
    asked INTEGER NOT NULL,
    CONSTRAINT pk_calendar_address PRIMARY KEY (user_id),
    CONSTRAINT fk_calendar_address_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT uq_calendar_address_digest UNIQUE (digest)
);

CREATE TABLE delegation (
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
);

CREATE INDEX ix_delegation_giver ON delegation (giver_id, valid_to);

CREATE INDEX ix_delegation_delegate ON delegation (delegate_id, valid_to);

CREATE TRIGGER delegation_no_update BEFORE UPDATE ON "delegation"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation'); END;

CREATE TRIGGER delegation_no_delete BEFORE DELETE ON "delegation"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation'); END;

CREATE TABLE ended_session (
    digest CHAR(64) NOT NULL,
    user_id BIGINT NOT NULL,
    ended_at TEXT NOT NULL,
    CONSTRAINT pk_ended_session PRIMARY KEY (digest),
    CONSTRAINT fk_ended_session_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE INDEX ix_ended_session_ended_at ON ended_session (ended_at);

CREATE TABLE idempotency (
    user_id BIGINT NOT NULL,
    "key" VARCHAR(80) NOT NULL,
    request_digest CHAR(64) NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    lang VARCHAR(2) NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (user_id, "key"),
    CONSTRAINT fk_idempotency_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE TABLE one_time_link (
    digest CHAR(64) NOT NULL,
    user_id BIGINT NOT NULL,
    purpose VARCHAR(12) NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    CONSTRAINT pk_one_time_link PRIMARY KEY (digest),
    CONSTRAINT ck_one_time_link_purpose CHECK (purpose IN ('invitation', 'reset')),
    CONSTRAINT fk_one_time_link_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE INDEX ix_one_time_link_user_id ON one_time_link (user_id);

CREATE TRIGGER one_time_link_keeps BEFORE UPDATE ON "one_time_link" BEGIN
SELECT RAISE(ABORT, 'append_only: one_time_link') WHERE NEW."digest" IS NOT OLD."digest"
OR NEW."user_id" IS NOT OLD."user_id"
OR NEW."purpose" IS NOT OLD."purpose"
OR NEW."expires_at" IS NOT OLD."expires_at"
OR OLD."used_at" IS NOT NULL AND NEW."used_at" IS NOT OLD."used_at";
END;

CREATE TABLE role_grant (
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    role VARCHAR(30) NOT NULL,
    country CHAR(2),
    valid_from DATE NOT NULL,
    valid_to DATE,
    given_by BIGINT,
    CONSTRAINT pk_role_grant PRIMARY KEY (id),
    CONSTRAINT fk_role_grant_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE INDEX ix_role_grant_role_country ON role_grant (role, country);

CREATE INDEX ix_role_grant_user_id ON role_grant (user_id);

CREATE TABLE delegation_event (
    delegation_id BIGINT NOT NULL,
    event VARCHAR(8) NOT NULL,
    at TEXT NOT NULL,
    "by" BIGINT,
    CONSTRAINT pk_delegation_event PRIMARY KEY (delegation_id, event),
    CONSTRAINT ck_delegation_event_event CHECK (event IN ('accepted', 'declined', 'revoked')),
    CONSTRAINT fk_delegation_event_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id)
);

CREATE TRIGGER delegation_event_no_update BEFORE UPDATE ON "delegation_event"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation_event'); END;

CREATE TRIGGER delegation_event_no_delete BEFORE DELETE ON "delegation_event"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation_event'); END;

CREATE TABLE delegation_office (
    delegation_id BIGINT NOT NULL,
    role VARCHAR(30) NOT NULL,
    seat CHAR(2) NOT NULL,
    CONSTRAINT pk_delegation_office PRIMARY KEY (delegation_id, role, seat),
    CONSTRAINT fk_delegation_office_delegation_id FOREIGN KEY(delegation_id) REFERENCES delegation (id)
);

CREATE TRIGGER delegation_office_no_update BEFORE UPDATE ON "delegation_office"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation_office'); END;

CREATE TRIGGER delegation_office_no_delete BEFORE DELETE ON "delegation_office"
BEGIN SELECT RAISE(ABORT, 'append_only: delegation_office'); END;
