-- The office has two more kinds of things. A check cannot be changed, so the table is made anew around its rows.

DROP TRIGGER office_is_never_deleted;
DROP TRIGGER office_is_never_updated;
DROP TRIGGER office_versions_are_dense;
DROP INDEX office_by_change;
ALTER TABLE office RENAME TO office_of_schema_1;

CREATE TABLE office (
    kind TEXT NOT NULL CHECK (kind IN
        ('partner', 'directory', 'customer', 'subscription', 'stamp', 'registration', 'tenant_mapping', 'price_list',
         'principal', 'role_assignment', 'resource_group', 'lock', 'namespace', 'key', 'user_subscription',
         'directory_tenant')),
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    audit_number INTEGER NOT NULL REFERENCES office_changes (audit_number),
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id, version)
) STRICT, WITHOUT ROWID;

INSERT INTO office (kind, id, version, audit_number, body)
    SELECT kind, id, version, audit_number, body FROM office_of_schema_1;
DROP TABLE office_of_schema_1;

CREATE INDEX office_by_change ON office (audit_number);

CREATE TRIGGER office_is_never_updated BEFORE UPDATE ON office
BEGIN SELECT RAISE(ABORT, 'versions in the office are never updated'); END;

CREATE TRIGGER office_is_never_deleted BEFORE DELETE ON office
BEGIN SELECT RAISE(ABORT, 'versions in the office are never deleted'); END;

CREATE TRIGGER office_versions_are_dense BEFORE INSERT ON office
WHEN NEW.version IS NOT
    (SELECT coalesce(max(version), 0) + 1 FROM office WHERE kind = NEW.kind AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'versions are numbered from 1 without gaps'); END;

-- The usage service of a stamp: see crates/store/src/usage.rs.
--
-- A position is the number of the reported hour times 2^32, plus the number of the row in that hour, from 0. For daily rows it
-- is the first hour of the day. Hours of use are hours since 1970-01-01.

-- No event is reported before closed_until; no row before sealed_until is missing.
CREATE TABLE usage_progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    closed_until INTEGER NOT NULL,
    sealed_until INTEGER NOT NULL
) STRICT;

-- By what each event that was ever taken is known again.
CREATE TABLE usage_events (
    event BLOB PRIMARY KEY CHECK (length(event) = 16),
    content BLOB NOT NULL CHECK (length(content) = 8)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_events_are_there_once BEFORE INSERT ON usage_events
WHEN EXISTS (SELECT 1 FROM usage_events WHERE event = NEW.event)
BEGIN SELECT RAISE(ABORT, 'an event is taken once'); END;

CREATE TRIGGER usage_events_are_never_updated BEFORE UPDATE ON usage_events
BEGIN SELECT RAISE(ABORT, 'events are never updated'); END;

CREATE TRIGGER usage_events_are_never_deleted BEFORE DELETE ON usage_events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

-- Documents about resources, and meters as they are spelled.
CREATE TABLE usage_texts (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 16),
    text TEXT NOT NULL
) STRICT;

CREATE TRIGGER usage_texts_are_dense BEFORE INSERT ON usage_texts
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM usage_texts)
BEGIN SELECT RAISE(ABORT, 'texts are numbered from 1 without gaps'); END;

CREATE TRIGGER usage_texts_are_never_updated BEFORE UPDATE ON usage_texts
BEGIN SELECT RAISE(ABORT, 'texts are never updated'); END;

CREATE TRIGGER usage_texts_are_never_deleted BEFORE DELETE ON usage_texts
BEGIN SELECT RAISE(ABORT, 'texts are never deleted'); END;

-- Local subscriptions as they are spelled, each with its directory.
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

CREATE TRIGGER usage_subscribers_are_never_updated BEFORE UPDATE ON usage_subscribers
BEGIN SELECT RAISE(ABORT, 'subscribers are never updated'); END;

CREATE TRIGGER usage_subscribers_are_never_deleted BEFORE DELETE ON usage_subscribers
BEGIN SELECT RAISE(ABORT, 'subscribers are never deleted'); END;

-- Rows of hours that are not sealed. The key is a digest of local subscription, tenant, meter and resource.
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

-- Rows of days that are not complete, of sealed hours.
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

CREATE TABLE hourly_rows (
    position INTEGER PRIMARY KEY,
    used INTEGER NOT NULL,
    subscriber INTEGER NOT NULL REFERENCES usage_subscribers (number),
    meter INTEGER NOT NULL REFERENCES usage_texts (number),
    document INTEGER NOT NULL REFERENCES usage_texts (number),
    quantity TEXT NOT NULL
) STRICT;

CREATE INDEX hourly_rows_by_subscriber ON hourly_rows (subscriber, position);

CREATE TRIGGER hourly_rows_follow_each_other BEFORE INSERT ON hourly_rows
WHEN NEW.position <= (SELECT max(position) FROM hourly_rows)
BEGIN SELECT RAISE(ABORT, 'hourly rows are added at the end'); END;

CREATE TRIGGER hourly_rows_are_never_updated BEFORE UPDATE ON hourly_rows
BEGIN SELECT RAISE(ABORT, 'hourly rows are never updated'); END;

CREATE TRIGGER hourly_rows_are_never_deleted BEFORE DELETE ON hourly_rows
BEGIN SELECT RAISE(ABORT, 'hourly rows are never deleted'); END;

CREATE TABLE daily_rows (
    position INTEGER PRIMARY KEY,
    used INTEGER NOT NULL,
    subscriber INTEGER NOT NULL REFERENCES usage_subscribers (number),
    meter INTEGER NOT NULL REFERENCES usage_texts (number),
    document INTEGER NOT NULL REFERENCES usage_texts (number),
    quantity TEXT NOT NULL
) STRICT;

CREATE INDEX daily_rows_by_subscriber ON daily_rows (subscriber, position);

CREATE TRIGGER daily_rows_follow_each_other BEFORE INSERT ON daily_rows
WHEN NEW.position <= (SELECT max(position) FROM daily_rows)
BEGIN SELECT RAISE(ABORT, 'daily rows are added at the end'); END;

CREATE TRIGGER daily_rows_are_never_updated BEFORE UPDATE ON daily_rows
BEGIN SELECT RAISE(ABORT, 'daily rows are never updated'); END;

CREATE TRIGGER daily_rows_are_never_deleted BEFORE DELETE ON daily_rows
BEGIN SELECT RAISE(ABORT, 'daily rows are never deleted'); END;
