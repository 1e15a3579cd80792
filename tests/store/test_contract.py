"""What a store promises, asked of both stores alike."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    PutRequest,
    PutReservation,
    PutSample,
    PutSamples,
    PutSessionPrice,
    PutTransaction,
    PutUpload,
    StoreOperation,
)
from ocpp16sm.messages import (
    AuthorizationStatus,
    AvailabilityType,
    ChargingProfile,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ChargingSchedule,
    ChargingSchedulePeriod,
    FirmwareUpdateStatus,
    HeartbeatRequest,
    IdTagInfo,
    MeterValue,
    SampledValue,
    UploadLogStatus,
)
from ocpp16sm.messages.cost import ChargingPrice, MessageFormat, NextPeriod, TriggerMeterValue
from ocpp16sm.prices import CostState, PriceText, SessionCost, SessionPrice
from ocpp16sm.records import (
    AwaitedStart,
    Credentials,
    CredentialsState,
    FirmwareRequest,
    FirmwareState,
    InstalledProfile,
    Lane,
    LocalListState,
    Reservation,
    StoredState,
    TransactionRecord,
    Update,
    Upload,
    UploadState,
)
from ocpp16sm.store import MemoryStore, SqliteStore, Store
from tests.store.conftest import Reopen
from tests.store.strategies import NOON, OPERATIONS, queued

TRIAL = CredentialsState(
    present=Credentials(security_profile=3, client_certificate="ours-2"),
    previous=Credentials(security_profile=2, authorization_key="y" * 20),
    swapped=True,
)
UPDATE = FirmwareState(
    configuration=("Downloading", "InService"),
    request=FirmwareRequest(location="ftp://host/f", retrieve_date=NOON, retries=2, connectors_concerned=False),
    next_request=FirmwareRequest(
        location="", retrieve_date=NOON, request_id=8, install_date=NOON, signing_certificate="c", signature="s"
    ),
    failed_downloads=1,
    firmware_version="1.0",
    unheard=Update(FirmwareUpdateStatus.DOWNLOADING),
    signed=Update(FirmwareUpdateStatus.INSTALLED, 8),
)
UPLOAD = UploadState(configuration=("Uploading",), request_id=17, unheard=Upload(UploadLogStatus.UPLOADING, 17))


def record(key: str = "k1", **changes: Any) -> TransactionRecord:
    """A transaction."""
    usual = {"session_id": "s1", "connector_id": 1, "id_tag": "TAG", "meter_start_wh": 7, "started_at": NOON}
    return TransactionRecord(key=key, **{**usual, **changes})


COST = SessionCost(
    session_id="s1",
    connector=1,
    transaction_id=7,
    state=CostState.IDLE,
    cost=Decimal("1.10"),
    shown="1.100",
    at=NOON,
    charging_price=ChargingPrice(Decimal("0.123")),
    next_period=NextPeriod(NOON, ChargingPrice(flat_fee=Decimal(1))),
    texts=(PriceText("1,10", "nl", MessageFormat.UTF8),),
)


def price(key: str, **more: Any) -> SessionPrice:
    """The price of a session."""
    return SessionPrice(key=key, session_id="s1", connector_id=1, id_tag="TAG", **more)


def sample(value: str) -> MeterValue:
    """A reading."""
    return MeterValue(timestamp=NOON, sampled_value=(SampledValue(value=value),))


def reservation(id: int, **changes: Any) -> Reservation:
    """A reservation."""
    usual = {"connector_id": 1, "id_tag": "Tag", "expiry_date": NOON}
    return Reservation(reservation_id=id, **{**usual, **changes})


def limit_of(number: int, limit: str = "16.1", **more: Any) -> ChargingProfile:
    """A charging profile."""
    schedule = ChargingSchedule(ChargingRateUnitType.A, (ChargingSchedulePeriod(0, Decimal(limit), 3),))
    purpose, kind = ChargingProfilePurposeType.TX_DEFAULT_PROFILE, ChargingProfileKindType.RELATIVE
    return ChargingProfile(number, 0, purpose, kind, schedule, **more)


ACCEPTED = IdTagInfo(AuthorizationStatus.ACCEPTED)
BLOCKED = IdTagInfo(AuthorizationStatus.BLOCKED, parent_id_tag="P", expiry_date=NOON)
FULL_RECORD = record(
    reservation_id=3,
    configuration=("Started", "Assigned"),
    transaction_id=2**31 - 1,
    parent_id_tag="PARENT",
    last_meter_wh=12.25,
    last_meter_at=NOON,
)

KEPT: list[tuple[str, tuple[StoreOperation, ...], StoredState]] = [
    ("nothing", (), StoredState()),
    ("a request", (PutRequest(queued(1)),), StoredState(queue=(queued(1),), next_seq=2)),
    (
        "a request that has failed",
        (PutRequest(queued(1)), PutRequest(queued(1, attempts=2, message_id="again"))),
        StoredState(queue=(queued(1, attempts=2, message_id="again"),), next_seq=2),
    ),
    (
        "requests in their order, whenever they were kept",
        tuple(PutRequest(queued(seq)) for seq in (10, 9, 2, 11)),
        StoredState(queue=tuple(queued(seq) for seq in (2, 9, 10, 11)), next_seq=12),
    ),
    (
        "a request that changed, at its place",
        (*(PutRequest(queued(seq)) for seq in (1, 2)), PutRequest(queued(1, attempts=1))),
        StoredState(queue=(queued(1, attempts=1), queued(2)), next_seq=3),
    ),
    (
        "what a request is to every lane",
        (PutRequest(queued(1, lane=Lane.NORMAL, action="Heartbeat", request=HeartbeatRequest(), transaction="k")),),
        StoredState(
            queue=(queued(1, lane=Lane.NORMAL, action="Heartbeat", request=HeartbeatRequest(), transaction="k"),),
            next_seq=2,
        ),
    ),
    (
        "not what only this run of the program knows of a request",
        (PutRequest(queued(1, not_before=9.0, triggered=True, ref="r1")),),
        StoredState(queue=(queued(1),), next_seq=2),
    ),
    ("the number of a request that is gone", (PutRequest(queued(5)), DropRequest(5)), StoredState(next_seq=6)),
    (
        "a request, when another is dropped",
        (PutRequest(queued(1)), DropRequest(2)),
        StoredState(queue=(queued(1),), next_seq=2),
    ),
    ("a transaction", (PutTransaction(record()),), StoredState(transactions=(record(),))),
    ("a transaction with everything", (PutTransaction(FULL_RECORD),), StoredState(transactions=(FULL_RECORD,))),
    (
        "a transaction that changed",
        (PutTransaction(record()), PutTransaction(record(transaction_id=9))),
        StoredState(transactions=(record(transaction_id=9),)),
    ),
    (
        "transactions by their keys",
        tuple(PutTransaction(record(key)) for key in ("b", "a", "c")),
        StoredState(transactions=(record("a"), record("b"), record("c"))),
    ),
    (
        "readings in their order",
        (PutSample("k1", 0, sample("1")), PutSample("k1", 1, sample("2")), PutSample("k2", 0, sample("3"))),
        StoredState(samples={"k1": (sample("1"), sample("2")), "k2": (sample("3"),)}),
    ),
    (
        "eleven readings in their order",
        tuple(PutSample("k1", index, sample(str(index))) for index in range(11)),
        StoredState(samples={"k1": tuple(sample(str(index)) for index in range(11))}),
    ),
    (
        "fewer readings",
        (*(PutSample("k1", i, sample(str(i))) for i in range(4)), PutSamples("k1", (sample("0"), sample("3")))),
        StoredState(samples={"k1": (sample("0"), sample("3"))}),
    ),
    ("no readings", (PutSample("k1", 0, sample("1")), PutSamples("k1", ())), StoredState()),
    (
        "nothing of a transaction that is over",
        (PutTransaction(record()), PutSample("k1", 0, sample("1")), DropTransaction("k1"), DropTransaction("k2")),
        StoredState(),
    ),
    (
        "the availability of each connector",
        (
            PutAvailability(0, AvailabilityType.INOPERATIVE),
            PutAvailability(2, AvailabilityType.INOPERATIVE),
            PutAvailability(2, AvailabilityType.OPERATIVE),
        ),
        StoredState(availability={0: AvailabilityType.INOPERATIVE, 2: AvailabilityType.OPERATIVE}),
    ),
    (
        "configuration keys, empty ones too",
        (PutConfiguration("A", "1"), PutConfiguration("B", ""), PutConfiguration("A", "ä'\"\u2028")),
        StoredState(configuration={"A": "ä'\"\u2028", "B": ""}),
    ),
    (
        "idTags",
        (PutAuthorization("a", ACCEPTED), PutAuthorization("b", BLOCKED), PutAuthorization("a", BLOCKED)),
        StoredState(authorization_cache={"b": BLOCKED, "a": BLOCKED}),
    ),
    (
        "idTags but one",
        (PutAuthorization("a", ACCEPTED), PutAuthorization("b", BLOCKED), DropAuthorization("a")),
        StoredState(authorization_cache={"b": BLOCKED}),
    ),
    (
        "no idTags",
        (PutAuthorization("a", ACCEPTED), PutAuthorization("b", BLOCKED), DropAuthorization()),
        StoredState(),
    ),
    (
        "idTags, when an empty one is forgotten",
        (PutAuthorization("a", ACCEPTED), DropAuthorization("")),
        StoredState(authorization_cache={"a": ACCEPTED}),
    ),
    (
        "a local list and its version",
        (PutLocalListEntry("a", ACCEPTED), PutLocalListEntry("a", BLOCKED), PutLocalListVersion(7)),
        StoredState(local_list=LocalListState(7, {"a": BLOCKED})),
    ),
    (
        "what is left of a local list",
        (PutLocalListEntry("a", ACCEPTED), PutLocalListEntry("b", BLOCKED), DropLocalListEntry("a")),
        StoredState(local_list=LocalListState(0, {"b": BLOCKED})),
    ),
    (
        "the credentials that were set last",
        (
            PutCredentials(CredentialsState(present=Credentials(authorization_key="x" * 16))),
            PutCredentials(TRIAL),
        ),
        StoredState(credentials=TRIAL),
    ),
    (
        "an update of firmware, as it was said last",
        (PutFirmware(FirmwareState(request_id=8)), PutFirmware(UPDATE)),
        StoredState(firmware=UPDATE),
    ),
    (
        "uploads, one of each kind",
        (PutUpload("GetLog", UploadState()), PutUpload("GetDiagnostics", UploadState()), PutUpload("GetLog", UPLOAD)),
        StoredState(uploads={"GetDiagnostics": UploadState(), "GetLog": UPLOAD}),
    ),
    (
        "prices of sessions in their order, as they were said last",
        (
            PutSessionPrice(price("b")),
            PutSessionPrice(price("a")),
            PutSessionPrice(price("b", cost=COST, triggers=TriggerMeterValue(NOON, Decimal("5.90")), unheard=True)),
        ),
        StoredState(
            session_prices=(
                price("b", cost=COST, triggers=TriggerMeterValue(NOON, Decimal("5.90")), unheard=True),
                price("a"),
            )
        ),
    ),
    (
        "what is left of the prices of sessions",
        (PutSessionPrice(price("a")), PutSessionPrice(price("b")), DropSessionPrice("a")),
        StoredState(session_prices=(price("b"),)),
    ),
    (
        "the version of an empty local list",
        (PutLocalListEntry("a", ACCEPTED), ClearLocalList(), PutLocalListVersion(8)),
        StoredState(local_list=LocalListState(8)),
    ),
    (
        "reservations in their order, with and without a group",
        (PutReservation(reservation(9)), PutReservation(reservation(0, connector_id=0, parent_id_tag="P"))),
        StoredState(reservations=(reservation(9), reservation(0, connector_id=0, parent_id_tag="P"))),
    ),
    (
        "a reservation that was replaced, as the newest",
        (PutReservation(reservation(1)), PutReservation(reservation(2)), PutReservation(reservation(1, id_tag="B"))),
        StoredState(reservations=(reservation(2), reservation(1, id_tag="B"))),
    ),
    (
        "what is left of the reservations",
        (
            PutReservation(reservation(-1)),
            PutReservation(reservation(2**31 - 1)),
            DropReservation(-1),
            DropReservation(7),
        ),
        StoredState(reservations=(reservation(2**31 - 1),)),
    ),
    (
        "charging profiles by their ids, whole",
        (
            PutChargingProfile(InstalledProfile(1, limit_of(7, valid_to=NOON, transaction_id=2**31), "k1")),
            PutChargingProfile(InstalledProfile(0, limit_of(-3))),
        ),
        StoredState(
            charging_profiles=(
                InstalledProfile(0, limit_of(-3)),
                InstalledProfile(1, limit_of(7, valid_to=NOON, transaction_id=2**31), "k1"),
            )
        ),
    ),
    (
        "a charging profile instead of another, and one less",
        (
            PutChargingProfile(InstalledProfile(1, limit_of(1))),
            PutChargingProfile(InstalledProfile(2, limit_of(1, "0"))),
            PutChargingProfile(InstalledProfile(1, limit_of(2))),
            DropChargingProfile(2),
            DropChargingProfile(3),
        ),
        StoredState(charging_profiles=(InstalledProfile(2, limit_of(1, "0")),)),
    ),
    (
        "the starts that are awaited",
        (
            PutAwaitedStart(AwaitedStart(2, "b", limit_of(1))),
            PutAwaitedStart(AwaitedStart(1, "b", limit_of(1), NOON)),
            PutAwaitedStart(AwaitedStart(1, "a", limit_of(2), NOON)),
            PutAwaitedStart(AwaitedStart(1, "b", limit_of(3), NOON)),
            PutAwaitedStart(AwaitedStart(3, "a", limit_of(4))),
            DropAwaitedStart(3, "a"),
            DropAwaitedStart(3, "b"),
        ),
        StoredState(
            awaited_starts=(
                AwaitedStart(1, "a", limit_of(2), NOON),
                AwaitedStart(1, "b", limit_of(3), NOON),
                AwaitedStart(2, "b", limit_of(1)),
            )
        ),
    ),
]


@pytest.mark.parametrize(("operations", "state"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
@pytest.mark.parametrize("at_once", [True, False], ids=["in one step", "step by step"])
def test_a_store_keeps(
    reopen: Reopen, operations: tuple[StoreOperation, ...], state: StoredState, at_once: bool
) -> None:
    for batch in [operations] if at_once else [(operation,) for operation in operations]:
        reopen().apply(batch)
    assert reopen().load() == state


def test_the_idtag_heard_of_last_comes_last(reopen: Reopen) -> None:
    """Equal dictionaries may differ in order; which idTag is forgotten first when the cache is full hangs on it."""
    reopen().apply(tuple(PutAuthorization(tag, ACCEPTED) for tag in ("c", "a", "b", "c")))
    assert list(reopen().load().authorization_cache) == ["a", "b", "c"]


def test_a_number_is_never_given_twice(reopen: Reopen) -> None:
    """A row of the same number would take the place of the one before it, and its message id."""
    reopen().apply((PutRequest(queued(1)), PutRequest(queued(2))))
    reopen().apply((DropRequest(2),))
    reopen().apply((DropRequest(1),))
    assert reopen().load().next_seq == 3


@given(st.lists(st.lists(OPERATIONS, max_size=4).map(tuple), max_size=8))
def test_both_stores_keep_the_same(
    tmp_path_factory: pytest.TempPathFactory, batches: list[tuple[StoreOperation, ...]]
) -> None:
    """Whatever the core asks for, in whatever order: the simple store says what the one on disk must hold."""
    path = tmp_path_factory.mktemp("store") / "station.db"
    memory: Store = MemoryStore()
    disk: Store = SqliteStore(path, durability="process")
    for batch in batches:
        memory.apply(batch)
        disk.apply(batch)
    disk.close()
    disk = SqliteStore(path)
    try:
        assert disk.load() == memory.load()
        assert list(disk.load().authorization_cache) == list(memory.load().authorization_cache)
    finally:
        disk.close()
