CREATE TABLE saved_search_address (
    id BIGINT NOT NULL,
    email VARCHAR(254) NOT NULL,
    CONSTRAINT pk_saved_search_address PRIMARY KEY (id),
    CONSTRAINT uq_saved_search_address_email UNIQUE (email)
);

CREATE FUNCTION saved_search_address_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."id" IS DISTINCT FROM OLD."id"
OR NEW."email" IS DISTINCT FROM OLD."email" THEN
    RAISE EXCEPTION 'append_only: saved_search_address' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER saved_search_address_keeps BEFORE UPDATE ON "saved_search_address"
FOR EACH ROW EXECUTE FUNCTION saved_search_address_keeps();

CREATE TABLE saved_search_attempt (
    id BIGINT NOT NULL,
    origin VARCHAR(64) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_saved_search_attempt PRIMARY KEY (id)
);

CREATE INDEX ix_saved_search_attempt_origin ON saved_search_attempt (origin, at);

CREATE TABLE saved_search (
    id BIGINT NOT NULL,
    user_id BIGINT,
    address_id BIGINT,
    question JSON NOT NULL,
    digest CHAR(64) NOT NULL,
    pace VARCHAR(6) NOT NULL,
    lang VARCHAR(2) NOT NULL,
    nonce VARCHAR(43) NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    looked_at TIMESTAMP WITH TIME ZONE,
    next_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_saved_search PRIMARY KEY (id),
    CONSTRAINT uq_saved_search_user_id_digest UNIQUE (user_id, digest),
    CONSTRAINT uq_saved_search_address_id_digest UNIQUE (address_id, digest),
    CONSTRAINT ck_saved_search_owner CHECK ((user_id IS NULL) <> (address_id IS NULL)),
    CONSTRAINT ck_saved_search_next CHECK ((confirmed_at IS NULL) = (next_at IS NULL) AND (next_at IS NULL) = (looked_at IS NULL)),
    CONSTRAINT ck_saved_search_pace CHECK (pace IN ('daily', 'weekly')),
    CONSTRAINT fk_saved_search_user_id FOREIGN KEY(user_id) REFERENCES "user" (id),
    CONSTRAINT fk_saved_search_address_id FOREIGN KEY(address_id) REFERENCES saved_search_address (id) ON DELETE CASCADE
);

CREATE INDEX ix_saved_search_asked_at ON saved_search (asked_at);

CREATE INDEX ix_saved_search_next_at ON saved_search (next_at);

CREATE FUNCTION saved_search_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW."id" IS DISTINCT FROM OLD."id"
OR NEW."user_id" IS DISTINCT FROM OLD."user_id"
OR NEW."address_id" IS DISTINCT FROM OLD."address_id"
OR CAST(NEW."question" AS text) IS DISTINCT FROM CAST(OLD."question" AS text)
OR NEW."digest" IS DISTINCT FROM OLD."digest"
OR NEW."lang" IS DISTINCT FROM OLD."lang"
OR NEW."nonce" IS DISTINCT FROM OLD."nonce"
OR NEW."asked_at" IS DISTINCT FROM OLD."asked_at"
OR OLD."confirmed_at" IS NOT NULL AND NEW."confirmed_at" IS DISTINCT FROM OLD."confirmed_at" THEN
    RAISE EXCEPTION 'append_only: saved_search' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END $$;

CREATE TRIGGER saved_search_keeps BEFORE UPDATE ON "saved_search"
FOR EACH ROW EXECUTE FUNCTION saved_search_keeps();

CREATE TABLE saved_search_mail (
    id BIGINT NOT NULL,
    search_id BIGINT NOT NULL,
    name VARCHAR(40) NOT NULL,
    params JSON NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_saved_search_mail PRIMARY KEY (id),
    CONSTRAINT fk_saved_search_mail_search_id FOREIGN KEY(search_id) REFERENCES saved_search (id) ON DELETE CASCADE
);

CREATE INDEX ix_saved_search_mail_next_at ON saved_search_mail (next_at);

CREATE TABLE saved_search_notified (
    search_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_saved_search_notified PRIMARY KEY (search_id, entry_id),
    CONSTRAINT fk_saved_search_notified_search_id FOREIGN KEY(search_id) REFERENCES saved_search (id) ON DELETE CASCADE
);

CREATE INDEX ix_saved_search_notified_at ON saved_search_notified (search_id, at);
