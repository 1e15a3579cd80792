"""A call that is refused changes nothing: what each handler, and each other call, does not do.

Design, 4: a caller's mistake raises a :class:`~ocpp16sm.errors.LocalError` before anything has changed. "Nothing" is
all that can be found in the core (:mod:`tests.core.core_state`), what is on disk, and what was to be done.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import AuthorizeAsked, ConfigurationSet, Started, TransferAsked
from ocpp16sm.errors import (
    ChargePointItselfError,
    ConfigurationError,
    InvalidArgumentError,
    InvalidMessageError,
    LocalError,
    NoTransactionError,
    SessionMismatchError,
    TransactionRunningError,
    UnknownConnectorError,
    UnknownKeyError,
)
from ocpp16sm.messages import AvailabilityType, ChangeAvailabilityRequest, ChargePointErrorCode, ChargePointStatus
from ocpp16sm.station_facts import ErrorInfo, Measurement, PerPhase
from statecharts.ocpp16.handlers import HANDLERS
from tests.core.core_state import everything
from tests.support.scene import SILENCE, CoreScene
from tests.support.virtual_core import VirtualChargePoint

Call = Callable[[VirtualChargePoint], object]

NOW = Timestamp.parse("2026-06-01T12:00:00Z")
READING = Measurement(timestamp=NOW, energy_wh_import=PerPhase(total=1))
WARNING = ErrorInfo(uuid="w", error_code=ChargePointErrorCode.WEAK_SIGNAL, is_fault=False)
NAIVE = datetime(2026, 6, 1)  # noqa: DTZ001 - a time without zone is what is refused
HALF_A_PAIR = "\ud800"
"""No text: JSON cannot carry it."""

ARGUMENTS: dict[str, tuple[object, ...]] = {
    "on_meter_values": (READING,),
    "on_max_current_offered": (16.0,),
    "on_max_power_offered": (11_000.0,),
    "on_session_started": ("s", "EVConnected"),
    "on_session_stopped": ("s",),
    "on_transaction_started": ("s", "TAG", 0.0, None, NOW),
    "on_transaction_stopped": ("s", "Local", NOW, 0.0),
    "on_suspend_charging_ev": (),
    "on_suspend_charging_evse": (),
    "on_resume_charging": (),
    "on_error": (WARNING,),
    "on_error_cleared": ("w",),
    "on_all_errors_cleared": (),
    "on_reservation_start": (),
    "on_reservation_end": (),
    "on_enabled": (),
    "on_disabled": (),
    "on_plugin_timeout": (),
}
"""Handler -> valid arguments after the connector."""

WITHOUT_CONNECTOR: dict[str, tuple[tuple[object, ...], ...]] = {
    "on_log_status_notification": ((1, "Lost"), ("one", "Idle"), (2**31, "Idle"), (True, "Idle")),
    "on_firmware_update_status_notification": ((1, "Lost"), (1, "Installed", "yes"), (1.5, "Installed")),
    "on_security_event": (("",), ("x" * 51,), ("E", None, 1), ("E", None, True, "noon")),
    "on_change_availability": (("Operative",), (None,)),
}
"""Handler -> arguments each of which it refuses."""


@pytest.fixture
def busy() -> CoreScene:
    """Three connectors, of which the first runs a transaction; a request is in flight, another one waits."""
    scene = CoreScene(connectors=3, MeterValueSampleInterval="60")
    scene.boots()
    scene.transaction()
    scene.station.on_error(2, WARNING)
    scene.sees(2, "Available", SILENCE)
    scene.station.on_session_started(2, "s2", "EVConnected")
    return scene


def refuses(scene: CoreScene, error: type[LocalError], call: Call) -> None:
    """The call raises just that, and nothing has changed, neither in the core nor around it."""
    virtual = scene.virtual
    core, stored, effects = everything(virtual.core), virtual.store.load(), len(virtual.effects)
    with pytest.raises(LocalError) as raised:
        call(virtual)
    assert raised.type is error
    assert everything(virtual.core) == core
    assert virtual.store.load() == stored
    assert len(virtual.effects) == effects
    scene.hears_nothing()


def test_these_are_all_the_handlers() -> None:
    """Each of the 22 stands in one of the two tables."""
    assert [handler.name for handler in HANDLERS if handler.name not in ARGUMENTS | WITHOUT_CONNECTOR] == []
    assert len(ARGUMENTS) + len(WITHOUT_CONNECTOR) == len(HANDLERS) == 22


@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_unknown_connector_is_refused(busy: CoreScene, name: str) -> None:
    """3.8: connectors are 1 to N. libocpp ignores most, crashes at some, and for one keeps half a row (1.14)."""
    refuses(busy, UnknownConnectorError, lambda station: getattr(station, name)(4, *ARGUMENTS[name]))
    for nonsense in (-1, 2**31, True, "1", 1.0, None):

        def call(station: VirtualChargePoint, connector: object = nonsense) -> object:
            return getattr(station, name)(connector, *ARGUMENTS[name])

        refuses(busy, InvalidArgumentError, call)


OF_CONNECTORS_ONLY = [handler.name for handler in HANDLERS if handler.subject == "connector"]


@pytest.mark.parametrize("name", OF_CONNECTORS_ONLY)
def test_d05_nothing_can_be_plugged_into_the_charge_point_itself(busy: CoreScene, name: str) -> None:
    """libocpp runs a whole connector's chart for connector 0, and starts transactions there (D05). Right: 4.9."""
    refuses(busy, ChargePointItselfError, lambda station: getattr(station, name)(0, *ARGUMENTS[name]))


WRONG: list[tuple[str, int, list[object]]] = [
    ("on_meter_values", 1, [None, 17]),
    ("on_max_current_offered", 1, ["much", float("nan"), float("inf"), True, None]),
    ("on_max_power_offered", 1, ["much", float("nan"), None]),
    ("on_session_started", 1, ["", None, 5, "x" * 256]),
    ("on_session_started", 2, ["Fun", None]),
    ("on_transaction_started", 2, ["", "x" * 21, None]),
    ("on_transaction_started", 3, ["full", float("nan"), None]),
    ("on_transaction_started", 4, ["one", 1.5, True, 2**31]),
    ("on_transaction_started", 5, ["yesterday", NAIVE, 12, None]),
    ("on_transaction_stopped", 2, ["Boredom", None]),
    ("on_transaction_stopped", 4, ["empty", None]),
    ("on_suspend_charging_evse", 1, [5]),
    ("on_error", 1, ["broken", None]),
    ("on_error_cleared", 1, ["", None]),
]
"""Handler, place of an argument, values it cannot have."""


def wrong_arguments() -> Iterator[object]:
    for name, refused in WITHOUT_CONNECTOR.items():
        for arguments in refused:
            yield pytest.param(name, arguments, id=f"{name}{str(arguments)[:30]}")
    for name, place, values in WRONG:
        right = (1, *ARGUMENTS[name])
        for value in values:
            arguments = (*right[:place], value, *right[place + 1 :])
            yield pytest.param(name, arguments, id=f"{name} argument {place} {value!r:.20}")


@pytest.mark.parametrize(("name", "arguments"), list(wrong_arguments()))
def test_an_argument_that_cannot_be_is_refused(busy: CoreScene, name: str, arguments: tuple[object, ...]) -> None:
    """1.5, D19: each argument is checked before anything happens."""
    refuses(busy, InvalidArgumentError, lambda station: getattr(station, name)(*arguments))


CONTRADICTIONS: dict[str, tuple[type[LocalError], Call]] = {
    "a second transaction (D13)": (
        TransactionRunningError,
        lambda station: station.on_transaction_started(1, "s9", "TAG", 0, None, NOW),
    ),
    "the same transaction again (D13)": (
        TransactionRunningError,
        lambda station: station.on_transaction_started(1, "s1", "TAG", 0, None, NOW),
    ),
    "no transaction": (NoTransactionError, lambda station: station.on_transaction_stopped(2, "s2", "Local", NOW, 0)),
    "another session's transaction (D15)": (
        SessionMismatchError,
        lambda station: station.on_transaction_stopped(1, "s2", "Local", NOW, 0),
    ),
    "half a surrogate pair for a tag": (
        InvalidArgumentError,
        lambda station: station.on_transaction_started(3, "s3", HALF_A_PAIR, 0, None, NOW),
    ),
    "half a surrogate pair for a tag that stops": (
        InvalidArgumentError,
        lambda station: station.on_transaction_stopped(1, "s1", "Local", NOW, 0, HALF_A_PAIR),
    ),
    "half a surrogate pair for a signed value": (
        InvalidArgumentError,
        lambda station: station.on_transaction_started(3, "s3", "TAG", 0, None, NOW, signed_meter_value=HALF_A_PAIR),
    ),
    "half a surrogate pair in an error": (
        InvalidArgumentError,
        lambda station: station.on_error(
            3, ErrorInfo(uuid="u", error_code=ChargePointErrorCode.OTHER_ERROR, is_fault=True, info=HALF_A_PAIR)
        ),
    ),
    "half a surrogate pair in a security event": (
        InvalidArgumentError,
        lambda station: station.on_security_event("TamperDetectionActivated", HALF_A_PAIR),
    ),
    "a tag that is too long to ask about": (
        InvalidMessageError,
        lambda station: station.feed(AuthorizeAsked("x" * 21, "r")),
    ),
    "a vendor that is too long": (
        InvalidMessageError,
        lambda station: station.feed(TransferAsked("v" * 256, None, None, "r")),
    ),
    "an unknown key": (UnknownKeyError, lambda station: station.feed(ConfigurationSet("Nonsense", "1"))),
    "a read-only key": (ConfigurationError, lambda station: station.feed(ConfigurationSet("NumberOfConnectors", "2"))),
    "a value that is not allowed": (
        ConfigurationError,
        lambda station: station.feed(ConfigurationSet("HeartbeatInterval", "often")),
    ),
}


@pytest.mark.parametrize(("error", "call"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_cannot_be_done_is_not_done_by_half(busy: CoreScene, error: type[LocalError], call: Call) -> None:
    """4.8, 4.10: refused late, when much of the step has been done already."""
    refuses(busy, error, call)


@pytest.mark.parametrize(
    "found",
    [
        {0: ChargePointStatus.AVAILABLE},
        {0: ChargePointStatus.AVAILABLE, 1: ChargePointStatus.AVAILABLE, 2: ChargePointStatus.AVAILABLE},
        {0: ChargePointStatus.CHARGING, 1: ChargePointStatus.AVAILABLE},
    ],
    ids=["too few", "too many", "connector 0 charging"],
)
def test_a_start_that_cannot_be_is_refused(found: dict[int, ChargePointStatus]) -> None:
    """4.9: a status for each connector, and one that it can have."""
    scene = CoreScene()
    scene.boots()
    refuses(scene, InvalidArgumentError, lambda station: station.feed(Started(connector_status=found)))


def test_after_a_refusal_everything_goes_on(busy: CoreScene) -> None:
    """The same call with the right arguments is a call as if nothing had been."""
    for error, call in CONTRADICTIONS.values():
        refuses(busy, error, call)
    assert busy.virtual.core.features.context.outbox.in_flight is not None
    busy.passes(30)
    busy.sees(2, "Preparing")


def test_change_availability_refuses_in_words(busy: CoreScene) -> None:
    """5.2: an unknown connector is a matter of the answer; nothing has changed then either."""
    core = everything(busy.virtual.core)
    request = ChangeAvailabilityRequest(connector_id=4, type=AvailabilityType.INOPERATIVE)
    answer = busy.station.on_change_availability(request)
    assert answer.status == "Rejected"
    assert everything(busy.virtual.core) == core
