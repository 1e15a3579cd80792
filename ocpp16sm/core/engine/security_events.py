"""Security events: which there are (whitepaper, "Security Events"), which are told, and how many of a kind at most."""

from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.signal import Signal

WINDOW_S: Final = 60.0
MOST_IN_WINDOW: Final = 20
"""So many events of a type are noticed within so many seconds; what comes beyond is counted, and told as one."""


@frozen
class SecurityEventType:
    """A type of security event that is known."""

    name: str
    """As OCPP 1.6 has it; some peers know the 2.x names of the same."""
    critical: bool
    """The Central System is told (A04); any other is for the security log."""
    forced: bool
    """It is told though it is not critical, when it was noticed here: certification tests wait for it."""
    raised_by: str
    """Who raises it, and when."""


_STATION = "the station's code, with `on_security_event`"

_TABLE = (
    ("FirmwareUpdated", True, False, "every start with new firmware"),
    ("FailedToAuthenticateAtCentralSystem", False, False, "a handshake that was answered with HTTP 401"),
    ("CentralSystemFailedToAuthenticate", False, False, _STATION),
    ("SettingSystemTime", True, False, f"{_STATION}: it sets the clock"),
    ("StartupOfTheDevice", True, False, "every other start"),
    ("ResetOrReboot", True, False, "every start after a reset"),
    ("SecurityLogWasCleared", True, False, "the oldest file of the security log was deleted"),
    ("ReconfigurationOfSecurityParameters", False, False, "a key or the security profile was changed"),
    ("MemoryExhaustion", True, False, _STATION),
    ("InvalidMessages", False, False, "something came that is no valid OCPP message"),
    ("AttemptedReplayAttacks", False, False, _STATION),
    ("TamperDetectionActivated", True, False, _STATION),
    ("InvalidFirmwareSignature", False, True, "the signature of firmware is wrong"),
    ("InvalidFirmwareSigningCertificate", False, False, "SignedUpdateFirmware with a bad certificate"),
    ("InvalidCentralSystemCertificate", False, False, "a TLS handshake or InstallCertificate with a bad certificate"),
    ("InvalidChargePointCertificate", False, True, "CertificateSigned with a bad certificate"),
    ("InvalidTLSVersion", False, False, "a TLS handshake with an old version"),
    ("InvalidTLSCipherSuite", False, False, "a TLS handshake without a common cipher suite"),
    ("CSRGenerationFailed", False, False, "no certificate signing request could be made (2.x)"),
    ("MaintenanceLoginAccepted", False, False, f"{_STATION} (2.x)"),
    ("MaintenanceLoginFailed", False, False, f"{_STATION} (2.x)"),
)

SECURITY_EVENTS: Final[Mapping[str, SecurityEventType]] = {row[0]: SecurityEventType(*row) for row in _TABLE}
"""By name. A station may have others, of up to 50 characters; they are not critical unless it says so."""


def is_critical(name: str) -> bool:
    """Whether the Central System is told of an event by default (A04)."""
    return name in SECURITY_EVENTS and SECURITY_EVENTS[name].critical


def is_told(name: str) -> bool:
    """Whether it is told of one that was noticed here."""
    return is_critical(name) or (name in SECURITY_EVENTS and SECURITY_EVENTS[name].forced)


@frozen
class _Window:
    """The events of a type since some time."""

    since: float
    noticed: int = 1
    left_out: int = 0
    critical: bool = False
    """One of those that were left out was."""


class Flood(Component):
    """How many events of each type there were lately: whoever causes thousands gets a few, and their number."""

    __slots__ = ("_windows", "over")
    STATE = IN_PLACE = ("_windows",)

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._windows: dict[str, _Window] = {}
        self.over = Signal[[str, float]]()
        """Some of a type are left out from now on; in so many seconds :meth:`ended` is to be asked."""

    def admits(self, name: str, now: float, *, critical: bool) -> bool:
        """Whether one more is to be noticed; otherwise it has been counted."""
        self.touch()
        window = self._windows.get(name)
        if window is None or (now - window.since >= WINDOW_S and not window.left_out):
            self._windows[name] = _Window(now)
            return True
        if window.noticed < MOST_IN_WINDOW:
            self._windows[name] = evolve(window, noticed=window.noticed + 1)
            return True
        if not window.left_out:
            self.over(name, max(0.0, window.since + WINDOW_S - now))
        left_out = window.left_out + 1
        self._windows[name] = evolve(window, left_out=left_out, critical=window.critical or critical)
        return False

    def ended(self, name: str) -> tuple[int, bool]:
        """The window is over: how many were left out, and whether one of them was critical."""
        self.touch()
        window = self._windows.pop(name)
        return window.left_out, window.critical
