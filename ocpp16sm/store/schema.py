"""The tables, version by version. A released version is never edited: every change is a further step."""

APPLICATION_ID = 0x31364A43
"""Marks the file as ours (SQLite's application_id): ``16JC``."""

STEPS: tuple[str, ...] = (
    # version 1
    """
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
    """,
    # version 2: the Local Authorization List
    """
    CREATE TABLE local_list (
        id_tag TEXT PRIMARY KEY COLLATE NOCASE,
        info TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE local_list_version (
        row INTEGER PRIMARY KEY CHECK (row = 1),
        version INTEGER NOT NULL
    ) STRICT;
    """,
    # version 3: reservations
    """
    CREATE TABLE reservations (
        position INTEGER PRIMARY KEY,
        reservation_id INTEGER NOT NULL UNIQUE,
        connector_id INTEGER NOT NULL,
        id_tag TEXT NOT NULL,
        expiry_date TEXT NOT NULL,
        parent_id_tag TEXT
    ) STRICT;
    """,
    # version 4: charging profiles
    """
    CREATE TABLE charging_profiles (
        profile_id INTEGER PRIMARY KEY,
        connector_id INTEGER NOT NULL,
        profile TEXT NOT NULL,
        transaction_key TEXT
    ) STRICT;
    CREATE TABLE awaited_starts (
        connector_id INTEGER NOT NULL,
        id_tag TEXT NOT NULL,
        profile TEXT NOT NULL,
        until TEXT,
        PRIMARY KEY (connector_id, id_tag)
    ) STRICT, WITHOUT ROWID;
    """,
    # version 5: an update of firmware, and uploads
    """
    CREATE TABLE firmware (
        row INTEGER PRIMARY KEY CHECK (row = 1),
        record TEXT NOT NULL
    ) STRICT;
    CREATE TABLE uploads (
        action TEXT PRIMARY KEY,
        record TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    # version 6: credentials
    """
    CREATE TABLE credentials (
        row INTEGER PRIMARY KEY CHECK (row = 1),
        record TEXT NOT NULL
    ) STRICT;
    """,
    # version 7: prices of sessions
    """
    CREATE TABLE session_prices (
        position INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        record TEXT NOT NULL
    ) STRICT;
    """,
    # version 8: whose store it is, and rows that could not be used
    """
    CREATE TABLE owner (
        row INTEGER PRIMARY KEY CHECK (row = 1),
        charge_point_id TEXT NOT NULL
    ) STRICT;
    CREATE TABLE damaged (
        number INTEGER PRIMARY KEY,
        found_at TEXT NOT NULL,
        from_table TEXT NOT NULL,
        reason TEXT NOT NULL,
        row TEXT NOT NULL
    ) STRICT;
    """,
)
"""Scripts that lead from version n to n+1; the first one from an empty file."""
