"""Hypothesis strategies for the arguments of the 22 handlers, derived from the table that generates the handlers."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import (
    AvailabilityType,
    ChangeAvailabilityRequest,
    ChargePointErrorCode,
    FirmwareUpdateStatus,
    Reason,
    UploadLogStatus,
)
from ocpp16sm.station_facts import ErrorInfo, Measurement, PerPhase, SessionStartedReason
from statecharts.ocpp16.handlers import HANDLERS
from statecharts.ocpp16.tables import Handler, Parameter

__all__ = ["handler_arguments"]

NAMES: Final = ("a", "b")
"""Names of sessions, errors and idTags; few, so that several calls refer to the same one."""

_WORDS: Final = {kind.__name__: kind for kind in (FirmwareUpdateStatus, Reason, SessionStartedReason, UploadLogStatus)}
_ENERGY: Final = st.floats(0, 1e7, allow_nan=False)

Moment = Callable[[], Timestamp]


def handler_arguments(name: str, connectors: int, now: Moment) -> SearchStrategy[dict[str, Any]]:
    """Strategy for the keyword arguments of one handler, within the limits of the handler table.

    :param name: the handler, e.g. ``on_session_started``.
    :param connectors: number of connectors of the charge point.
    :param now: called for every argument that is a time.
    """
    handler = _HANDLERS[name]
    return st.fixed_dictionaries(
        {p.name: _argument(p, handler, connectors, now) for p in handler.parameters if not p.optional},
        optional={p.name: _argument(p, handler, connectors, now) for p in handler.parameters if p.optional},
    )


_HANDLERS: Final[Mapping[str, Handler]] = {handler.name: handler for handler in HANDLERS}


def _argument(parameter: Parameter, handler: Handler, connectors: int, now: Moment) -> SearchStrategy[Any]:
    present = _present(parameter, handler, connectors, now)
    return st.none() | present if parameter.nullable else present


def _present(parameter: Parameter, handler: Handler, connectors: int, now: Moment) -> SearchStrategy[Any]:
    if parameter.name == "connector":
        return st.integers(0 if handler.subject == "any_connector" else 1, connectors)
    if parameter.name in ("session_id", "uuid", "id_token", "id_tag_end"):
        return st.sampled_from(NAMES)
    check, _, limit = parameter.check.partition(" ")
    match check:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-1, 3)
        case "quantity":
            return _ENERGY
        case "moment":
            return st.builds(now)
        case "text" | "cut":
            return st.text(min_size=1, max_size=min(20, int(limit or 20)))
        case "word":
            return st.sampled_from(_WORDS[limit])
        case "log_status":
            return st.sampled_from(UploadLogStatus)
        case "struct":
            return _instance(limit, connectors, now)
    raise LookupError(f"{handler.name}: no strategy is known for a parameter with the check {parameter.check!r}")


def _instance(kind: str, connectors: int, now: Moment) -> SearchStrategy[Any]:
    match kind:
        case "Measurement":
            register = st.builds(PerPhase, total=_ENERGY)
            return st.builds(Measurement, timestamp=st.builds(now), energy_wh_import=register, power_w=register)
        case "ErrorInfo":
            return st.builds(
                ErrorInfo,
                uuid=st.sampled_from(NAMES),
                error_code=st.sampled_from(ChargePointErrorCode),
                is_fault=st.booleans(),
                info=st.none() | st.text(max_size=60),
            )
        case "ChangeAvailabilityRequest":
            return st.builds(
                ChangeAvailabilityRequest,
                connector_id=st.integers(0, connectors + 1),
                type=st.sampled_from(AvailabilityType),
            )
    raise LookupError(f"no strategy is known for {kind}")
