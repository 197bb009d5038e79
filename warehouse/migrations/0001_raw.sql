-- The facts. Append-only: a row that was written is never changed and never deleted.
-- Every time is UTC without a zone; money is exact, per the meter's unit, in the row's own currency.

CREATE SCHEMA IF NOT EXISTS raw;

-- One look at one page, whatever came of it.
CREATE TABLE raw.page_read (
    read_id TEXT PRIMARY KEY,            -- <tick_id>/<provider>/<page>
    tick_id TEXT NOT NULL,               -- 20261123T210000Z
    provider TEXT NOT NULL,
    page TEXT NOT NULL,
    url TEXT NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    status INTEGER,                      -- HTTP status; null where no answer came
    etag TEXT,
    last_modified TEXT,
    media_type TEXT,
    sha256 TEXT,                         -- the archived body; of the last body where the answer was 304
    outcome TEXT NOT NULL CHECK (outcome IN ('good', 'layout_changed', 'unreachable', 'blocked', 'redirected', 'gone',
                                             'too_large', 'wrong_content', 'parse_error', 'suspect')),
    detail TEXT,                         -- the words of what went wrong
    was_conditional BOOLEAN NOT NULL,
    parser_version TEXT,
    reading_id TEXT,                     -- set for good and suspect reads
    CHECK (outcome <> 'good' OR reading_id IS NOT NULL)
);

-- What one parser version read in one page body. The same body is never parsed or stored twice.
CREATE TABLE raw.reading (
    reading_id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    page TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    parser_version TEXT NOT NULL,
    first_read_id TEXT NOT NULL,
    quote_count INTEGER NOT NULL,
    sections TEXT NOT NULL,              -- JSON: rows per known section
    anchors TEXT NOT NULL,               -- JSON
    headings TEXT NOT NULL               -- JSON
);

-- One price, or one explicit absence of a price, in one reading; the columns are the fields of Quote, in their order.
CREATE TABLE raw.quote (
    quote_id TEXT PRIMARY KEY,
    reading_id TEXT NOT NULL,
    page TEXT NOT NULL,
    series_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    meter TEXT NOT NULL,
    value_state TEXT NOT NULL CHECK (value_state IN ('priced', 'free', 'not_offered', 'not_printed')),
    amount DECIMAL(24, 12) CHECK (amount >= 0),
    raw_text TEXT NOT NULL,
    raw_unit TEXT NOT NULL,
    currency TEXT NOT NULL,
    product TEXT,
    model TEXT,
    base_model TEXT,
    size_tier TEXT,
    size_min_params BIGINT,
    size_max_params BIGINT,
    variant TEXT,
    method TEXT,
    technique TEXT,
    tier TEXT,
    context_band TEXT,
    time_window TEXT,
    region TEXT,
    condition TEXT,
    effective_from DATE,
    effective_to DATE,
    derived BOOLEAN NOT NULL,
    doubt TEXT,
    quoted TEXT NOT NULL,
    place TEXT NOT NULL,
    source_url TEXT NOT NULL,
    read_at TIMESTAMP NOT NULL,
    sha256 TEXT NOT NULL,
    parser_version TEXT NOT NULL,
    gpu_count INTEGER,
    CHECK ((amount IS NOT NULL) = (value_state IN ('priced', 'free')))
);

-- One fact about what can be bought, by whom, until when.
CREATE TABLE raw.availability (
    availability_id TEXT PRIMARY KEY,
    reading_id TEXT NOT NULL,
    page TEXT NOT NULL,
    series_id TEXT NOT NULL,             -- names the statement: provider, model, variant, kind and stated date
    provider TEXT NOT NULL,
    model TEXT,                          -- null: everything the seller tunes
    kind TEXT NOT NULL,
    stated_date DATE,
    variant TEXT,
    quoted TEXT NOT NULL,
    place TEXT NOT NULL,
    source_url TEXT NOT NULL,
    read_at TIMESTAMP NOT NULL,
    sha256 TEXT NOT NULL,
    parser_version TEXT NOT NULL
);

-- A verdict, by the judge or by a person. Rebuilding uses verdicts and never judges again.
CREATE TABLE raw.judgement (
    judgement_id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE,          -- the order in which verdicts were given
    series_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    page TEXT NOT NULL,
    quote_id TEXT,                       -- null for 'ended'
    read_id TEXT NOT NULL,
    read_at TIMESTAMP NOT NULL,          -- when the page of that read was fetched
    verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'held', 'refused', 'ended')),
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    judged_by TEXT NOT NULL,             -- 'judge', or a person's name
    judged_at TIMESTAMP NOT NULL,
    CHECK ((quote_id IS NULL) = (verdict = 'ended'))
);

-- The ledger of published events: the columns of core.price_change, as they were when they were first published.
CREATE TABLE raw.event (
    event_id TEXT PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL,
    tick_id TEXT NOT NULL,
    is_news BOOLEAN NOT NULL,
    kind TEXT NOT NULL,
    metric TEXT NOT NULL,
    provider TEXT NOT NULL,
    page TEXT NOT NULL,
    series_id TEXT NOT NULL,
    product TEXT,
    model TEXT,
    base_model TEXT,
    size_tier TEXT,
    meter TEXT,
    unit TEXT,
    variant TEXT,
    method TEXT,
    technique TEXT,
    tier TEXT,
    context_band TEXT,
    time_window TEXT,
    region TEXT,
    condition TEXT,
    currency TEXT,
    old_amount DECIMAL(24, 12),
    new_amount DECIMAL(24, 12),
    old_state TEXT,
    new_state TEXT,
    change_ratio DOUBLE,
    observed_at TIMESTAMP NOT NULL,
    known_not_before TIMESTAMP,
    stated_date DATE,
    headline TEXT NOT NULL,
    quote_id TEXT,
    availability_id TEXT,
    raw_text TEXT,
    quoted TEXT,
    place TEXT,
    source_url TEXT,
    read_at TIMESTAMP,
    sha256 TEXT,
    parser_version TEXT
);

-- A published event that is no longer derived. It counts while core.price_change lacks the event; the newest row wins.
CREATE TABLE raw.event_superseded (
    event_id TEXT NOT NULL,
    superseded_by TEXT,
    recorded_at TIMESTAMP NOT NULL
);

-- The outbox of the alerts. A delivery is the one fact that is updated: its attempts are what it is.
CREATE TABLE raw.delivery (
    event_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMP,
    last_error TEXT,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (event_id, rule_id, target_id)
);
