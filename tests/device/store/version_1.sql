-- Version 1. Sample numbers count the source's samples. Times of the wall clock are milliseconds
-- or nanoseconds since 1970, of the monotonic clock microseconds since the session's first sample.

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,     -- in the order in which they were begun; never reused
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    lead TEXT NOT NULL,
    rate_hz REAL NOT NULL,
    simulated INTEGER NOT NULL,
    rail_low_mv REAL, rail_high_mv REAL,      -- null: not known
    band_low_hz REAL, band_high_hz REAL,      -- null: not known
    uv_per_lsb REAL NOT NULL,                 -- microvolt = number in chunk.signal * uv_per_lsb
    model TEXT,
    software TEXT NOT NULL,
    origin_taken_ns INTEGER NOT NULL,         -- monotonic clock at the first sample
    origin_wall_ns INTEGER NOT NULL,          -- wall clock at the first sample, as it was set then
    began_ms INTEGER NOT NULL,                -- the same as the wall clock is set now
    ended_ms INTEGER NOT NULL,                -- wall clock at the last sample
    ended INTEGER NOT NULL DEFAULT 0,         -- 0: being recorded, or the power went
    first INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    missing INTEGER NOT NULL DEFAULT 0,       -- samples between first and stop that are not there
    late INTEGER NOT NULL DEFAULT 0,
    usable INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,         -- about what it takes in this file
    rate_sum REAL NOT NULL DEFAULT 0,         -- of the heart rates that were known, in bpm
    rate_count INTEGER NOT NULL DEFAULT 0,
    rate_lowest REAL, rate_highest REAL,
    rhythm_aux TEXT, rhythm_name TEXT,        -- the rhythm that holds, and from where on
    rhythm_since INTEGER,
    pinned INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    doomed INTEGER NOT NULL DEFAULT 0         -- 1: gone for every reader, being removed by and by
) STRICT;

CREATE INDEX doomed_session ON session (id) WHERE doomed;

CREATE TABLE tally (                          -- what a session holds, to list and search it by
    session INTEGER NOT NULL,
    kind TEXT NOT NULL,                       -- beat (key: symbol) or rhythm (key: aux)
    key TEXT NOT NULL,
    name TEXT NOT NULL,                       -- of a rhythm, for people
    amount INTEGER NOT NULL,                  -- beats, or samples of a rhythm that has ended
    PRIMARY KEY (session, kind, key, name)
) STRICT, WITHOUT ROWID;

-- Chunks and beats have one number for session and sample, session * 2^40 + sample: rows of a
-- session lie together in the order of time, new ones come at the end, and no index is needed.
CREATE TABLE chunk (
    key INTEGER PRIMARY KEY,
    taken_us INTEGER NOT NULL,                -- monotonic clock at the last sample
    step_us INTEGER NOT NULL,                 -- how far the wall clock was set since the session began
    missing INTEGER NOT NULL,
    late INTEGER NOT NULL,
    usable INTEGER NOT NULL,
    leads BLOB,                               -- null: no such pins; one byte: all alike; or one a sample
    signal BLOB NOT NULL                      -- int16, little-endian; -32768: missing
) STRICT;

CREATE TABLE beat (
    key INTEGER PRIMARY KEY,
    symbol TEXT NOT NULL,
    confidence INTEGER,                       -- thousandths
    reason TEXT NOT NULL,
    amplitude_uv INTEGER NOT NULL
) STRICT;

-- For people: SELECT * FROM chunks WHERE session = 1 AND start BETWEEN 0 AND 3600;
CREATE VIEW chunks AS SELECT
    key >> 40 AS session, key & 1099511627775 AS start, length(signal) / 2 AS samples, * FROM chunk;
CREATE VIEW beats AS SELECT key >> 40 AS session, key & 1099511627775 AS sample, * FROM beat;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    sample INTEGER NOT NULL,
    decided INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    detail TEXT NOT NULL                      -- JSON
) STRICT;

CREATE INDEX event_in_time ON event (session, sample, id);

-- A min-max pyramid over the signal: 16 bins a row, each low and high, as in chunk.signal.
CREATE TABLE tile (
    session INTEGER NOT NULL,
    per_bin INTEGER NOT NULL,                 -- samples: 64, 1024, 16384
    number INTEGER NOT NULL,                  -- covers samples [number, number + 1) * 16 * per_bin
    bins BLOB NOT NULL,
    PRIMARY KEY (session, per_bin, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE minute (
    session INTEGER NOT NULL,
    number INTEGER NOT NULL,                  -- covers [number, number + 1) * 60 s of sample numbers
    rate_sum REAL NOT NULL DEFAULT 0,
    rate_count INTEGER NOT NULL DEFAULT 0,
    rate_lowest REAL, rate_highest REAL,
    ventricular INTEGER NOT NULL DEFAULT 0,
    supraventricular INTEGER NOT NULL DEFAULT 0,
    usable INTEGER NOT NULL DEFAULT 0,        -- samples
    PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE recording (                      -- has its own signal: no session's end loses one
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session INTEGER,                          -- null once that session is gone
    start INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    taken_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    lead TEXT NOT NULL,
    rate_hz REAL NOT NULL,
    simulated INTEGER NOT NULL,
    rail_low_mv REAL, rail_high_mv REAL,
    band_low_hz REAL, band_high_hz REAL,
    uv_per_lsb REAL NOT NULL,
    signal BLOB NOT NULL,
    beats TEXT NOT NULL,                      -- JSON, as the page takes them
    events TEXT NOT NULL,
    result TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
