"""What can break at a station, by the numbers of the trade, and how it is told.

The Minimum Required Error Codes (MREC) are those of the ChargeX consortium. OCPP 1.6 has a word of its own for few of
them; the others are OtherError with the number as vendorErrorCode (4.9, 7.6).
"""

from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from ocpp16sm.arguments import arguments
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.messages import ChargePointErrorCode
from ocpp16sm.station.shared import SharedParts
from ocpp16sm.station_facts import ErrorInfo

VENDOR = "https://chargex.inl.gov"
"""vendorId of errors with an MREC number."""

_NAMES = {
    1: "ConnectorLockFailure",
    2: "GroundFailure",
    3: "HighTemperature",
    4: "OverCurrentFailure",
    5: "OverVoltage",
    6: "UnderVoltage",
    7: "WeakSignal",
    8: "EmergencyStop",
    9: "AuthorizationTimeout",
    10: "InvalidVehicleMode",
    11: "CableCheckFault",
    12: "PreChargeFault",
    13: "NoInternet",
    14: "PilotFault",
    15: "PowerLoss",
    16: "EVContactorFault",
    17: "EVSEContactorFault",
    18: "CableOverTempDerate",
    19: "CableOverTempStop",
    20: "PartialInsertion",
    21: "CapacitanceFault",
    22: "ResistanceFault",
    23: "ProximityFault",
    24: "ConnectorVoltageHigh",
    25: "BrokenLatch",
    26: "CutCable",
}

HARMLESS = frozenset({"WeakSignal", "AuthorizationTimeout", "NoInternet", "CableOverTempDerate"}) | {
    ChargePointErrorCode.EV_COMMUNICATION_ERROR,
    ChargePointErrorCode.LOCAL_LIST_CONFLICT,
    ChargePointErrorCode.READER_FAILURE,
    ChargePointErrorCode.RESET_FAILURE,
}
"""Errors that do not prevent charging, unless whoever raises them says otherwise."""


@frozen
class Kind:
    """What has broken."""

    name: str
    code: ChargePointErrorCode
    number: int | None = None
    """MREC."""

    @property
    def label(self) -> str:
        """Such as MREC6UnderVoltage."""
        return self.name if self.number is None else f"MREC{self.number}{self.name}"

    @property
    def vendor_error_code(self) -> str | None:
        """Such as CX006."""
        return None if self.number is None else f"CX{self.number:03}"

    @property
    def prevents_charging(self) -> bool:
        """Whether errors of this kind do, as a rule."""
        return self.name not in HARMLESS


def _kind(number: int, name: str) -> Kind:
    has_a_word = name in list(ChargePointErrorCode)
    return Kind(name, ChargePointErrorCode(name) if has_a_word else ChargePointErrorCode.OTHER_ERROR, number)


MREC: Mapping[int, Kind] = {number: _kind(number, name) for number, name in _NAMES.items()}
"""The kinds that have a number."""

DIODE_FAULT = Kind("DiodeFault", ChargePointErrorCode.OTHER_ERROR)
"""The diode in a car's control pilot circuit is broken."""


def kind_of(error: str | int) -> Kind:
    """The kind of an error, by MREC number or by ChargePointErrorCode."""
    if isinstance(error, int) and not isinstance(error, bool):
        kind = MREC.get(error)
        if kind is None:
            raise InvalidArgumentError("error", error, f"an MREC number, 1 to {max(MREC)}, or a ChargePointErrorCode")
        return kind
    code = arguments.word("error", error, ChargePointErrorCode)
    if code is ChargePointErrorCode.NO_ERROR:
        raise InvalidArgumentError("error", error, "an error; to have none, call clear_error")
    return next((kind for kind in MREC.values() if kind.code is code and kind.name == code), Kind(code, code))


@define(eq=False)
class Faults:
    """What is broken at one place: a connector, or (0) the station.

    An error that prevents charging is told twice: first what it is, then that the place is Faulted, until the last such
    error is mended.
    """

    place: int
    site: SharedParts
    changed: Callable[[], None]
    """Charging may have been prevented, or made possible."""
    _active: dict[str, ErrorInfo] = field(factory=dict)
    _preventing: dict[str, Kind] = field(factory=dict)
    """Of those, the ones that prevent charging."""
    _count: int = 0

    @property
    def prevent_charging(self) -> bool:
        """Whether something here does."""
        return bool(self._preventing)

    @property
    def active(self) -> Mapping[str, ErrorInfo]:
        """Everything that is broken, by uuid."""
        return dict(self._active)

    def prevents(self, uuid: str) -> bool:
        """Whether this error prevents charging."""
        return uuid in self._preventing

    @property
    def codes(self) -> frozenset[ChargePointErrorCode]:
        """Of everything that is broken."""
        return frozenset(error.error_code for error in self._active.values())

    def add(self, kind: Kind, info: str | None = None, *, is_fault: bool | None = None) -> str:
        """Something breaks. Gives the uuid by which it can be mended."""
        self._count += 1
        uuid = f"{self.place}-{self._count}"
        self._active[uuid] = ErrorInfo(
            uuid=uuid,
            error_code=kind.code,
            is_fault=False,
            info=kind.name if info is None and kind.code is ChargePointErrorCode.OTHER_ERROR else info,
            vendor_id=VENDOR if kind.number is not None else None,
            vendor_error_code=kind.vendor_error_code,
            timestamp=self.site.utc(),
        )
        if kind.prevents_charging if is_fault is None else is_fault:
            self._preventing[uuid] = kind
        self._tell(uuid)
        self.changed()
        return uuid

    def mend(self, uuid: str | None = None) -> None:
        """It is mended (None: all of it); an unknown uuid changes nothing."""
        if uuid is None:
            self._active.clear()
            self._preventing.clear()
            self.site.charge_point.on_all_errors_cleared(self.place)
        elif self._active.pop(uuid, None) is not None:
            prevented = self.prevent_charging
            self._preventing.pop(uuid, None)
            self.site.charge_point.on_error_cleared(self.place, uuid)
            if prevented and not self.prevent_charging:
                self.site.charge_point.on_error_cleared(self.place, self._inoperative)
        self.changed()

    def tell_again(self) -> None:
        """The charge point has started anew: what is broken is still broken."""
        for uuid in self._active:
            self._tell(uuid)

    @property
    def _inoperative(self) -> str:
        return f"{self.place}-inoperative"

    def _tell(self, uuid: str) -> None:
        self.site.charge_point.on_error(self.place, self._active[uuid])
        kind = self._preventing.get(uuid)
        if kind is not None:  # said once: while it is active, it changes nothing
            inoperative = ErrorInfo(
                uuid=self._inoperative,
                error_code=ChargePointErrorCode.OTHER_ERROR,
                is_fault=True,
                info=f"caused_by:{kind.label}",
                timestamp=self.site.utc(),
            )
            self.site.charge_point.on_error(self.place, inoperative)
