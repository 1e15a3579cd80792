"""A store in one SQLite file: embedded, no server, one writer."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import assert_never

from attrs import AttrsInstance

from ocpp16sm import codec
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.effects import (
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
    PutOwner,
    PutRequest,
    PutReservation,
    PutSample,
    PutSamples,
    PutSessionPrice,
    PutTransaction,
    PutUpload,
    SetAside,
    StoreOperation,
)
from ocpp16sm.records import AwaitedStart, DamagedRow, Durability, InstalledProfile, StoredState
from ocpp16sm.store import opening
from ocpp16sm.store.claims import claim
from ocpp16sm.store.reading import KEYS, Reader
from ocpp16sm.store.rows import show
from ocpp16sm.store.schema import STEPS


class SqliteStore:
    """Opens or creates the file of one charge point.

    A file that is not our store, is damaged, has a newer version, or is in use (here or by another process) is left
    unchanged and refused with :class:`~ocpp16sm.errors.StoreError`. In a forked process every method raises it, because
    the file is the parent's.
    """

    def __init__(
        self, path: str | Path, *, durability: Durability = "power_loss", steps: tuple[str, ...] = STEPS
    ) -> None:
        self.path = Path(path)
        opening.create(self.path)
        self._claim = claim(self.path)
        try:
            opening.refuse_foreign(self.path)
            self._connection = opening.connect(self.path, durability, steps)
        except BaseException:
            self._claim.release()
            raise
        self._claim.keep(self._connection)

    def close(self) -> None:
        """Write everything into the main file and release it. Does nothing in a forked process."""
        if not self._claim.inherited:
            self._connection.close()
            self._claim.release()

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
        with opening.explained(self.path, doing):
            yield

    # -- reading ----------------------------------------------------------------------------------------------------

    def load(self) -> StoredState:
        """The stored state. Rows that cannot be read are named in ``damaged`` and stay where they are."""
        self._claim.check()
        with self._explained("read"):
            self._connection.text_factory = bytes  # what is no UTF-8 is the fault of its row, not of all of them
            try:
                return Reader(self._connection).state()
            finally:
                self._connection.text_factory = bytes.decode

    # -- writing ----------------------------------------------------------------------------------------------------

    def apply(self, operations: tuple[StoreOperation, ...]) -> None:
        """Apply the changes in one transaction."""
        self._claim.check()
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
            case PutOwner(charge_point_id):
                do("INSERT OR REPLACE INTO owner VALUES (1, ?)", (charge_point_id,))
            case SetAside(row, at):
                self._set_aside(row, at)
            case _:
                assert_never(operation)

    def _set_aside(self, row: DamagedRow, at: Timestamp) -> None:
        """Move a damaged row unchanged to a table that only people read."""
        columns = KEYS[row.table][: len(row.key)]
        where = " AND ".join(f"{column} = CAST(? AS TEXT)" for column in columns)
        key = [part.encode(errors="surrogateescape") for part in row.key]
        self._connection.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
        try:
            cursor = self._connection.execute(f"SELECT * FROM {row.table} WHERE {where}", key)
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
        finally:
            self._connection.text_factory = bytes.decode
        for values in found:
            kept = json.dumps(dict(zip(names, values, strict=True)), default=repr)
            self._connection.execute(
                "INSERT INTO damaged VALUES (NULL, ?, ?, ?, ?)", (at.text(), row.table, row.reason, kept)
            )
        self._connection.execute(f"DELETE FROM {row.table} WHERE {where}", key)


def _text(message: AttrsInstance) -> str:
    return codec.encode_payload(message).decode()
