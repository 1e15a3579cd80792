"""A station's hardware that answers as a test says."""

from collections.abc import Callable
from typing import TypeVar

from attrs import define, field

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.hardware import Hardware
from ocpp16sm.messages import LogType, ResetType, UnlockStatus

T = TypeVar("T")


def _works(_type: ResetType) -> bool:
    return True


@define
class ScriptedHardware(Hardware):
    """Unlocks, and resets where ``resets`` says that it works; ``None`` among the answers: the method raises."""

    unlocks: UnlockStatus | None = UnlockStatus.UNLOCKED
    reset_allowed: bool | None = True
    resets: Callable[[ResetType], bool] = _works
    diagnostics: str | None = "log.zip"
    """Name of the file that is uploaded."""
    cancels: bool | None = True
    """Whether an update can be given up."""
    broken: bool = False
    """Whatever has to do with files raises."""
    reserved_for: dict[int, str] = field(factory=dict)
    """Connector -> the idTag for which it is reserved."""

    def unlock(self, connector: int) -> UnlockStatus:
        """As the script says."""
        return _said(self.unlocks)

    def is_reset_allowed(self, type: ResetType) -> bool:
        """As the script says."""
        return _said(self.reset_allowed)

    def reset(self, type: ResetType) -> bool:
        """As the script says."""
        return self.resets(type)

    def update_firmware(
        self, location: str, retrieve_date: Timestamp, retries: int | None, retry_interval_s: int | None
    ) -> None:
        """Begins, unless it is broken."""
        _said(None if self.broken else True)

    def update_signed_firmware(
        self,
        request_id: int,
        location: str,
        retrieve_date: Timestamp,
        install_date: Timestamp | None,
        signing_certificate: str,
        signature: str,
        retries: int | None,
        retry_interval_s: int | None,
    ) -> None:
        """Begins, unless it is broken."""
        _said(None if self.broken else True)

    def cancel_firmware_update(self) -> bool:
        """As the script says."""
        return _said(self.cancels)

    def upload_log(
        self,
        log_type: LogType,
        request_id: int,
        location: str,
        oldest: Timestamp | None,
        latest: Timestamp | None,
        retries: int | None,
        retry_interval_s: int | None,
    ) -> str | None:
        """Begins, unless it is broken or there is nothing to upload."""
        _said(None if self.broken else True)
        return self.diagnostics

    def upload_diagnostics(
        self,
        location: str,
        start_time: Timestamp | None,
        stop_time: Timestamp | None,
        retries: int | None,
        retry_interval_s: int | None,
    ) -> str | None:
        """Begins, unless it is broken or there is nothing to upload."""
        _said(None if self.broken else True)
        return self.diagnostics

    def is_token_reserved_for_other(self, connector: int, id_tag: str) -> bool:
        """As the script says."""
        return self.reserved_for.get(connector) != id_tag


def _said(answer: T | None) -> T:
    if answer is None:
        raise RuntimeError("the hardware is broken")
    return answer
