-- Alerts: what a moved price moves in turn, trouble at a source, and the outbox.

-- False for what is kept in silence: a backfill, a rebuild, somebody else's list, what stood there at the first read.
ALTER TABLE raw.event ADD COLUMN notify BOOLEAN DEFAULT false;

-- A markup, or an answer about breaking even, that a published event moved.
CREATE TABLE raw.derived_event (
    event_id TEXT PRIMARY KEY,
    caused_by TEXT NOT NULL,             -- the event of raw.event whose price moved
    recorded_at TIMESTAMP NOT NULL,
    tick_id TEXT NOT NULL,
    notify BOOLEAN NOT NULL,
    metric TEXT NOT NULL CHECK (metric IN ('markup', 'break_even')),
    series_id TEXT NOT NULL,             -- names what moved, whatever its value
    provider TEXT NOT NULL,
    model TEXT,
    base_model TEXT,
    size_tier TEXT,
    meter TEXT,                          -- of a markup
    tier TEXT,
    condition TEXT,
    region TEXT,
    scenario TEXT,                       -- of an answer: the workload, and what tuning is compared with
    against TEXT,
    against_model TEXT,
    old_value DOUBLE,                    -- a ratio, or months to pay back; null where it never does
    new_value DOUBLE,
    old_words TEXT,                      -- the verdict
    new_words TEXT,
    observed_at TIMESTAMP NOT NULL
);

-- Trouble at a source or on a channel, and its end; each is told to operators once.
CREATE TABLE raw.notice (
    event_id TEXT PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    tick_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('failing', 'changed_shape', 'held', 'stale', 'dead_channel')),
    is_over BOOLEAN NOT NULL,            -- the trouble ended
    provider TEXT NOT NULL,              -- the seller; the target where a channel is dead
    page TEXT NOT NULL,
    observed_at TIMESTAMP NOT NULL,
    headline TEXT NOT NULL,
    detail TEXT
);

-- Events that no rule was held against yet. Written with the event, emptied with the deliveries it calls for: whoever
-- dies in between, or cannot read the rules, leaves the work on the list.
CREATE TABLE raw.unmatched_event (
    event_id TEXT PRIMARY KEY
);

-- What a rule remembers of a series: the value it last told, whether it told any, whether a level may fire again.
CREATE TABLE raw.rule_state (
    rule_id TEXT NOT NULL,
    series_id TEXT NOT NULL,
    baseline TEXT,                       -- exact digits, or Infinity
    is_armed BOOLEAN NOT NULL,
    was_told BOOLEAN NOT NULL,
    PRIMARY KEY (rule_id, series_id)
);

-- A person's word that a rule be silent, or speak again; the newest row of a rule counts.
CREATE TABLE raw.rule_mute (
    rule_id TEXT NOT NULL,
    is_muted BOOLEAN NOT NULL,
    until DATE,                          -- speaks again on this day; null: until a person says so
    recorded_at TIMESTAMP NOT NULL
);

DROP TABLE raw.delivery; -- nothing was ever delivered before there were rules

-- The outbox. A delivery is the one fact that is updated: its attempts are what it is. Those that go out in one message
-- share its id, which is what a receiver tells repeats by, so it never changes once it is written.
CREATE TABLE raw.delivery (
    event_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    tick_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'dead', 'muted', 'snoozed')),
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (event_id, rule_id, target_id)
);
