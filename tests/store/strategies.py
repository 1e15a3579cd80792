"""What a core may ask of a store, drawn by Hypothesis."""

from typing import Any

from hypothesis import strategies as st

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.effects import (
    ClearLocalList,
    DropAuthorization,
    DropAwaitedStart,
    DropChargingProfile,
    DropLocalListEntry,
    DropRequest,
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
    PutSamples,
    PutTransaction,
    PutUpload,
)
from ocpp16sm.messages import (
    AvailabilityType,
    ChargingProfile,
    FirmwareUpdateStatus,
    IdTagInfo,
    MeterValue,
    StartTransactionRequest,
    UploadLogStatus,
)
from ocpp16sm.records import (
    AwaitedStart,
    Credentials,
    CredentialsState,
    FirmwareRequest,
    FirmwareState,
    InstalledProfile,
    Lane,
    QueuedRequest,
    TransactionRecord,
    Update,
    Upload,
    UploadState,
)
from ocpp16sm.testing.strategies import messages, timestamps

NOON = Timestamp.parse("2026-06-01T12:00:00Z")
START = StartTransactionRequest(connector_id=1, id_tag="TAG", meter_start=7, timestamp=NOON)


def queued(seq: int, **changes: Any) -> QueuedRequest:
    """A request as it is read from a store."""
    usual: dict[str, Any] = {
        "lane": Lane.TRANSACTION,
        "action": "StartTransaction",
        "request": START,
        "message_id": f"m-{seq}",
        "durable": True,
    }
    return QueuedRequest(seq=seq, **{**usual, **changes})


KEYS = st.sampled_from(["k1", "k2", "k10"])
TAGS = st.sampled_from(["a", "b", "c"])
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
RECORDS = st.builds(
    TransactionRecord,
    key=KEYS,
    session_id=TEXTS,
    connector_id=st.integers(1, 99),
    id_tag=TEXTS,
    meter_start_wh=st.integers(-(2**40), 2**40),
    started_at=timestamps(),
    configuration=st.lists(TEXTS, max_size=2).map(tuple),
    transaction_id=st.none() | st.integers(-(2**31), 2**31 - 1),
    last_meter_wh=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    last_meter_at=st.none() | timestamps(),
)
NUMBERS = st.none() | st.integers(-(2**31), 2**31 - 1)
REQUESTS = st.none() | st.builds(
    FirmwareRequest,
    location=TEXTS,
    retrieve_date=timestamps(),
    retries=NUMBERS,
    retry_interval_s=NUMBERS,
    connectors_concerned=st.booleans(),
)
TOLD = st.builds(Update, st.sampled_from(FirmwareUpdateStatus), NUMBERS)
CREDENTIALS = st.builds(
    Credentials,
    security_profile=st.integers(0, 3),
    authorization_key=st.none() | TEXTS,
    client_certificate=st.none() | TEXTS,
)
UPDATES = st.builds(
    FirmwareState,
    configuration=st.lists(TEXTS, min_size=2, max_size=2).map(tuple),
    request_id=NUMBERS,
    request=REQUESTS,
    next_request=REQUESTS,
    failed_downloads=st.integers(0, 2**31),
    firmware_version=st.none() | TEXTS,
    unheard=st.none() | TOLD,
    signed=TOLD,
)
UPLOADS = st.builds(
    UploadState,
    configuration=st.lists(TEXTS, max_size=1).map(tuple),
    request_id=NUMBERS,
    unheard=st.none() | st.builds(Upload, st.sampled_from(UploadLogStatus), NUMBERS),
)
SEQS = st.integers(1, 12)
OPERATIONS = st.one_of(
    st.builds(
        lambda seq, request, attempts: PutRequest(queued(seq, request=request, attempts=attempts)),
        SEQS,
        messages(StartTransactionRequest),
        st.integers(0, 5),
    ),
    st.builds(DropRequest, SEQS),
    st.builds(PutTransaction, RECORDS),
    st.builds(PutSamples, KEYS, st.lists(messages(MeterValue), max_size=2).map(tuple)),
    st.builds(DropTransaction, KEYS),
    st.builds(PutAvailability, st.integers(0, 3), st.sampled_from(AvailabilityType)),
    st.builds(PutConfiguration, KEYS, TEXTS),
    st.builds(PutAuthorization, TAGS, messages(IdTagInfo)),
    st.builds(DropAuthorization, st.none() | TAGS),
    st.builds(PutLocalListEntry, TAGS, messages(IdTagInfo)),
    st.builds(DropLocalListEntry, TAGS),
    st.builds(ClearLocalList),
    st.builds(PutFirmware, UPDATES),
    st.builds(PutCredentials, st.builds(CredentialsState, present=CREDENTIALS, previous=st.none() | CREDENTIALS)),
    st.builds(PutUpload, TEXTS, UPLOADS),
    st.builds(PutLocalListVersion, st.integers(-(2**31), 2**31 - 1)),
    st.builds(
        PutChargingProfile,
        st.builds(InstalledProfile, st.integers(0, 3), messages(ChargingProfile), st.none() | KEYS),
    ),
    st.builds(DropChargingProfile, st.integers(0, 3)),
    st.builds(
        PutAwaitedStart,
        st.builds(AwaitedStart, st.integers(1, 3), TAGS, messages(ChargingProfile), st.none() | timestamps()),
    ),
    st.builds(DropAwaitedStart, st.integers(1, 3), TAGS),
)
