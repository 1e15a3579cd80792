"""Opening the file of a store: whose it is, is found out before it is touched; then it is locked, checked, migrated.

A store that was killed while it was made, or migrated, is recovered by SQLite when it is opened, and becomes a store.
The file of another program stays as it is, byte for byte, even if that program left it in the middle of a write.
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
"""Bytes of the header of a database."""
_BUSY_MS = 2000
_JOURNALS = ("-journal", "-wal")
_UNFINISHED = 4 * 1024 * 1024
"""A store that has not been made to its end is not larger, bytes; its journals included."""


_BROKEN_SCHEMA = re.compile("no such (table|column)|already exists|malformed|has no column|duplicate column")


@contextmanager
def explained(path: Path, doing: str) -> Iterator[None]:
    """SQLite's errors in words that say what to do."""
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
    """Make an empty file where there is none.

    For its owner only, and so what SQLite puts beside it: there is a password in it (A01.FR.10).
    """
    if not path.parent.is_dir():
        raise StoreError(f"{path}: the folder {path.parent} does not exist; create it or choose another")
    with suppress(OSError):  # what is wrong with the place is said when the file is looked into
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def refuse_foreign(path: Path) -> None:
    """Raise StoreError if the file belongs to another program, or is no database; it is only read.

    To be called with a claim on the file: closing a descriptor drops every lock that this process has on it.
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
    """A database of one page in which nothing was ever made: no table, no mark, no version of anybody's."""
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
    """The header after SQLite has finished, or undone, what a process was doing when it ended: tried on a copy.

    None: it is no database, or is being written; then it is not ours.
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
    """A connection that has the file for itself, in today's version. Raises StoreError, and leaves it as it is."""
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
    """Nothing has been written yet, and nobody else can: now what the file is, is certain."""
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
    """All steps that are missing, in the transaction that has been begun."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(steps[version:], version + 1):
        for statement in script.split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
    if version < len(steps):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
