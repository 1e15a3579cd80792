"""A store in one SQLite file: embedded, nothing to start, one writer."""

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from attrs import AttrsInstance
from cattrs import BaseValidationError

from ocpp16sm import codec
from ocpp16sm.core.effects import (
    ClearLocalList,
    DropAuthorization,
    DropAwaitedStart,
    DropChargingProfile,
    DropLocalListEntry,
    DropRequest,
    DropReservation,
    DropSessionPrice,
    DropTransaction,
    PutAuthorization,
    PutAvailability,
    PutAwaitedStart,
    PutChargingProfile,
    PutConfiguration,
    PutCredentials,
    PutFirmware,
    PutLocalListEntry,
    PutLocalListVersion,
    PutRequest,
    PutReservation,
    PutSample,
    PutSamples,
    PutSessionPrice,
    PutTransaction,
    PutUpload,
    StoreOperation,
)
from ocpp16sm.errors import PayloadError, StoreError
from ocpp16sm.messages import ACTIONS, AvailabilityType, ChargingProfile, IdTagInfo, MeterValue
from ocpp16sm.named_log import NamedLog
from ocpp16sm.prices import SessionPrice
from ocpp16sm.records import (
    AwaitedStart,
    CredentialsState,
    Durability,
    FirmwareState,
    InstalledProfile,
    Lane,
    LocalListState,
    QueuedRequest,
    Reservation,
    StoredState,
    TransactionRecord,
    UploadState,
)
from ocpp16sm.store.rows import read, show
from ocpp16sm.store.schema import APPLICATION_ID, STEPS
from ocpp16sm.timestamp import Timestamp

log = NamedLog("ocpp16sm.store")

_MAGIC = b"SQLite format 3\x00"
_BUSY_MS = 2000


class SqliteStore:
    """Opens, or creates, the file of one charge point.

    A file that is no store of ours, is damaged, belongs to a newer version, or is in use by another process is left
    as it is and refused with :class:`~ocpp16sm.errors.StoreError`.
    """

    def __init__(
        self, path: str | Path, *, durability: Durability = "power_loss", steps: tuple[str, ...] = STEPS
    ) -> None:
        self.path = Path(path)
        self._check_header()
        self._create()
        with self._explained("open"):
            self._connection = sqlite3.connect(self.path, isolation_level=None, timeout=_BUSY_MS / 1000)
        self._connection.text_factory = bytes.decode  # its own complaint about bytes shows the whole text, idTags too
        try:
            self._prepare(durability, steps)
        except BaseException:
            self._connection.close()
            raise

    # -- opening ----------------------------------------------------------------------------------------------------

    def _create(self) -> None:
        """For its owner only, and so what SQLite puts beside it: there is a password in it (A01.FR.10)."""
        with suppress(OSError):  # SQLite says better what is wrong with the place
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def _check_header(self) -> None:
        """Look at the file before SQLite touches it."""
        if not self.path.parent.is_dir():
            raise StoreError(f"{self.path}: the folder {self.path.parent} does not exist; create it or choose another")
        try:
            with self.path.open("rb") as file:
                head = file.read(100)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"{self.path}: cannot be read ({error.strerror}); check its permissions") from error
        if not head:
            return
        if len(head) < 100 or not head.startswith(_MAGIC):
            raise StoreError(f"{self.path}: is not an SQLite database; choose another path, or move this file away")
        (application,) = struct.unpack(">I", head[68:72])
        if application != APPLICATION_ID:
            raise StoreError(
                f"{self.path}: is a database of another program (application id {application:#x}); choose another path"
            )

    def _prepare(self, durability: Durability, steps: tuple[str, ...]) -> None:
        connection = self._connection
        with self._explained("open"):
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            problems = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
        if problems != ["ok"]:
            raise StoreError(f"{self.path}: is damaged ({'; '.join(problems)}); restore a copy, or move it away")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(steps):
            raise StoreError(
                f"{self.path}: was written by a newer version (schema {version}, this one knows {len(steps)}); "
                "update this program"
            )
        with self._explained("migrate"):
            self._migrate(version, steps)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if durability == 'power_loss' else 'NORMAL'}")

    def _migrate(self, version: int, steps: tuple[str, ...]) -> None:
        """All steps that are missing, in one transaction."""
        if version == len(steps):
            return
        with self._transaction() as connection:
            for number, script in enumerate(steps[version:], version + 1):
                for statement in script.split(";"):
                    if statement.strip():
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # where the disk is full, SQLite has rolled back by itself
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        """SQLite's errors in words that say what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise StoreError(f"{self.path}: is in use by another process; stop that one first") from error
            raise StoreError(f"{self.path}: cannot {doing} ({error}); check space and permissions") from error
        except sqlite3.ProgrammingError as error:
            raise StoreError(f"{self.path}: is closed") from error
        except UnicodeEncodeError as error:
            raise StoreError(f"{self.path}: a text cannot be kept (half a character is in it)") from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.path}: is damaged ({error}); restore a copy, or move it away") from error

    def close(self) -> None:
        """Write everything into the main file and let go of it."""
        self._connection.close()

    # -- reading ----------------------------------------------------------------------------------------------------

    def load(self) -> StoredState:
        """Everything that is kept."""
        with self._explained("read"), self._readable():
            sequence = self._rows("SELECT seq FROM sqlite_sequence WHERE name = 'queue'")
            samples: dict[str, list[MeterValue]] = {}
            for key, sample in self._rows(
                "SELECT transaction_key, sample FROM samples ORDER BY transaction_key, position"
            ):
                samples.setdefault(key, []).append(codec.decode_payload(MeterValue, sample))
            return StoredState(
                queue=tuple(self._queue()),
                transactions=tuple(
                    read(TransactionRecord, record)
                    for (record,) in self._rows("SELECT record FROM transactions ORDER BY key")
                ),
                samples={key: tuple(values) for key, values in samples.items()},
                availability={
                    connector: AvailabilityType(word)
                    for connector, word in self._rows("SELECT connector_id, availability FROM availability")
                },
                configuration=dict(self._rows("SELECT key, value FROM configuration")),
                authorization_cache={
                    id_tag: codec.decode_payload(IdTagInfo, info)
                    for id_tag, info in self._rows("SELECT id_tag, info FROM authorizations ORDER BY position")
                },
                local_list=self._local_list(),
                reservations=tuple(self._reservations()),
                charging_profiles=tuple(self._charging_profiles()),
                awaited_starts=tuple(self._awaited_starts()),
                firmware=self._firmware(),
                credentials=self._credentials(),
                uploads={
                    action: read(UploadState, record)
                    for action, record in self._rows("SELECT action, record FROM uploads ORDER BY action")
                },
                session_prices=tuple(
                    read(SessionPrice, record)
                    for (record,) in self._rows("SELECT record FROM session_prices ORDER BY position")
                ),
                next_seq=(sequence[0][0] if sequence else 0) + 1,
            )

    def _local_list(self) -> LocalListState:
        version = self._rows("SELECT version FROM local_list_version")
        entries = {
            id_tag: codec.decode_payload(IdTagInfo, info)
            for id_tag, info in self._rows("SELECT id_tag, info FROM local_list ORDER BY id_tag")
        }
        return LocalListState(version[0][0] if version else 0, entries)

    def _reservations(self) -> Iterator[Reservation]:
        columns = "reservation_id, connector_id, id_tag, expiry_date, parent_id_tag"
        for row in self._rows(f"SELECT {columns} FROM reservations ORDER BY position"):
            reservation_id, connector_id, id_tag, expiry_date, parent_id_tag = row
            yield Reservation(
                reservation_id=reservation_id,
                connector_id=connector_id,
                id_tag=id_tag,
                expiry_date=Timestamp.parse(expiry_date),
                parent_id_tag=parent_id_tag,
            )

    def _charging_profiles(self) -> Iterator[InstalledProfile]:
        for connector_id, profile, transaction in self._rows(
            "SELECT connector_id, profile, transaction_key FROM charging_profiles ORDER BY profile_id"
        ):
            yield InstalledProfile(connector_id, codec.decode_payload(ChargingProfile, profile), transaction)

    def _awaited_starts(self) -> Iterator[AwaitedStart]:
        for connector_id, id_tag, profile, until in self._rows(
            "SELECT connector_id, id_tag, profile, until FROM awaited_starts ORDER BY connector_id, id_tag"
        ):
            moment = None if until is None else Timestamp.parse(until)
            yield AwaitedStart(connector_id, id_tag, codec.decode_payload(ChargingProfile, profile), moment)

    def _firmware(self) -> FirmwareState:
        rows = self._rows("SELECT record FROM firmware")
        return read(FirmwareState, rows[0][0]) if rows else FirmwareState()

    def _credentials(self) -> CredentialsState | None:
        rows = self._rows("SELECT record FROM credentials")
        return read(CredentialsState, rows[0][0]) if rows else None

    def _rows(self, query: str) -> list[Any]:
        """All at once: a query that is left half read would keep the file in use after it has been closed."""
        return self._connection.execute(query).fetchall()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """What cannot be made of a row is the row's fault."""
        try:
            yield
        except (PayloadError, ValueError, TypeError, BaseValidationError) as error:
            problem = str(error) if isinstance(error, PayloadError) else type(error).__name__
            raise StoreError(f"{self.path}: a row is damaged ({problem}); restore a copy, or move it away") from error

    def _queue(self) -> Iterator[QueuedRequest]:
        columns = "seq, lane, action, payload, message_id, transaction_key, attempts"
        for row in self._rows(f"SELECT {columns} FROM queue ORDER BY seq"):
            seq, lane, action, payload, message_id, transaction, attempts = row
            try:
                request = codec.decode_payload(ACTIONS[action].request, payload)
            except (KeyError, PayloadError) as error:
                log.warning("%s: request %d (%s) cannot be read and stays there: %s", self.path, seq, action, error)
                continue
            yield QueuedRequest(
                seq=seq,
                lane=Lane(lane),
                action=action,
                request=request,
                message_id=message_id,
                transaction=transaction,
                attempts=attempts,
                durable=True,
            )

    # -- writing ----------------------------------------------------------------------------------------------------

    def apply(self, operations: tuple[StoreOperation, ...]) -> None:
        """Keep what the operations say, in one transaction."""
        with self._explained("write"), self._transaction():
            for operation in operations:
                self._apply(operation)

    def _apply(self, operation: StoreOperation) -> None:
        do = self._connection.execute
        match operation:
            case PutRequest(request):
                do(
                    "INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        request.seq,
                        request.lane,
                        request.action,
                        _text(request.request) if request.payload is None else request.payload.decode(),
                        request.message_id,
                        request.transaction,
                        request.attempts,
                    ),
                )
            case DropRequest(seq):
                do("DELETE FROM queue WHERE seq = ?", (seq,))
            case PutTransaction(transaction):
                row = (transaction.key, show(transaction))
                do("INSERT OR REPLACE INTO transactions VALUES (?, ?)", row)
            case PutSample(transaction, index, sample):
                do("INSERT OR REPLACE INTO samples VALUES (?, ?, ?)", (transaction, index, _text(sample)))
            case PutSamples(transaction, samples):
                do("DELETE FROM samples WHERE transaction_key = ?", (transaction,))
                rows = [(transaction, index, _text(sample)) for index, sample in enumerate(samples)]
                self._connection.executemany("INSERT INTO samples VALUES (?, ?, ?)", rows)
            case DropTransaction(key):
                do("DELETE FROM transactions WHERE key = ?", (key,))
                do("DELETE FROM samples WHERE transaction_key = ?", (key,))
            case PutAvailability(connector_id, availability):
                do("INSERT OR REPLACE INTO availability VALUES (?, ?)", (connector_id, availability))
            case PutConfiguration(key, value):
                do("INSERT OR REPLACE INTO configuration VALUES (?, ?)", (key, value))
            case PutAuthorization(id_tag, info):
                do("DELETE FROM authorizations WHERE id_tag = ?", (id_tag,))
                do("INSERT INTO authorizations (id_tag, info) VALUES (?, ?)", (id_tag, _text(info)))
            case DropAuthorization(None):
                do("DELETE FROM authorizations")
            case DropAuthorization(id_tag):
                do("DELETE FROM authorizations WHERE id_tag = ?", (id_tag,))
            case PutLocalListEntry(id_tag, info):
                do("INSERT OR REPLACE INTO local_list VALUES (?, ?)", (id_tag, _text(info)))
            case DropLocalListEntry(id_tag):
                do("DELETE FROM local_list WHERE id_tag = ?", (id_tag,))
            case ClearLocalList():
                do("DELETE FROM local_list")
            case PutLocalListVersion(version):
                do("INSERT OR REPLACE INTO local_list_version VALUES (1, ?)", (version,))
            case PutReservation(it):
                do("DELETE FROM reservations WHERE reservation_id = ?", (it.reservation_id,))
                do(
                    "INSERT INTO reservations VALUES (NULL, ?, ?, ?, ?, ?)",
                    (it.reservation_id, it.connector_id, it.id_tag, it.expiry_date.text(), it.parent_id_tag),
                )
            case DropReservation(reservation_id):
                do("DELETE FROM reservations WHERE reservation_id = ?", (reservation_id,))
            case PutChargingProfile(InstalledProfile(connector_id, profile, transaction_key)):
                row_of = (profile.charging_profile_id, connector_id, _text(profile), transaction_key)
                do("INSERT OR REPLACE INTO charging_profiles VALUES (?, ?, ?, ?)", row_of)
            case DropChargingProfile(profile_id):
                do("DELETE FROM charging_profiles WHERE profile_id = ?", (profile_id,))
            case PutAwaitedStart(AwaitedStart(connector_id, id_tag, profile, until)):
                moment = None if until is None else until.text()
                do(
                    "INSERT OR REPLACE INTO awaited_starts VALUES (?, ?, ?, ?)",
                    (connector_id, id_tag, _text(profile), moment),
                )
            case DropAwaitedStart(connector_id, start_id_tag):
                do(
                    "DELETE FROM awaited_starts WHERE connector_id = ? AND id_tag = ?",
                    (connector_id, start_id_tag),
                )
            case PutCredentials(state):
                do("INSERT OR REPLACE INTO credentials VALUES (1, ?)", (show(state),))
            case PutFirmware(state):
                do("INSERT OR REPLACE INTO firmware VALUES (1, ?)", (show(state),))
            case PutSessionPrice(price):
                do(
                    "INSERT INTO session_prices (key, record) VALUES (?, ?) "
                    "ON CONFLICT (key) DO UPDATE SET record = excluded.record",
                    (price.key, show(price)),
                )
            case DropSessionPrice(key):
                do("DELETE FROM session_prices WHERE key = ?", (key,))
            case PutUpload(action, state):
                do("INSERT OR REPLACE INTO uploads VALUES (?, ?)", (action, show(state)))


def _text(message: AttrsInstance) -> str:
    return codec.encode_payload(message).decode()
