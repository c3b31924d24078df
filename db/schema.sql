-- The schema of the database, version 0005, as SQLite has it. A picture: the truth is tracker/db/, and a test
-- compares the two. Times are UTC texts that sort as the times do; lo and hi are exact decimals, lo_real and hi_real
-- their shadows for sorting and charts; "" says that nothing was said. Rely on the views v1_*: their names and columns
-- are frozen.

CREATE TABLE alert (
    id INTEGER NOT NULL,
    indicator TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    "key" TEXT NOT NULL,
    state TEXT NOT NULL,
    word TEXT NOT NULL,
    severity TEXT NOT NULL,
    episode INTEGER NOT NULL,
    since TEXT,
    changed_at TEXT,
    ordinal INTEGER NOT NULL,
    value TEXT NOT NULL,
    summary TEXT NOT NULL,
    evidence TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    settled INTEGER NOT NULL,
    CONSTRAINT pk_alert PRIMARY KEY (id),
    CONSTRAINT uq_alert_indicator_rule_subject_key UNIQUE (indicator, rule, subject, "key")
);

CREATE TABLE batch (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    CONSTRAINT pk_batch PRIMARY KEY (id)
);

CREATE TABLE coverage (
    watcher TEXT NOT NULL,
    start_at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    end_at TEXT NOT NULL,
    CONSTRAINT pk_coverage PRIMARY KEY (watcher, start_at, seq)
);

CREATE TABLE delivery (
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    receiver TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at TEXT NOT NULL,
    lease_until TEXT,
    owner TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    error TEXT,
    message TEXT NOT NULL,
    rendered TEXT NOT NULL,
    ended_at TEXT,
    CONSTRAINT pk_delivery PRIMARY KEY (position),
    CONSTRAINT uq_delivery_id UNIQUE (id)
);
CREATE INDEX ix_delivery_created_at ON delivery (created_at);
CREATE INDEX ix_delivery_state_next_at ON delivery (state, next_at);

CREATE TABLE digest_run (
    period TEXT NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT pk_digest_run PRIMARY KEY (period)
);

CREATE TABLE entry (
    id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    source TEXT NOT NULL,
    "key" TEXT NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    link TEXT NOT NULL,
    summary TEXT NOT NULL,
    language TEXT NOT NULL,
    published_at TEXT NOT NULL,
    date_known BOOLEAN NOT NULL,
    recorded_at TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    CONSTRAINT pk_entry PRIMARY KEY (id),
    CONSTRAINT uq_entry_source_key_version UNIQUE (source, "key", version),
    CONSTRAINT uq_entry_seq UNIQUE (seq)
);

CREATE TABLE entry_alias (
    source TEXT NOT NULL,
    alias TEXT NOT NULL,
    "key" TEXT NOT NULL,
    CONSTRAINT pk_entry_alias PRIMARY KEY (source, alias)
)
 WITHOUT ROWID;

CREATE TABLE event (
    "key" TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    occurred_start TEXT NOT NULL,
    occurred_end TEXT NOT NULL,
    occurred_text TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount_lo TEXT,
    amount_hi TEXT,
    amount_op TEXT,
    amount_unit TEXT,
    labels TEXT NOT NULL,
    people TEXT NOT NULL,
    products TEXT NOT NULL,
    role TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY ("key"),
    CONSTRAINT uq_event_seq UNIQUE (seq)
);
CREATE INDEX ix_event_subject_type ON event (subject, type);

CREATE TABLE life (
    id INTEGER NOT NULL,
    newest TEXT,
    seq INTEGER NOT NULL,
    CONSTRAINT pk_life PRIMARY KEY (id),
    CONSTRAINT ck_life_one_row CHECK (id = 1)
);

CREATE TABLE meta (
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_meta PRIMARY KEY ("key")
);

CREATE TABLE mute (
    id INTEGER NOT NULL,
    start_at TEXT NOT NULL,
    end_at TEXT NOT NULL,
    rule TEXT,
    subject TEXT,
    author TEXT NOT NULL,
    why TEXT NOT NULL,
    CONSTRAINT pk_mute PRIMARY KEY (id)
);

CREATE TABLE page (
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    next_url TEXT NOT NULL,
    rows TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    CONSTRAINT pk_page PRIMARY KEY (source, url)
);

CREATE TABLE rule_state (
    indicator TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    health TEXT NOT NULL,
    reason TEXT NOT NULL,
    memory TEXT NOT NULL,
    rule_hash TEXT NOT NULL,
    born TEXT,
    evaluated_to TEXT,
    watermark INTEGER NOT NULL,
    deadline TEXT,
    ordinal INTEGER NOT NULL,
    CONSTRAINT pk_rule_state PRIMARY KEY (indicator, rule, subject)
);

CREATE TABLE schedule (
    "key" TEXT NOT NULL,
    spec_hash TEXT NOT NULL,
    next_due TEXT NOT NULL,
    lease_until TEXT,
    owner TEXT,
    attempts INTEGER NOT NULL,
    last_ok TEXT,
    last_error TEXT,
    enabled BOOLEAN NOT NULL,
    CONSTRAINT pk_schedule PRIMARY KEY ("key")
);
CREATE INDEX ix_schedule_next_due ON schedule (next_due);

CREATE TABLE series (
    id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    indicator TEXT NOT NULL,
    labels TEXT NOT NULL,
    edition TEXT NOT NULL,
    unit TEXT NOT NULL,
    CONSTRAINT pk_series PRIMARY KEY (id),
    CONSTRAINT uq_series_subject_indicator_labels_edition_unit UNIQUE (subject, indicator, labels, edition, unit)
);

CREATE TABLE source_state (
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    last_ok TEXT,
    last_try TEXT,
    last_error TEXT,
    failing_since TEXT,
    failures INTEGER NOT NULL,
    reached_back TEXT,
    note TEXT NOT NULL,
    newest TEXT,
    lists_past BOOLEAN,
    memory TEXT,
    CONSTRAINT pk_source_state PRIMARY KEY (source)
);

CREATE TABLE transition (
    indicator TEXT NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    position INTEGER NOT NULL,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    severity TEXT NOT NULL,
    episode INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    rule_hash TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    CONSTRAINT pk_transition PRIMARY KEY (indicator, rule, subject, ordinal),
    CONSTRAINT uq_transition_position UNIQUE (position)
);
CREATE INDEX ix_transition_at ON transition (at);

CREATE TABLE withdrawal (
    seq INTEGER NOT NULL,
    target INTEGER NOT NULL,
    published_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    ours BOOLEAN NOT NULL,
    batch TEXT NOT NULL,
    CONSTRAINT pk_withdrawal PRIMARY KEY (seq)
);
CREATE INDEX ix_withdrawal_target ON withdrawal (target);

CREATE TABLE ack (
    id INTEGER NOT NULL,
    alert INTEGER NOT NULL,
    episode INTEGER NOT NULL,
    at TEXT NOT NULL,
    judgement TEXT NOT NULL,
    why TEXT NOT NULL,
    author TEXT NOT NULL,
    CONSTRAINT pk_ack PRIMARY KEY (id),
    CONSTRAINT fk_ack_alert FOREIGN KEY(alert) REFERENCES alert (id)
);
CREATE INDEX ix_ack_alert ON ack (alert);

CREATE TABLE delivery_item (
    delivery TEXT NOT NULL,
    alert INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    word TEXT NOT NULL,
    episode INTEGER NOT NULL,
    severity TEXT NOT NULL,
    CONSTRAINT pk_delivery_item PRIMARY KEY (delivery, alert, ordinal, word),
    CONSTRAINT fk_delivery_item_delivery FOREIGN KEY(delivery) REFERENCES delivery (id),
    CONSTRAINT fk_delivery_item_alert FOREIGN KEY(alert) REFERENCES alert (id)
);
CREATE INDEX ix_delivery_item_alert ON delivery_item (alert);

CREATE TABLE entry_subject (
    subject TEXT NOT NULL,
    entry_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT pk_entry_subject PRIMARY KEY (subject, entry_id),
    CONSTRAINT fk_entry_subject_entry_id FOREIGN KEY(entry_id) REFERENCES entry (id)
)
 WITHOUT ROWID;
CREATE INDEX ix_entry_subject_entry_id ON entry_subject (entry_id);

CREATE TABLE mention (
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    entry INTEGER,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    why TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    citation TEXT NOT NULL,
    url TEXT NOT NULL,
    tier TEXT NOT NULL,
    quote TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    extractor TEXT NOT NULL,
    published_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    batch TEXT NOT NULL,
    note TEXT NOT NULL,
    declaration TEXT NOT NULL,
    CONSTRAINT pk_mention PRIMARY KEY (seq),
    CONSTRAINT fk_mention_event FOREIGN KEY(event) REFERENCES event ("key"),
    CONSTRAINT fk_mention_entry FOREIGN KEY(entry) REFERENCES entry (id)
);
CREATE INDEX ix_mention_batch ON mention (batch) WHERE batch != '';
CREATE INDEX ix_mention_entry ON mention (entry);
CREATE INDEX ix_mention_event ON mention (event);

CREATE TABLE observation (
    series_id INTEGER NOT NULL,
    occurred_end TEXT NOT NULL,
    occurred_start TEXT NOT NULL,
    seq INTEGER NOT NULL,
    occurred_text TEXT NOT NULL,
    period_end TEXT NOT NULL,
    lo TEXT,
    hi TEXT,
    lo_real DOUBLE,
    hi_real DOUBLE,
    op TEXT NOT NULL,
    kind TEXT NOT NULL,
    by_start TEXT,
    by_end TEXT,
    by_text TEXT,
    tier TEXT NOT NULL,
    tier_rank SMALLINT NOT NULL,
    confidence DOUBLE NOT NULL,
    source TEXT NOT NULL,
    citation TEXT NOT NULL,
    url TEXT NOT NULL,
    entry INTEGER,
    quote TEXT NOT NULL,
    span_start INTEGER,
    span_end INTEGER,
    extractor TEXT NOT NULL,
    published_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    supersedes INTEGER,
    batch TEXT NOT NULL,
    note TEXT NOT NULL,
    declaration TEXT NOT NULL,
    CONSTRAINT pk_observation PRIMARY KEY (series_id, occurred_end, occurred_start, seq),
    CONSTRAINT fk_observation_series_id FOREIGN KEY(series_id) REFERENCES series (id),
    CONSTRAINT fk_observation_entry FOREIGN KEY(entry) REFERENCES entry (id)
)
 WITHOUT ROWID;
CREATE INDEX ix_observation_batch ON observation (batch) WHERE batch != '';
CREATE INDEX ix_observation_recorded_at ON observation (recorded_at);
CREATE INDEX ix_observation_supersedes ON observation (supersedes) WHERE supersedes IS NOT NULL;
CREATE UNIQUE INDEX ix_observation_seq ON observation (seq);

CREATE TABLE waiting (
    seq INTEGER NOT NULL,
    subject TEXT NOT NULL,
    indicator TEXT NOT NULL,
    entry INTEGER NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    published_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    CONSTRAINT pk_waiting PRIMARY KEY (seq),
    CONSTRAINT fk_waiting_entry FOREIGN KEY(entry) REFERENCES entry (id)
);
CREATE INDEX ix_waiting_entry ON waiting (entry);

CREATE TABLE decision (
    seq INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    said TEXT NOT NULL,
    why TEXT NOT NULL,
    observation INTEGER,
    recorded_at TEXT NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (seq),
    CONSTRAINT fk_decision_waiting FOREIGN KEY(waiting) REFERENCES waiting (seq)
);
CREATE INDEX ix_decision_waiting ON decision (waiting);

-- VIEW v1_latest (subject, indicator, labels, edition, unit, kind, occurred, occurred_start, occurred_end, due,
--     value, lo, hi, op, lo_real, hi_real, tier, confidence, source, citation, url, quote, published_at,
--     recorded_at, batch, note, seq)

-- VIEW v1_series (subject, indicator, labels, edition, unit, kind, occurred, occurred_start, occurred_end, due,
--     value, lo, hi, op, lo_real, hi_real, tier, confidence, source, citation, url, quote, published_at,
--     recorded_at, batch, note, seq)

-- VIEW v1_observations (subject, indicator, labels, edition, unit, kind, occurred, occurred_start, occurred_end,
--     due, value, lo, hi, op, lo_real, hi_real, tier, confidence, source, citation, url, quote, published_at,
--     recorded_at, batch, note, seq, supersedes, superseded, withdrawn)

-- VIEW v1_events (key, type, subject, title, occurred, occurred_start, occurred_end, kind, status, amount_lo,
--     amount_hi, amount_op, amount_unit, labels, people, products, role, counterparty, mentions, published_at,
--     recorded_at)

-- VIEW v1_alerts (id, indicator, rule, subject, key, state, health, severity, word, episode, since, changed_at,
--     first_sent, value, summary, acked, late)

-- VIEW v1_sources (source, state, last_ok, last_try, last_error, failing_since, failures, reached_back, entries,
--     note)
