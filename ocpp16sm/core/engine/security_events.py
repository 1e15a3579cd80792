"""Security events (whitepaper, "Security Events"): the known types, which are reported, and how often."""

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
    """A known type of security event."""

    name: str
    """The name in OCPP 1.6; some peers use the 2.x name of the same event."""
    critical: bool
    """Reported to the Central System (A04). Other events go to the security log only."""
    forced: bool
    """Reported although not critical, if the charge point noticed it: certification tests wait for it."""
    raised_by: str
    """Who raises it and when."""


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
"""The known types by name. A station may raise others, of up to 50 characters; those are not critical by default."""


def is_critical(name: str) -> bool:
    """Whether an event is reported to the Central System by default (A04)."""
    return name in SECURITY_EVENTS and SECURITY_EVENTS[name].critical


def is_told(name: str) -> bool:
    """Whether an event that the charge point itself noticed is reported to the Central System."""
    return is_critical(name) or (name in SECURITY_EVENTS and SECURITY_EVENTS[name].forced)


@frozen
class _Window:
    """The events of one type since the window began."""

    since: float
    noticed: int = 1
    left_out: int = 0
    critical: bool = False
    """Whether one of the events left out was critical."""


class Flood(Component):
    """Limits how many events of each type are noticed in a window; the rest are only counted."""

    __slots__ = ("_windows", "over")
    STATE = IN_PLACE = ("_windows",)

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._windows: dict[str, _Window] = {}
        self.over = Signal[[str, float]]()
        """Events of a type are left out from now on; call :meth:`ended` after the given number of seconds."""

    def admits(self, name: str, now: float, *, critical: bool) -> bool:
        """Whether one more event is to be noticed. If not, it has been counted as left out."""
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
        """End a window; return how many events were left out, and whether one of them was critical."""
        self.touch()
        window = self._windows.pop(name)
        return window.left_out, window.critical
