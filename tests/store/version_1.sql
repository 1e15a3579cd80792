-- A store as version 1 of the schema left it. Never to be edited: such files are out there.
PRAGMA application_id = 825641539;
PRAGMA user_version = 1;
CREATE TABLE queue (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    action TEXT NOT NULL,
    payload TEXT NOT NULL,
    message_id TEXT NOT NULL,
    transaction_key TEXT,
    attempts INTEGER NOT NULL
) STRICT;
CREATE TABLE transactions (
    key TEXT PRIMARY KEY,
    record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE samples (
    transaction_key TEXT NOT NULL,
    position INTEGER NOT NULL,
    sample TEXT NOT NULL,
    PRIMARY KEY (transaction_key, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE availability (
    connector_id INTEGER PRIMARY KEY,
    availability TEXT NOT NULL
) STRICT;
CREATE TABLE configuration (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE authorizations (
    position INTEGER PRIMARY KEY,
    id_tag TEXT NOT NULL UNIQUE COLLATE NOCASE,
    info TEXT NOT NULL
) STRICT;
INSERT INTO queue VALUES
    (41, 'transaction', 'StartTransaction',
     '{"connectorId":1,"idTag":"TAG","meterStart":7,"timestamp":"2026-06-01T12:00:00.000Z"}', 'm-41', 'k1', 2),
    (42, 'security', 'SecurityEventNotification',
     '{"type":"StartupOfTheDevice","timestamp":"2026-06-01T12:00:00.000Z"}', 'm-42', NULL, 0);
INSERT INTO transactions VALUES
    ('k1', '{"key":"k1","session_id":"s1","connector_id":1,"id_tag":"TAG","meter_start_wh":7,"started_at":"2026-06-01T12:00:00.000Z","configuration":["Started","Unassigned"],"last_meter_wh":12.5,"last_meter_at":"2026-06-01T12:01:00.000Z"}');
INSERT INTO samples VALUES
    ('k1', 0, '{"timestamp":"2026-06-01T12:00:00.000Z","sampledValue":[{"value":"7","context":"Transaction.Begin"}]}');
INSERT INTO availability VALUES (0, 'Operative'), (1, 'Inoperative');
INSERT INTO configuration VALUES ('HeartbeatInterval', '60');
INSERT INTO authorizations VALUES
    (3, 'blocked', '{"status":"Blocked"}'),
    (5, 'tag', '{"status":"Accepted","parentIdTag":"P","expiryDate":"2027-01-01T00:00:00.000Z"}');
