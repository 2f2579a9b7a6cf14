-- The office has budgets. A check cannot be changed, so the table is made anew around its rows.

DROP TRIGGER office_is_never_deleted;
DROP TRIGGER office_is_never_updated;
DROP TRIGGER office_versions_are_dense;
DROP INDEX office_by_change;
ALTER TABLE office RENAME TO office_of_schema_2;

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

INSERT INTO office (kind, id, version, audit_number, body)
    SELECT kind, id, version, audit_number, body FROM office_of_schema_2;
DROP TABLE office_of_schema_2;

CREATE INDEX office_by_change ON office (audit_number);

CREATE TRIGGER office_is_never_updated BEFORE UPDATE ON office
BEGIN SELECT RAISE(ABORT, 'versions in the office are never updated'); END;

CREATE TRIGGER office_is_never_deleted BEFORE DELETE ON office
BEGIN SELECT RAISE(ABORT, 'versions in the office are never deleted'); END;

CREATE TRIGGER office_versions_are_dense BEFORE INSERT ON office
WHEN NEW.version IS NOT
    (SELECT coalesce(max(version), 0) + 1 FROM office WHERE kind = NEW.kind AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'versions are numbered from 1 without gaps'); END;

-- What a document was computed from: the last delivery and the last change of the office that count, and more for people, as
-- one JSON object. Documents of an older schema say nothing.
ALTER TABLE documents ADD COLUMN pinned_delivery INTEGER;
ALTER TABLE documents ADD COLUMN pinned_office INTEGER;
ALTER TABLE documents ADD COLUMN inputs TEXT NOT NULL DEFAULT '{}';

-- No text is the local meter; shares are percentages; no rate is the same currency.
ALTER TABLE document_lines ADD COLUMN commerce_meter TEXT;
ALTER TABLE document_lines ADD COLUMN discount TEXT NOT NULL DEFAULT '0';
ALTER TABLE document_lines ADD COLUMN credit TEXT NOT NULL DEFAULT '0';
ALTER TABLE document_lines ADD COLUMN price_currency TEXT;
ALTER TABLE document_lines ADD COLUMN exchange_rate TEXT;

-- By how much each delivery changed the sums of months for which a document had been issued: the sums minus the changes after
-- a delivery are the sums that a document was computed from.
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

CREATE TRIGGER sum_changes_are_there_once BEFORE INSERT ON sum_changes
WHEN EXISTS (SELECT 1 FROM sum_changes WHERE stamp = NEW.stamp AND day = NEW.day AND delivery = NEW.delivery
    AND subscription = NEW.subscription AND tenant = NEW.tenant AND meter = NEW.meter)
BEGIN SELECT RAISE(ABORT, 'a delivery changes a sum once'); END;
CREATE TRIGGER sum_changes_are_never_updated BEFORE UPDATE ON sum_changes
BEGIN SELECT RAISE(ABORT, 'changes of sums are never updated'); END;
CREATE TRIGGER sum_changes_are_never_deleted BEFORE DELETE ON sum_changes
BEGIN SELECT RAISE(ABORT, 'changes of sums are never deleted'); END;

-- What somebody is to be told, each thing once. `key` says what it is about; a message that could not be delivered is tried
-- again at `next_at`.
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
