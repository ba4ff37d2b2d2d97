-- The one row says which migrations have been run.
CREATE TABLE pollbench_history (version INT8 NOT NULL);
INSERT INTO pollbench_history (version) VALUES (0);

-- What cells were measured under, each kind of it once.
CREATE TABLE environments (
    id {id},
    digest TEXT NOT NULL UNIQUE,
    pollbench TEXT NOT NULL,
    compiler TEXT NOT NULL,
    cpu TEXT NOT NULL,
    cores INT8 NOT NULL,
    governor TEXT,
    kernel TEXT NOT NULL,
    clock TEXT NOT NULL,
    -- A JSON object: a host configuration and its engine.
    engines TEXT NOT NULL
);

CREATE TABLE runs (
    id {id},
    -- SHA-256 of the record, as it is kept.
    digest TEXT NOT NULL UNIQUE,
    -- Microseconds since 1970 began, UTC: when it ran, and when it was added.
    time INT8 NOT NULL,
    added INT8 NOT NULL,
    revision TEXT,
    branch TEXT,
    subject TEXT,
    environment INT8 NOT NULL REFERENCES environments (id),
    interrupted INT8 NOT NULL CHECK (interrupted IN (0, 1)),
    cells INT8 NOT NULL,
    failed INT8 NOT NULL
);
CREATE INDEX runs_by_time ON runs (time, id);
CREATE INDEX runs_by_branch ON runs (branch, time, id);
CREATE INDEX runs_by_environment ON runs (environment);

-- The records themselves: canonical JSON, in zlib's format. They are beside `runs`, so that
-- a list of runs does not pass over them.
CREATE TABLE records (
    run INT8 PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    packed {bytes} NOT NULL
);

CREATE TABLE tags (
    run INT8 NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (run, name)
){clustered};
CREATE INDEX tags_by_name ON tags (name, run);

-- What tells a cell from the others of a record, each once for all runs.
CREATE TABLE series (
    id {id},
    -- SHA-256 of the following, as JSON.
    digest TEXT NOT NULL UNIQUE,
    guest TEXT NOT NULL,
    -- JSON objects.
    knobs TEXT NOT NULL,
    host TEXT NOT NULL,
    workload TEXT NOT NULL,
    parameters TEXT NOT NULL,
    pollables INT8 NOT NULL,
    active INT8 NOT NULL,
    effort INT8
);

-- The key is in the order in which a series is read; the index in that in which runs are.
CREATE TABLE cells (
    series INT8 NOT NULL REFERENCES series (id),
    run INT8 NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    -- Its place among the cells of the record.
    place INT8 NOT NULL,
    environment INT8 NOT NULL REFERENCES environments (id),
    -- 0: ok, 1: failed, 2: not supported.
    status INT8 NOT NULL CHECK (status IN (0, 1, 2)),
    failure TEXT,
    -- The names of counts that differed between processes, separated by blanks.
    noisy TEXT,
    -- Net of pollbench's own time, where the record has that. The interval is that of the
    -- median.
    ns_per_event FLOAT8,
    ns_per_event_low FLOAT8,
    ns_per_event_high FLOAT8,
    -- Per event of the measured window, but for the last three.
    guest_fuel FLOAT8,
    poll_calls FLOAT8,
    handles_passed FLOAT8,
    ready_returned FLOAT8,
    spurious_wakeups FLOAT8,
    ready_calls FLOAT8,
    block_calls FLOAT8,
    clock_calls FLOAT8,
    subscriptions FLOAT8,
    drops FLOAT8,
    set_changes FLOAT8,
    handles_peak FLOAT8,
    handles_leaked FLOAT8,
    guest_memory_peak_bytes FLOAT8,
    PRIMARY KEY (series, run, place)
){clustered};
CREATE INDEX cells_by_run ON cells (run, place, series);
CREATE INDEX cells_by_environment ON cells (environment);
