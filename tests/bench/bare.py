"""Charge points without behaviour, as baselines: the session as typed messages, and nothing that knows what they mean.

Structs of msgspec both ways, checked for types, words and lengths: as little as a typed client can do. And the client
class of mobilityhouse/ocpp, the usual one in Python, with its JSON schemas.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from ocpp.v16 import call  # type: ignore[import-untyped]  # no stubs

from ocpp16sm.messages import (
    AuthorizationStatus,
    ChargePointErrorCode,
    ChargePointStatus,
    Location,
    Measurand,
    Phase,
    ReadingContext,
    Reason,
    UnitOfMeasure,
    ValueFormat,
)
from tests.bench.session import ENERGY_WH, ID_TAG, NOON

MOMENT = datetime.combine(NOON.date(), NOON.time(), UTC)

Integer = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
IdTag = Annotated[str, msgspec.Meta(max_length=20)]


class Payload(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """Base of all that is sent and received."""


class StatusNotification(Payload):
    connector_id: Integer
    error_code: ChargePointErrorCode
    status: ChargePointStatus
    timestamp: datetime | None = None


class StartTransaction(Payload):
    connector_id: Integer
    id_tag: IdTag
    meter_start: Integer
    timestamp: datetime


class SampledValue(Payload):
    value: str
    context: ReadingContext | None = None
    format: ValueFormat | None = None
    measurand: Measurand | None = None
    phase: Phase | None = None
    location: Location | None = None
    unit: UnitOfMeasure | None = None


class MeterValue(Payload):
    timestamp: datetime
    sampled_value: Annotated[tuple[SampledValue, ...], msgspec.Meta(min_length=1)]


class MeterValues(Payload):
    connector_id: Integer
    meter_value: tuple[MeterValue, ...]
    transaction_id: Integer | None = None


class StopTransaction(Payload):
    transaction_id: Integer
    meter_stop: Integer
    timestamp: datetime
    reason: Reason | None = None


class IdTagInfo(Payload):
    status: AuthorizationStatus
    expiry_date: datetime | None = None
    parent_id_tag: IdTag | None = None


class Started(Payload):
    id_tag_info: IdTagInfo
    transaction_id: int


class Stopped(Payload):
    id_tag_info: IdTagInfo | None = None


class Nothing(Payload):
    pass


class _Answer(msgspec.Struct, array_like=True):
    kind: int
    message_id: str
    payload: msgspec.Raw


class _Asked(msgspec.Struct, array_like=True):
    kind: int
    message_id: str
    action: str
    payload: msgspec.Raw


class GetConfiguration(Payload):
    key: tuple[Annotated[str, msgspec.Meta(max_length=50)], ...] | None = None


class KeyValue(Payload):
    key: str
    readonly: bool
    value: str | None = None


class Configured(Payload):
    configuration_key: tuple[KeyValue, ...] = ()
    unknown_key: tuple[str, ...] = ()


ANSWERED_WITH: dict[str, Any] = {"StartTransaction": Started, "StopTransaction": Stopped}


class TypedStation:
    """Typed messages both ways, and no behaviour."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode
        self._unwrap = msgspec.json.Decoder(_Answer).decode
        self._asked = msgspec.json.Decoder(_Asked).decode
        self._decoders = {
            action: msgspec.json.Decoder(ANSWERED_WITH.get(action, Nothing)).decode
            for action in ("StatusNotification", "StartTransaction", "MeterValues", "StopTransaction")
        }
        self._get_configuration = msgspec.json.Decoder(GetConfiguration).decode
        self._count = 0
        self.transaction_id = 0

    def call(self, request: Payload) -> str:
        """A request as a frame."""
        self._count += 1
        return self._encode((2, f"0123456789-{self._count:x}", type(request).__name__, request)).decode()

    def answered(self, request: Payload, text: str) -> None:
        """The answer to it."""
        frame = self._unwrap(text)
        response = self._decoders[type(request).__name__](frame.payload)
        if isinstance(response, Started):
            self.transaction_id = response.transaction_id

    def asked(self, text: str) -> str:
        """The answer to GetConfiguration."""
        frame = self._asked(text)
        wanted = self._get_configuration(frame.payload).key or ()
        configured = Configured(tuple(KeyValue(name, False, "60") for name in wanted))
        return self._encode((3, frame.message_id, configured)).decode()

    def session(self) -> Iterator[Payload]:
        """The requests of a session."""
        yield self._status(ChargePointStatus.PREPARING)
        yield StartTransaction(1, ID_TAG, 0, MOMENT)
        yield self._status(ChargePointStatus.CHARGING)
        for _sample in range(2):
            yield MeterValues(1, (MeterValue(MOMENT, self._sampled()),), self.transaction_id)
        yield StopTransaction(self.transaction_id, int(ENERGY_WH), MOMENT, Reason.LOCAL)
        yield self._status(ChargePointStatus.FINISHING)
        yield self._status(ChargePointStatus.AVAILABLE)

    def _status(self, status: ChargePointStatus) -> Payload:
        return StatusNotification(1, ChargePointErrorCode.NO_ERROR, status, MOMENT)

    def _sampled(self) -> tuple[SampledValue, ...]:
        energy = Measurand.ENERGY_ACTIVE_IMPORT_REGISTER
        periodic, raw, outlet = ReadingContext.SAMPLE_PERIODIC, ValueFormat.RAW, Location.OUTLET
        return (
            SampledValue(f"{ENERGY_WH:.2f}", periodic, raw, energy, None, outlet, UnitOfMeasure.WH),
            SampledValue(f"{11040:.2f}", periodic, raw, Measurand.POWER_ACTIVE_IMPORT, None, outlet, UnitOfMeasure.W),
            SampledValue(f"{230.1:.2f}", periodic, raw, Measurand.VOLTAGE, Phase.L1, None, UnitOfMeasure.V),
        )


def mobilityhouse_session(transaction_id: "list[int]") -> Iterator[Any]:
    """The requests of a session as mobilityhouse/ocpp has them; ``transaction_id`` is filled in by the caller."""

    def status(word: str) -> Any:
        return call.StatusNotification(connector_id=1, error_code="NoError", status=word, timestamp=_NOON)

    yield status("Preparing")
    yield call.StartTransaction(connector_id=1, id_tag=ID_TAG, meter_start=0, timestamp=_NOON)
    yield status("Charging")
    for _sample in range(2):
        yield call.MeterValues(connector_id=1, transaction_id=transaction_id[0], meter_value=[_METER_VALUE])
    yield call.StopTransaction(
        transaction_id=transaction_id[0], meter_stop=int(ENERGY_WH), timestamp=_NOON, reason="Local"
    )
    yield status("Finishing")
    yield status("Available")


_NOON = NOON.text()
_SAMPLED = {"context": "Sample.Periodic", "format": "Raw"}
_ENERGY = {"measurand": "Energy.Active.Import.Register", "location": "Outlet", "unit": "Wh"}
_METER_VALUE = {
    "timestamp": _NOON,
    "sampled_value": [
        {
            "value": "4200.00",
            "measurand": "Energy.Active.Import.Register",
            "location": "Outlet",
            "unit": "Wh",
            **_SAMPLED,
        },
        {"value": "11040.00", "measurand": "Power.Active.Import", "location": "Outlet", "unit": "W", **_SAMPLED},
        {"value": "230.10", "measurand": "Voltage", "phase": "L1", "unit": "V", **_SAMPLED},
    ],
}
