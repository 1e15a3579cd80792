"""Errors of a virtual station, by ChargePointErrorCode or MREC number, and how they are reported.

The Minimum Required Error Codes (MREC) are those of the ChargeX consortium. OCPP 1.6 has a code for few of them; the
others are reported as OtherError with the number as vendorErrorCode (4.9, 7.6).
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
"""Errors that do not prevent charging by default."""


@frozen
class Kind:
    """A kind of error."""

    name: str
    code: ChargePointErrorCode
    number: int | None = None
    """MREC number, 1 to 26."""

    @property
    def label(self) -> str:
        """Label, such as MREC6UnderVoltage."""
        return self.name if self.number is None else f"MREC{self.number}{self.name}"

    @property
    def vendor_error_code(self) -> str | None:
        """vendorErrorCode, such as CX006."""
        return None if self.number is None else f"CX{self.number:03}"

    @property
    def prevents_charging(self) -> bool:
        """Whether errors of this kind prevent charging by default."""
        return self.name not in HARMLESS


def _kind(number: int, name: str) -> Kind:
    has_a_word = name in list(ChargePointErrorCode)
    return Kind(name, ChargePointErrorCode(name) if has_a_word else ChargePointErrorCode.OTHER_ERROR, number)


MREC: Mapping[int, Kind] = {number: _kind(number, name) for number, name in _NAMES.items()}
"""Kinds of errors by MREC number."""

DIODE_FAULT = Kind("DiodeFault", ChargePointErrorCode.OTHER_ERROR)
"""The diode in a car's control pilot circuit is broken."""


def kind_of(error: str | int) -> Kind:
    """The kind of an error, by MREC number or ChargePointErrorCode.

    Raises :class:`~ocpp16sm.errors.InvalidArgumentError`.
    """
    if isinstance(error, int) and not isinstance(error, bool):
        kind = MREC.get(error)
        if kind is None:
            raise InvalidArgumentError("error", error, f"an MREC number, 1 to {max(MREC)}, or a ChargePointErrorCode")
        return kind
    code = arguments.word("error", error, ChargePointErrorCode)
    if code is ChargePointErrorCode.NO_ERROR:
        raise InvalidArgumentError("error", error, "an error; clear_error removes errors")
    return next((kind for kind in MREC.values() if kind.code is code and kind.name == code), Kind(code, code))


@define(eq=False)
class Faults:
    """The active errors of a connector or of the station (connector 0).

    An error that prevents charging is reported twice: first the error itself, then a fault, which makes the status
    Faulted until the last such error is cleared.
    """

    place: int
    shared: SharedParts
    changed: Callable[[], None]
    """Called when charging may have become impossible or possible."""
    _active: dict[str, ErrorInfo] = field(factory=dict)
    _preventing: dict[str, Kind] = field(factory=dict)
    """Those of the active errors that prevent charging."""
    _count: int = 0

    @property
    def prevent_charging(self) -> bool:
        """Whether an active error prevents charging."""
        return bool(self._preventing)

    @property
    def active(self) -> Mapping[str, ErrorInfo]:
        """The active errors by uuid."""
        return dict(self._active)

    def prevents(self, uuid: str) -> bool:
        """Whether the error with this uuid prevents charging."""
        return uuid in self._preventing

    @property
    def codes(self) -> frozenset[ChargePointErrorCode]:
        """The codes of all active errors."""
        return frozenset(error.error_code for error in self._active.values())

    def add(self, kind: Kind, info: str | None = None, *, is_fault: bool | None = None) -> str:
        """Raise an error; returns its uuid.

        :param info: free text, at most 50 characters; by default the name of an error that OCPP has no code for.
        :param is_fault: whether it prevents charging; by default as for its kind.
        """
        self._count += 1
        uuid = f"{self.place}-{self._count}"
        self._active[uuid] = ErrorInfo(
            uuid=uuid,
            error_code=kind.code,
            is_fault=False,
            info=kind.name if info is None and kind.code is ChargePointErrorCode.OTHER_ERROR else info,
            vendor_id=VENDOR if kind.number is not None else None,
            vendor_error_code=kind.vendor_error_code,
            timestamp=self.shared.utc(),
        )
        if kind.prevents_charging if is_fault is None else is_fault:
            self._preventing[uuid] = kind
        self._tell(uuid)
        self.changed()
        return uuid

    def mend(self, uuid: str | None = None) -> None:
        """Clear the error with this uuid (None: all errors here); an unknown uuid has no effect."""
        if uuid is None:
            self._active.clear()
            self._preventing.clear()
            self.shared.charge_point.on_all_errors_cleared(self.place)
        elif self._active.pop(uuid, None) is not None:
            prevented = self.prevent_charging
            self._preventing.pop(uuid, None)
            self.shared.charge_point.on_error_cleared(self.place, uuid)
            if prevented and not self.prevent_charging:
                self.shared.charge_point.on_error_cleared(self.place, self._inoperative)
        self.changed()

    def tell_again(self) -> None:
        """Report all active errors again, because the charge point has restarted."""
        for uuid in self._active:
            self._tell(uuid)

    @property
    def _inoperative(self) -> str:
        return f"{self.place}-inoperative"

    def _tell(self, uuid: str) -> None:
        self.shared.charge_point.on_error(self.place, self._active[uuid])
        kind = self._preventing.get(uuid)
        if kind is not None:  # while the fault is active, reporting it again has no effect
            inoperative = ErrorInfo(
                uuid=self._inoperative,
                error_code=ChargePointErrorCode.OTHER_ERROR,
                is_fault=True,
                info=f"caused_by:{kind.label}",
                timestamp=self.shared.utc(),
            )
            self.shared.charge_point.on_error(self.place, inoperative)
