"""What is inside a struct is checked like any argument: refused whole, or everything later works with it.

Strategies are made from the fields of every struct that a handler takes, with what is wrong mixed in.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ocpp16sm.arguments import arguments, structs
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import InvalidArgumentError, LocalError
from ocpp16sm.generated.handlers import Handlers
from ocpp16sm.messages import ChangeAvailabilityRequest, Location
from ocpp16sm.messages.plug_and_charge_types import OcspRequestData
from ocpp16sm.station_facts import ErrorInfo, Located, Measurement, PerPhase
from tests.core.core_state import everything
from tests.support.scene import CoreScene

NAN, INFINITY = float("nan"), float("inf")
TEXTS = st.sampled_from(["", "u", "x" * 300, "\ud800", "Nowhere", "EV", "Operative", "OtherError"])
NUMBERS = st.sampled_from([NAN, INFINITY, -INFINITY, 0, -5.0, 7, 1e20, 1.7e308, 10**400, True])
WRONG = st.sampled_from([None, [], {}, (), object(), b"x", "2026-06-01T12:00:00Z"]) | TEXTS | NUMBERS

TAKEN = {
    hint.__name__: hint
    for name in dir(Handlers)
    if name.startswith("on_")
    for hint in get_type_hints(getattr(Handlers, name)).values()
    if isinstance(hint, type) and attrs.has(hint) and not hint.__name__.endswith("Response")
}
"""Every struct that a handler takes, by name."""


def test_these_are_the_structs_that_handlers_take() -> None:
    assert sorted(TAKEN) == ["ChangeAvailabilityRequest", "ErrorInfo", "Measurement"]


def spoilt(kind: Any) -> SearchStrategy[Any]:
    """How to make instances of a struct, each field right or wrong; making one may be refused already."""
    hints = get_type_hints(kind, include_extras=True)
    fields = {each.name: likely(hints[each.name]) for each in attrs.fields(kind)}
    return st.fixed_dictionaries(fields).map(lambda made: (kind, made))


def likely(annotation: Any) -> SearchStrategy[Any]:
    """Mostly right values of a field, and a wrong one now and then."""
    return st.integers(0, 9).flatmap(lambda die: WRONG if die == 0 else right(annotation))


def right(annotation: Any) -> SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return st.lists(right(arguments[0]), max_size=2)
    if origin is Annotated:
        return st.sampled_from(["u", "x" * 60]) if arguments[0] is str else st.integers(0, 3)
    if NoneType in arguments:
        return st.none() | st.one_of([right(each) for each in arguments if each is not NoneType])
    if annotation is Timestamp:
        return st.sampled_from([Timestamp(2026), datetime(2026, 1, 1, tzinfo=UTC), "2026-06-01T12:00:00Z"])
    if annotation in (float, bool):
        return st.floats(-1e6, 1e6) if annotation is float else st.booleans()
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return st.sampled_from([*annotation, *map(str, annotation)])
    return spoilt(annotation)


def build(made: Any) -> Any:
    """The instance that a recipe describes."""
    if isinstance(made, tuple) and len(made) == 2 and isinstance(made[0], type):
        return made[0](**{name: build(value) for name, value in made[1].items()})
    return [build(each) for each in made] if isinstance(made, list) else made


ALL = (
    "Energy.Active.Import.Register,Energy.Active.Import.Interval,Power.Active.Import,Voltage,Current.Import,Frequency,"
    "SoC,Temperature,RPM,Power.Factor"
)


def charging() -> CoreScene:
    """A transaction with samples of everything."""
    scene = CoreScene(
        connectors=2,
        MeterValueSampleInterval="10",
        ClockAlignedDataInterval="60",
        MeterValuesSampledData=ALL,
        MeterValuesAlignedData=ALL,
        StopTxnSampledData=ALL,
    )
    scene.boots()
    scene.measures(1, 1)
    scene.transaction()
    return scene


def lives_on(scene: CoreScene) -> None:
    """Samples, a power cut, a stop: all of it happens, and nothing that is told is not a number."""
    scene.passes(10)
    told = scene.hears_all("MeterValues")
    assert told, "samples go on"
    assert not {"nan", "inf", "-inf"} & {
        sample["value"] for each in told for value in each.payload["meterValue"] for sample in value["sampledValue"]
    }
    scene.restarts(resuming_sessions=frozenset({"s1"}))
    scene.hears_all()
    scene.passes(60)
    scene.hears_all()
    scene.measures(1, 5)
    scene.passes(10)
    scene.hears_all()
    scene.ends(wh=9)
    assert scene.hears_all("StopTransaction")
    scene.restarts()


@pytest.mark.parametrize("name", sorted(TAKEN))
@given(data=st.data())
def test_a_struct_is_refused_whole_or_everything_later_works(name: str, data: st.DataObject) -> None:
    """Design, 4; D19."""
    made = data.draw(spoilt(TAKEN[name]))
    scene = charging()
    before, stored = everything(scene.virtual.core), scene.virtual.store.load()
    station: Any = scene.station
    try:
        value = build(made)
        match name:
            case "Measurement":
                station.on_meter_values(1, value)
            case "ErrorInfo":
                station.on_error(2, value)
                station.on_error_cleared(2, value.uuid)
            case _:
                station.on_change_availability(value)
    except LocalError:
        assert everything(scene.virtual.core) == before
        assert scene.virtual.store.load() == stored
    lives_on(scene)


READING = PerPhase(total=1)
NOW = Timestamp(2026)

PATHS: list[tuple[str, Any]] = [
    ("measurement.power_w.l1", Measurement(timestamp=NOW, energy_wh_import=READING, power_w=PerPhase(l1=NAN))),
    ("measurement.energy_wh_import.total", Measurement(timestamp=NOW, energy_wh_import=PerPhase(total=INFINITY))),
    (
        "measurement.temperature_celsius[1].location",
        Measurement(
            timestamp=NOW,
            energy_wh_import=READING,
            temperature_celsius=(Located(1), Located(2, "Nowhere")),  # type: ignore[arg-type]
        ),
    ),
    ("error_info.uuid", ErrorInfo(uuid="", error_code="OtherError", is_fault=True)),
    ("error_info.uuid", ErrorInfo(uuid="u" * 300, error_code="OtherError", is_fault=True)),
    ("error_info.uuid", ErrorInfo(uuid=5, error_code="OtherError", is_fault=True)),  # type: ignore[arg-type]
    ("error_info.is_fault", ErrorInfo(uuid="u", error_code="OtherError", is_fault="no")),  # type: ignore[arg-type]
    ("error_info.info", ErrorInfo(uuid="u", error_code="OtherError", is_fault=True, info=5)),  # type: ignore[arg-type]
    ("request.type", ChangeAvailabilityRequest(1, "Nonsense")),  # type: ignore[arg-type]
    ("request.connector_id", ChangeAvailabilityRequest("1", "Operative")),  # type: ignore[arg-type]
]
HANDLER = {"measurement": "on_meter_values", "error_info": "on_error", "request": "on_change_availability"}


@pytest.mark.parametrize(("path", "value"), PATHS, ids=[path for path, _ in PATHS])
def test_what_is_wrong_is_named_by_its_path(scene: CoreScene, path: str, value: Any) -> None:
    where = path.split(".")[0]
    arguments = (value,) if where == "request" else (1, value)
    with pytest.raises(InvalidArgumentError) as raised:
        getattr(scene.station, HANDLER[where])(*arguments)
    assert raised.value.name == path
    assert str(raised.value).startswith(f"{path} must be ")


def test_what_has_no_form_is_refused_as_it_is_made() -> None:
    with pytest.raises(InvalidArgumentError, match=r"^ErrorInfo\.error_code must be one of ConnectorLockFailure"):
        ErrorInfo(uuid="u", error_code="Fire", is_fault=True)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match=r"^Measurement\.timestamp must be"):
        Measurement(timestamp=5, energy_wh_import=READING)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match=r"^PerPhase\.l1 must be a number"):
        PerPhase(total=1, l1="much")  # type: ignore[arg-type]


def test_another_form_of_the_right_value_is_taken() -> None:
    """As handlers take it: texts of times, words, whole numbers, lists; what is right already is not copied."""
    told: Any = Measurement(
        timestamp="2026-01-01T00:00:00Z",
        energy_wh_import=READING,
        temperature_celsius=[Located(20, "Body")],  # type: ignore[arg-type]
    )
    made = structs.checked("measurement", told, Measurement)
    assert made.timestamp == NOW
    assert made.temperature_celsius == (Located(20.0, Location.BODY),)
    assert structs.checked("measurement", made, Measurement) is made
    asked: Any = ChangeAvailabilityRequest(1, "Operative")  # type: ignore[arg-type]
    assert type(structs.checked("request", asked, ChangeAvailabilityRequest).type) is not str


def test_several_are_checked_each() -> None:
    """hash_data of authorize_contract."""
    with pytest.raises(InvalidArgumentError, match=r"^hash_data\[0\] must be a OcspRequestData"):
        structs.all_checked("hash_data", [5], OcspRequestData, 4)
    with pytest.raises(InvalidArgumentError, match="at most 4"):
        structs.all_checked("hash_data", [5] * 5, OcspRequestData, 4)


@pytest.mark.parametrize(("request_id", "word", "told"), [(-1, "UploadFailed", "UploadFailed"), (7, "Uploaded", None)])
def test_an_upload_is_told_in_the_words_of_what_was_asked(
    scene: CoreScene, request_id: int, word: Any, told: str | None
) -> None:
    """handlers.md 1.8: DiagnosticsStatus for GetDiagnostics; for GetLog, UploadFailed is no word."""
    scene.station.on_log_status_notification(request_id, word)
    (heard,) = scene.hears_all()
    assert heard.payload["status"] == (told or word)
    with pytest.raises(InvalidArgumentError):
        scene.station.on_log_status_notification(7, "UploadFailed")


class _Nowhere(tzinfo):
    """A time zone that raises."""

    def utcoffset(self, _at: datetime | None) -> timedelta:
        raise KeyError("nowhere")

    dst = utcoffset

    def tzname(self, _at: datetime | None) -> str:
        return "nowhere"


class _NoNumber:
    """Raises when it is converted."""

    def __float__(self) -> float:
        raise ZeroDivisionError


class _Short(str):
    """Lies about its length."""

    __slots__ = ()

    def __len__(self) -> int:
        return 1


@pytest.mark.parametrize(
    "check",
    [
        lambda: arguments.moment("at", datetime(2026, 1, 1, tzinfo=_Nowhere())),
        lambda: arguments.quantity("energy", _NoNumber()),
        lambda: arguments.text("id_token", _Short("x" * 1000), 20),
    ],
    ids=["a time zone", "a number", "a text"],
)
def test_an_object_that_raises_or_lies_is_an_invalid_argument(check: Callable[[], object]) -> None:
    with pytest.raises(InvalidArgumentError):
        check()
