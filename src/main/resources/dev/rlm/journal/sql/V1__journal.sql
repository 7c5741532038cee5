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
    -- What its calls have cost, in billionths of a US dollar; calls without a known price count nothing.
    cost       BIGINT NOT NULL DEFAULT 0,
    UNIQUE (caller, client_key)
);

CREATE INDEX task_by_time ON task (submitted, id);
CREATE INDEX task_by_caller ON task (caller, submitted, id);
CREATE INDEX task_by_state ON task (state, rank);
CREATE INDEX task_ended ON task (ended) WHERE ended IS NOT NULL;
CREATE INDEX task_open ON task (caller, rank) WHERE ended IS NULL;

-- Who changes which tasks run locks this row first, so that limits of running tasks hold over all servers.
CREATE TABLE task_turnstile (
    id    INTEGER PRIMARY KEY,
    turns BIGINT  NOT NULL
);

INSERT INTO task_turnstile (id, turns) VALUES (1, 0);

-- The queue from which servers take tasks; its columns are db-scheduler's.
CREATE TABLE task_queue (
    task_name            VARCHAR(100) NOT NULL,
    task_instance        VARCHAR(100) NOT NULL,
    task_data            ${bytes},
    execution_time       ${timestamp},
    picked               BOOLEAN      NOT NULL,
    picked_by            VARCHAR(100),
    last_success         ${timestamp},
    last_failure         ${timestamp},
    consecutive_failures INTEGER,
    last_heartbeat       ${timestamp},
    version              BIGINT       NOT NULL,
    priority             INTEGER,
    state                TEXT,
    PRIMARY KEY (task_name, task_instance)
);

CREATE INDEX task_queue_by_time ON task_queue (execution_time);
CREATE INDEX task_queue_by_heartbeat ON task_queue (last_heartbeat);
CREATE INDEX task_queue_by_priority ON task_queue (priority DESC, execution_time ASC);

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
