CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER audit_is_dense BEFORE INSERT ON audit
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'audit entries are numbered from 1 without gaps'); END;

CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;

CREATE TRIGGER audit_is_never_updated BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit entries are never updated'); END;

CREATE TABLE daily_rows (
    position INTEGER PRIMARY KEY,
    used INTEGER NOT NULL,
    subscriber INTEGER NOT NULL REFERENCES usage_subscribers (number),
    meter INTEGER NOT NULL REFERENCES usage_texts (number),
    document INTEGER NOT NULL REFERENCES usage_texts (number),
    quantity TEXT NOT NULL
) STRICT;

CREATE INDEX daily_rows_by_subscriber ON daily_rows (subscriber, position);

CREATE TRIGGER daily_rows_are_never_deleted BEFORE DELETE ON daily_rows
BEGIN SELECT RAISE(ABORT, 'daily rows are never deleted'); END;

CREATE TRIGGER daily_rows_are_never_updated BEFORE UPDATE ON daily_rows
BEGIN SELECT RAISE(ABORT, 'daily rows are never updated'); END;

CREATE TRIGGER daily_rows_follow_each_other BEFORE INSERT ON daily_rows
WHEN NEW.position <= (SELECT max(position) FROM daily_rows)
BEGIN SELECT RAISE(ABORT, 'daily rows are added at the end'); END;

CREATE TABLE daily_sums (
    stamp INTEGER NOT NULL,
    day INTEGER NOT NULL,
    subscription INTEGER NOT NULL,
    tenant INTEGER NOT NULL,
    meter INTEGER NOT NULL,
    quantity BLOB NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (stamp, day, subscription, tenant, meter)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY,
    stamp INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    body_digest BLOB NOT NULL CHECK (length(body_digest) = 32),
    received INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    held INTEGER NOT NULL,
    replaced INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    next_hour INTEGER NOT NULL,
    at INTEGER NOT NULL,
    audit_number INTEGER NOT NULL REFERENCES audit (number),
    totals TEXT NOT NULL,
    FOREIGN KEY (stamp, hour, revision) REFERENCES windows (stamp, hour, revision)
) STRICT;

CREATE INDEX deliveries_by_stamp ON deliveries (stamp);

CREATE INDEX deliveries_by_window ON deliveries (stamp, hour);

CREATE TRIGGER deliveries_are_dense BEFORE INSERT ON deliveries
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM deliveries)
BEGIN SELECT RAISE(ABORT, 'deliveries are numbered from 1 without gaps'); END;

CREATE TRIGGER deliveries_are_never_deleted BEFORE DELETE ON deliveries
BEGIN SELECT RAISE(ABORT, 'deliveries are never deleted'); END;

CREATE TRIGGER deliveries_are_never_updated BEFORE UPDATE ON deliveries
BEGIN SELECT RAISE(ABORT, 'deliveries are never updated'); END;

CREATE TABLE document_lines (
    document INTEGER NOT NULL REFERENCES documents (sequence),
    position INTEGER NOT NULL,
    month TEXT NOT NULL,
    paying_subscription TEXT NOT NULL,
    stamp TEXT NOT NULL,
    meter TEXT NOT NULL,
    scope TEXT NOT NULL,
    price_from TEXT NOT NULL,
    tier INTEGER NOT NULL,
    kind TEXT NOT NULL,
    customer TEXT,
    unit_price TEXT NOT NULL,
    divisor INTEGER NOT NULL,
    quantity TEXT NOT NULL,
    amount TEXT NOT NULL,
    residual TEXT NOT NULL, commerce_meter TEXT, discount TEXT NOT NULL DEFAULT '0', credit TEXT NOT NULL DEFAULT '0', price_currency TEXT, exchange_rate TEXT,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER document_lines_are_never_deleted BEFORE DELETE ON document_lines
BEGIN SELECT RAISE(ABORT, 'lines of documents are never deleted'); END;

CREATE TRIGGER document_lines_are_never_updated BEFORE UPDATE ON document_lines
BEGIN SELECT RAISE(ABORT, 'lines of documents are never updated'); END;

CREATE TRIGGER document_lines_belong_to_their_document BEFORE INSERT ON document_lines
WHEN NEW.position IS NOT
    (SELECT coalesce(max(position), -1) + 1 FROM document_lines WHERE document = NEW.document)
    OR NEW.position >= (SELECT lines FROM documents WHERE sequence = NEW.document)
BEGIN SELECT RAISE(ABORT, 'lines are numbered from 0 without gaps, up to the number of their document'); END;

CREATE TABLE documents (
    sequence INTEGER PRIMARY KEY,
    number TEXT NOT NULL,
    number_folded TEXT NOT NULL UNIQUE,
    partner TEXT NOT NULL,
    partner_folded TEXT NOT NULL,
    position INTEGER NOT NULL,
    month TEXT NOT NULL,
    kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    total TEXT NOT NULL,
    lines INTEGER NOT NULL,
    at INTEGER NOT NULL,
    audit_number INTEGER NOT NULL REFERENCES audit (number),
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    bytes BLOB NOT NULL, pinned_delivery INTEGER, pinned_office INTEGER, inputs TEXT NOT NULL DEFAULT '{}',
    UNIQUE (partner_folded, position)
) STRICT;

CREATE TRIGGER documents_are_dense BEFORE INSERT ON documents
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM documents)
    OR NEW.position IS NOT
    (SELECT coalesce(max(position), 0) + 1 FROM documents WHERE partner_folded = NEW.partner_folded)
    OR EXISTS (SELECT 1 FROM documents WHERE number_folded = NEW.number_folded)
BEGIN SELECT RAISE(ABORT, 'documents are numbered without gaps, each number once'); END;

CREATE TRIGGER documents_are_never_deleted BEFORE DELETE ON documents
BEGIN SELECT RAISE(ABORT, 'documents are never deleted'); END;

CREATE TRIGGER documents_are_never_updated BEFORE UPDATE ON documents
BEGIN SELECT RAISE(ABORT, 'documents are never updated'); END;

CREATE TABLE held_rows (
    stamp INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (stamp, hour, revision, position),
    FOREIGN KEY (stamp, hour, revision) REFERENCES windows (stamp, hour, revision)
) STRICT;

CREATE TRIGGER held_rows_are_never_deleted BEFORE DELETE ON held_rows
BEGIN SELECT RAISE(ABORT, 'held rows are never deleted'); END;

CREATE TRIGGER held_rows_are_never_updated BEFORE UPDATE ON held_rows
BEGIN SELECT RAISE(ABORT, 'held rows are never updated'); END;

CREATE TRIGGER held_rows_belong_to_their_window BEFORE INSERT ON held_rows
WHEN NEW.position IS NOT
    (SELECT coalesce(max(position), -1) + 1 FROM held_rows
        WHERE stamp = NEW.stamp AND hour = NEW.hour AND revision = NEW.revision)
    OR NEW.position >=
    (SELECT held FROM windows WHERE stamp = NEW.stamp AND hour = NEW.hour AND revision = NEW.revision)
BEGIN SELECT RAISE(ABORT, 'held rows are numbered from 0 without gaps, up to the number of their window'); END;

CREATE TABLE hourly_rows (
    position INTEGER PRIMARY KEY,
    used INTEGER NOT NULL,
    subscriber INTEGER NOT NULL REFERENCES usage_subscribers (number),
    meter INTEGER NOT NULL REFERENCES usage_texts (number),
    document INTEGER NOT NULL REFERENCES usage_texts (number),
    quantity TEXT NOT NULL
) STRICT;

CREATE INDEX hourly_rows_by_subscriber ON hourly_rows (subscriber, position);

CREATE TRIGGER hourly_rows_are_never_deleted BEFORE DELETE ON hourly_rows
BEGIN SELECT RAISE(ABORT, 'hourly rows are never deleted'); END;

CREATE TRIGGER hourly_rows_are_never_updated BEFORE UPDATE ON hourly_rows
BEGIN SELECT RAISE(ABORT, 'hourly rows are never updated'); END;

CREATE TRIGGER hourly_rows_follow_each_other BEFORE INSERT ON hourly_rows
WHEN NEW.position <= (SELECT max(position) FROM hourly_rows)
BEGIN SELECT RAISE(ABORT, 'hourly rows are added at the end'); END;

CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    incarnation TEXT NOT NULL
) STRICT;

CREATE TABLE names (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('stamp', 'local_subscription', 'tenant', 'meter')),
    folded TEXT NOT NULL,
    shown TEXT NOT NULL,
    UNIQUE (kind, folded)
) STRICT;

CREATE TRIGGER names_are_dense BEFORE INSERT ON names
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM names)
BEGIN SELECT RAISE(ABORT, 'names are numbered from 1 without gaps'); END;

CREATE TRIGGER names_are_never_deleted BEFORE DELETE ON names
BEGIN SELECT RAISE(ABORT, 'names are never deleted'); END;

CREATE TRIGGER names_are_never_updated BEFORE UPDATE ON names
BEGIN SELECT RAISE(ABORT, 'names are never updated'); END;

CREATE TABLE notices (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    budget TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('webhook', 'mail')),
    target TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER,
    delivered_at INTEGER,
    problem TEXT
) STRICT;

CREATE INDEX notices_to_deliver ON notices (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE office (
    kind TEXT NOT NULL CHECK (kind IN
        ('partner', 'directory', 'customer', 'subscription', 'stamp', 'registration', 'tenant_mapping', 'price_list',
         'principal', 'role_assignment', 'resource_group', 'lock', 'namespace', 'key', 'user_subscription',
         'directory_tenant', 'budget')),
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    audit_number INTEGER NOT NULL REFERENCES office_changes (audit_number),
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX office_by_change ON office (audit_number);

CREATE TRIGGER office_is_never_deleted BEFORE DELETE ON office
BEGIN SELECT RAISE(ABORT, 'versions in the office are never deleted'); END;

CREATE TRIGGER office_is_never_updated BEFORE UPDATE ON office
BEGIN SELECT RAISE(ABORT, 'versions in the office are never updated'); END;

CREATE TRIGGER office_versions_are_dense BEFORE INSERT ON office
WHEN NEW.version IS NOT
    (SELECT coalesce(max(version), 0) + 1 FROM office WHERE kind = NEW.kind AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'versions are numbered from 1 without gaps'); END;

CREATE TABLE office_changes (
    audit_number INTEGER PRIMARY KEY REFERENCES audit (number)
) STRICT;

CREATE TRIGGER office_changes_are_never_deleted BEFORE DELETE ON office_changes
BEGIN SELECT RAISE(ABORT, 'changes of the office are never deleted'); END;

CREATE TRIGGER office_changes_are_never_updated BEFORE UPDATE ON office_changes
BEGIN SELECT RAISE(ABORT, 'changes of the office are never updated'); END;

CREATE TRIGGER office_changes_grow BEFORE INSERT ON office_changes
WHEN NEW.audit_number <= (SELECT max(audit_number) FROM office_changes)
BEGIN SELECT RAISE(ABORT, 'changes of the office follow each other'); END;

CREATE TABLE open_daily_rows (
    position INTEGER PRIMARY KEY,
    key BLOB NOT NULL CHECK (length(key) = 16),
    used INTEGER NOT NULL,
    reported INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    meter INTEGER NOT NULL,
    document INTEGER NOT NULL,
    exact BLOB NOT NULL,
    quantity TEXT NOT NULL,
    UNIQUE (key, used, reported)
) STRICT;

CREATE TABLE open_hourly_rows (
    position INTEGER PRIMARY KEY,
    key BLOB NOT NULL CHECK (length(key) = 16),
    used INTEGER NOT NULL,
    reported INTEGER NOT NULL,
    subscriber INTEGER NOT NULL,
    meter INTEGER NOT NULL,
    document INTEGER NOT NULL,
    exact BLOB NOT NULL,
    quantity TEXT NOT NULL,
    UNIQUE (key, used, reported)
) STRICT;

CREATE TABLE progress (
    stamp INTEGER PRIMARY KEY REFERENCES names (number),
    next_hour INTEGER NOT NULL,
    last_hour INTEGER NOT NULL
) STRICT;

CREATE TABLE resources (
    stamp INTEGER NOT NULL REFERENCES names (number),
    first_number INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    plain_bytes INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    block BLOB NOT NULL,
    PRIMARY KEY (stamp, first_number)
) STRICT;

CREATE TRIGGER resources_are_dense BEFORE INSERT ON resources
WHEN NEW.first_number IS NOT coalesce(
    (SELECT first_number + count FROM resources WHERE stamp = NEW.stamp ORDER BY first_number DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'resources of a stamp are numbered from 0 without gaps'); END;

CREATE TRIGGER resources_are_never_deleted BEFORE DELETE ON resources
BEGIN SELECT RAISE(ABORT, 'resources are never deleted'); END;

CREATE TRIGGER resources_are_never_updated BEFORE UPDATE ON resources
BEGIN SELECT RAISE(ABORT, 'resources are never updated'); END;

CREATE TABLE sum_changes (
    stamp INTEGER NOT NULL,
    day INTEGER NOT NULL,
    delivery INTEGER NOT NULL REFERENCES deliveries (number),
    subscription INTEGER NOT NULL,
    tenant INTEGER NOT NULL,
    meter INTEGER NOT NULL,
    quantity BLOB NOT NULL,
    rows INTEGER NOT NULL,
    PRIMARY KEY (stamp, day, delivery, subscription, tenant, meter)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sum_changes_are_never_deleted BEFORE DELETE ON sum_changes
BEGIN SELECT RAISE(ABORT, 'changes of sums are never deleted'); END;

CREATE TRIGGER sum_changes_are_never_updated BEFORE UPDATE ON sum_changes
BEGIN SELECT RAISE(ABORT, 'changes of sums are never updated'); END;

CREATE TRIGGER sum_changes_are_there_once BEFORE INSERT ON sum_changes
WHEN EXISTS (SELECT 1 FROM sum_changes WHERE stamp = NEW.stamp AND day = NEW.day AND delivery = NEW.delivery
    AND subscription = NEW.subscription AND tenant = NEW.tenant AND meter = NEW.meter)
BEGIN SELECT RAISE(ABORT, 'a delivery changes a sum once'); END;

CREATE TABLE usage_events (
    event BLOB PRIMARY KEY CHECK (length(event) = 16),
    content BLOB NOT NULL CHECK (length(content) = 8)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_events_are_never_deleted BEFORE DELETE ON usage_events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TRIGGER usage_events_are_never_updated BEFORE UPDATE ON usage_events
BEGIN SELECT RAISE(ABORT, 'events are never updated'); END;

CREATE TRIGGER usage_events_are_there_once BEFORE INSERT ON usage_events
WHEN EXISTS (SELECT 1 FROM usage_events WHERE event = NEW.event)
BEGIN SELECT RAISE(ABORT, 'an event is taken once'); END;

CREATE TABLE usage_progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    closed_until INTEGER NOT NULL,
    sealed_until INTEGER NOT NULL
) STRICT;

CREATE TABLE usage_subscribers (
    number INTEGER PRIMARY KEY,
    folded TEXT NOT NULL,
    subscription TEXT NOT NULL,
    tenant TEXT NOT NULL,
    UNIQUE (folded, subscription, tenant)
) STRICT;

CREATE TRIGGER usage_subscribers_are_dense BEFORE INSERT ON usage_subscribers
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM usage_subscribers)
BEGIN SELECT RAISE(ABORT, 'subscribers are numbered from 1 without gaps'); END;

CREATE TRIGGER usage_subscribers_are_never_deleted BEFORE DELETE ON usage_subscribers
BEGIN SELECT RAISE(ABORT, 'subscribers are never deleted'); END;

CREATE TRIGGER usage_subscribers_are_never_updated BEFORE UPDATE ON usage_subscribers
BEGIN SELECT RAISE(ABORT, 'subscribers are never updated'); END;

CREATE TABLE usage_texts (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 16),
    text TEXT NOT NULL
) STRICT;

CREATE TRIGGER usage_texts_are_dense BEFORE INSERT ON usage_texts
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM usage_texts)
BEGIN SELECT RAISE(ABORT, 'texts are numbered from 1 without gaps'); END;

CREATE TRIGGER usage_texts_are_never_deleted BEFORE DELETE ON usage_texts
BEGIN SELECT RAISE(ABORT, 'texts are never deleted'); END;

CREATE TRIGGER usage_texts_are_never_updated BEFORE UPDATE ON usage_texts
BEGIN SELECT RAISE(ABORT, 'texts are never updated'); END;

CREATE TABLE window_parts (
    stamp INTEGER NOT NULL REFERENCES names (number),
    hour INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    part INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (stamp, hour, parts, part)
) STRICT;

CREATE TABLE windows (
    stamp INTEGER NOT NULL REFERENCES names (number),
    hour INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    rows INTEGER NOT NULL,
    held INTEGER NOT NULL,
    first_day INTEGER,
    end_day INTEGER,
    audit_number INTEGER NOT NULL REFERENCES audit (number),
    segment BLOB NOT NULL,
    PRIMARY KEY (stamp, hour, revision)
) STRICT;

CREATE INDEX windows_by_day ON windows (stamp, end_day, first_day, hour, revision);

CREATE TRIGGER window_revisions_are_dense BEFORE INSERT ON windows
WHEN NEW.revision IS NOT
    (SELECT coalesce(max(revision), 0) + 1 FROM windows WHERE stamp = NEW.stamp AND hour = NEW.hour)
BEGIN SELECT RAISE(ABORT, 'revisions are numbered from 1 without gaps'); END;

CREATE TRIGGER windows_are_never_deleted BEFORE DELETE ON windows
BEGIN SELECT RAISE(ABORT, 'windows are never deleted'); END;

CREATE TRIGGER windows_are_never_updated BEFORE UPDATE ON windows
BEGIN SELECT RAISE(ABORT, 'windows are never updated'); END;
