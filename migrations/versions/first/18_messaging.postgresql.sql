CREATE TABLE message (
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    case_id BIGINT,
    name VARCHAR(40) NOT NULL,
    params JSON NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    exercise BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT fk_message_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE INDEX ix_message_user_id_id ON message (user_id, id);

CREATE TABLE delivery (
    message_id BIGINT NOT NULL,
    status VARCHAR(8) NOT NULL,
    attempts INTEGER NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    accepted_at TIMESTAMP WITH TIME ZONE,
    answer TEXT,
    CONSTRAINT pk_delivery PRIMARY KEY (message_id),
    CONSTRAINT ck_delivery_status CHECK (status IN ('waiting', 'accepted', 'failed')),
    CONSTRAINT ck_delivery_accepted CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
    CONSTRAINT fk_delivery_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);

CREATE INDEX ix_delivery_waiting ON delivery (next_at) WHERE status = 'waiting';
