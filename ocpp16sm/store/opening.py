"""Opens the file of a store: identify its owner before touching it; then lock, check and migrate it.

If a process was killed while it created or migrated a store, SQLite recovers the file when it is opened. The file of
another program stays unchanged, byte for byte, even if that program left it in the middle of a write.
"""

import os
import re
import shutil
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from ocpp16sm.errors import StoreError
from ocpp16sm.records import Durability
from ocpp16sm.store.schema import APPLICATION_ID

_MAGIC = b"SQLite format 3\x00"
_HEADER = 100
"""Length of the header of a database, bytes."""
_BUSY_MS = 2000
_JOURNALS = ("-journal", "-wal")
_UNFINISHED = 4 * 1024 * 1024
"""Maximum size of a store that was not created completely, bytes, including its journals."""


_BROKEN_SCHEMA = re.compile("no such (table|column)|already exists|malformed|has no column|duplicate column")


@contextmanager
def explained(path: Path, doing: str) -> Iterator[None]:
    """Errors of SQLite in words that say what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreError(f"{path}: is in use by another process; stop that one first") from error
        if _BROKEN_SCHEMA.search(str(error)) is not None:
            raise StoreError(f"{path}: is damaged ({error}); restore a copy, or move it away") from error
        raise StoreError(f"{path}: cannot {doing} ({error}); check space and permissions") from error
    except sqlite3.ProgrammingError as error:
        raise StoreError(f"{path}: is closed") from error
    except UnicodeEncodeError as error:
        raise StoreError(f"{path}: a text cannot be kept (half a character is in it)") from error
    except OverflowError as error:
        raise StoreError(f"{path}: a number cannot be kept (it has more than 64 bits)") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: is damaged ({error}); restore a copy, or move it away") from error


def create(path: Path) -> None:
    """Create an empty file if there is none.

    Only its owner may read it and the files that SQLite puts beside it, because it contains a password (A01.FR.10).
    """
    if not path.parent.is_dir():
        raise StoreError(f"{path}: the folder {path.parent} does not exist; create it or choose another")
    with suppress(OSError):  # what is wrong with the place is said when the file is looked into
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def refuse_foreign(path: Path) -> None:
    """Raise StoreError if the file belongs to another program or is not a database. It is only read.

    Call it with a claim on the file: closing a descriptor drops every lock that this process has on the file.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    if _is_ours(head):
        return
    beside = [path.with_name(path.name + ending) for ending in _JOURNALS]
    journals = [each for each in beside if _size(each)]
    recovered: bytes | None = head
    if journals:
        small = _size(path) + sum(map(_size, journals)) <= _UNFINISHED
        recovered = _recovered(path, journals) if small else None
    if recovered is None or not (not recovered or _is_ours(recovered) or _is_blank(recovered)):
        _refuse(path, recovered or head)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_ours(head: bytes) -> bool:
    return len(head) == _HEADER and head.startswith(_MAGIC) and head[68:72] == struct.pack(">I", APPLICATION_ID)


def _is_blank(head: bytes) -> bool:
    """Whether it is a database of one page without tables, application id and version."""
    pages, cookie, version, application = (
        head[28:32],
        head[40:44],
        head[60:64],
        head[68:72],
    )
    nothing = bytes(4)
    return (
        len(head) == _HEADER
        and head.startswith(_MAGIC)
        and pages == struct.pack(">I", 1)
        and (cookie, version, application) == (nothing, nothing, nothing)
    )


def _recovered(path: Path, journals: list[Path]) -> bytes | None:
    """The header after SQLite has completed or undone an interrupted write, tried on a copy.

    None: it is not a database, or is being written; then it is not ours.
    """
    with TemporaryDirectory(prefix="ocpp16sm-") as folder:
        copy = Path(folder) / path.name
        try:
            for each in (path, *journals):
                shutil.copyfile(each, copy.with_name(each.name))
            with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                connection.execute("PRAGMA user_version").fetchone()
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except (OSError, sqlite3.Error):
            return None
        return copy.read_bytes()[:_HEADER]


def _refuse(path: Path, head: bytes) -> None:
    if len(head) < _HEADER or not head.startswith(_MAGIC):
        raise StoreError(f"{path}: is not an SQLite database; choose another path, or move this file away")
    (application,) = struct.unpack(">I", head[68:72])
    raise StoreError(f"{path}: is a database of another program (application id {application:#x}); choose another path")


def connect(path: Path, durability: Durability, steps: tuple[str, ...]) -> sqlite3.Connection:
    """Open the file exclusively, in the current version. Raises StoreError and then leaves the file unchanged."""
    with explained(path, "open"):
        connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_MS / 1000)
    # the text of its own complaint about bytes that are no UTF-8 shows all of them, idTags too
    connection.text_factory = bytes.decode
    try:
        _prepare(connection, path, durability, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, durability: Durability, steps: tuple[str, ...]) -> None:
    with explained(path, "open"):
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA synchronous = EXTRA")  # a journal that is gone must not come back: see below
        connection.execute("BEGIN EXCLUSIVE")
    try:
        _check(connection, path, len(steps))
        with explained(path, "migrate"):
            _migrate(connection, steps)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    with explained(path, "migrate"):
        # From here on commits are in the write-ahead log. If the journal of the step before came back after a power
        # cut, SQLite would undo that step, and drop the log with all that has been vouched for since.
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durability == 'power_loss' else 'NORMAL'}")


def _check(connection: sqlite3.Connection, path: Path, newest: int) -> None:
    """Identify the file for certain: nothing has been written yet, and nobody else can write."""
    with explained(path, "open"):
        problems = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (tables or version or application):
        raise StoreError(
            f"{path}: is a database of another program (application id {application:#x}); choose another path"
        )
    if problems != ["ok"]:
        raise StoreError(f"{path}: is damaged ({'; '.join(problems)}); restore a copy, or move it away")
    if version > newest:
        raise StoreError(
            f"{path}: was written by a newer version (schema {version}, this one knows {newest}); update this program"
        )


def _migrate(connection: sqlite3.Connection, steps: tuple[str, ...]) -> None:
    """Run all missing steps in the transaction that has begun."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(steps[version:], version + 1):
        for statement in script.split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
    if version < len(steps):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
