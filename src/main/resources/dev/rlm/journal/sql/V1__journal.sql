-- Times are microseconds since 1970-01-01T00:00Z.

-- state and ended repeat what the events say, so that tasks can be found by it.
CREATE TABLE task (
    id         TEXT   PRIMARY KEY,
    caller     TEXT   NOT NULL,
    client_key TEXT,
    submitted  BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    rank       BIGINT NOT NULL,
    lease      BIGINT NOT NULL,
    -- How many appends the latest lease has made: recognises one that is repeated.
    batch      BIGINT NOT NULL,
    owner      TEXT,
    ended      BIGINT,
    events     BIGINT NOT NULL,
    UNIQUE (caller, client_key)
);

CREATE INDEX task_by_time ON task (submitted, id);
CREATE INDEX task_by_caller ON task (caller, submitted, id);
CREATE INDEX task_by_state ON task (state, rank);

CREATE TABLE event (
    task_id  TEXT    NOT NULL REFERENCES task (id),
    number   BIGINT  NOT NULL,
    time     BIGINT  NOT NULL,
    step_key TEXT,
    type     TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (task_id, number),
    UNIQUE (task_id, step_key)
);

CREATE TABLE payload (
    sha256     TEXT     PRIMARY KEY,
    characters INTEGER  NOT NULL,
    bytes      ${bytes} NOT NULL
);

-- part: 1 if the event is not whole without the payload, 0 if it only refers to it.
CREATE TABLE event_payload (
    task_id TEXT     NOT NULL,
    number  BIGINT   NOT NULL,
    sha256  TEXT     NOT NULL REFERENCES payload (sha256),
    part    SMALLINT NOT NULL,
    PRIMARY KEY (task_id, number, sha256),
    FOREIGN KEY (task_id, number) REFERENCES event (task_id, number)
);

CREATE INDEX event_payload_by_payload ON event_payload (sha256);
