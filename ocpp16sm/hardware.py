"""The station's hardware, as its charge point sees it: what it asks for, and what it expects back.

Subclass :class:`Hardware` and override what your station can do; methods may be ``async``. A method may call any
handler of the charge point: no lock is held. What a method says here it does not do, it does not do.
"""

from ocpp16sm.base.method_call import Maybe, MethodCall
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import LogType, Reason, ResetType, UnlockStatus


class Hardware:
    """A station without any hardware: the defaults say what happens where a method is not overridden."""

    def enable(self, connector: int) -> Maybe[None]:
        """Put a connector (0: the charge point) into service, then call ``on_enabled``."""

    def disable(self, connector: int) -> Maybe[None]:
        """Take a connector (0: the charge point) out of service, then call ``on_disabled``."""

    def provide_token(self, id_tag: str, connectors: tuple[int, ...], authorized: bool) -> Maybe[None]:
        """RemoteStartTransaction: treat ``id_tag`` as presented for one of ``connectors``.

        ``authorized``: it counts as authorised (AuthorizeRemoteTxRequests is false); otherwise authorise it first.
        That may show whether it is of the group for which a connector is reserved: see
        :meth:`ChargePoint.is_reserved_for_other`.
        """

    def stop_transaction(self, connector: int, reason: Reason) -> Maybe[None]:
        """End the transaction at a connector, then call ``on_transaction_stopped`` with that reason."""

    def pause_charging(self, connector: int) -> Maybe[None]:
        """Deliver no more energy in the transaction at a connector, then call ``on_suspend_charging_evse``."""

    def unlock(self, connector: int) -> Maybe[UnlockStatus]:
        """Unlock the cable; first end a running transaction (reason UnlockCommand). Default: there is no lock."""
        return UnlockStatus.NOT_SUPPORTED

    def is_reset_allowed(self, type: ResetType) -> Maybe[bool]:
        """Whether a reset may be performed now. Default: no."""
        return False

    def reset(self, type: ResetType) -> Maybe[bool]:
        """Restart. Returns False if that did not work (it is then tried again, ResetRetries times)."""
        return False

    def set_system_time(self, time: Timestamp) -> Maybe[None]:
        """The Central System's time (4.2, 4.6); a station without a better clock sets its own by it.

        Set it before you return: what was noted since the start is then corrected by as much, and after the first
        BootNotification.conf messages wait until you return, 10 s at most.
        """

    def set_connection_timeout(self, seconds: int) -> Maybe[None]:
        """ConnectionTimeOut: how long a tag waits for a plug and a plug for a tag."""

    def set_lighting(self, intensity_percent: int, blink_repeat: int) -> Maybe[None]:
        """LightIntensity and BlinkRepeat."""

    def set_phase_rotation(self, rotations: tuple[tuple[int, str], ...]) -> Maybe[None]:
        """ConnectorPhaseRotation: (connector, rotation) pairs; connector 0 is the main meter."""

    def set_evse_ids(self, evse_ids: tuple[str, ...]) -> Maybe[None]:
        """ConnectorEvseIds: what cars are told (ISO 15118) of each connector, in their order."""

    def is_token_reserved_for_other(self, connector: int, id_tag: str) -> Maybe[bool]:
        """Whether a connector that you have reserved (``on_reservation_start``) is for somebody else than ``id_tag``.

        Default: yes. Not asked about reservations of the Central System, which the charge point keeps itself.
        """
        return True

    def update_firmware(
        self, location: str, retrieve_date: Timestamp, retries: int | None, retry_interval_s: int | None
    ) -> Maybe[None]:
        """UpdateFirmware: download from ``location`` (a URI), then install.

        It goes on after this method has returned; ``on_firmware_update_status_notification(-1, ...)`` says how.
        ``retrieve_date`` has come; one update at a time is asked for. ``retries``: how often to try again after a
        failed download, each time after ``retry_interval_s``; None: do not, or say DownloadFailed only when you give
        up. After a restart it is asked for again, unless it was being installed. If this method raises, at once or
        when it is awaited, DownloadFailed or InstallationFailed is told. Default: it does not work.
        """
        raise NotImplementedError("this station cannot update its firmware: override Hardware.update_firmware")

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
    ) -> Maybe[None]:
        """SignedUpdateFirmware: download from ``location``, verify, then install, not before ``install_date`` (L01).

        As :meth:`update_firmware`, with ``request_id`` in place of -1. Once it is downloaded, check that ``signature``
        (base64) is that of ``signing_certificate`` (PEM, checked already) over the whole file, and say
        SignatureVerified or InvalidSignature; see :func:`ocpp16sm.pki.signatures.verify_firmware`. If ``install_date``
        is still to come, say InstallScheduled. Default: it does not work.
        """
        raise NotImplementedError("this station cannot update its firmware: override Hardware.update_signed_firmware")

    def cancel_firmware_update(self) -> Maybe[bool]:
        """Give up the update that is going on, because the Central System wants another one instead (L01.FR.26).

        Say nothing more of it, except Idle. Returns whether that was possible; if not, the new one is Rejected.
        Default: it was not.
        """
        return False

    def upload_diagnostics(
        self,
        location: str,
        start_time: Timestamp | None,
        stop_time: Timestamp | None,
        retries: int | None,
        retry_interval_s: int | None,
    ) -> Maybe[str | None]:
        """GetDiagnostics: upload a file to ``location`` (the URI of a directory); returns the name of the file.

        The upload goes on after this method has returned; ``on_log_status_notification(-1, ...)`` says how. Nothing
        older than ``start_time`` or later than ``stop_time`` is wanted; None: no such limit. ``retries`` and
        ``retry_interval_s`` as for a download. None, the default: there is nothing to upload.
        """
        return None

    def upload_log(
        self,
        log_type: LogType,
        request_id: int,
        location: str,
        oldest: Timestamp | None,
        latest: Timestamp | None,
        retries: int | None,
        retry_interval_s: int | None,
    ) -> Maybe[str | None]:
        """GetLog: upload a log to ``location``, as :meth:`upload_diagnostics` does; returns the file's name (N01).

        ``on_log_status_notification(request_id, ...)`` says how it goes. An upload of a log that is still going on is
        to be given up for it, without a word (N01.FR.11); one of diagnostics is another matter. None, the default:
        there is nothing to upload, and the request is Rejected; what went on goes on.
        """
        return None

    def all_connectors_unavailable(self) -> Maybe[None]:
        """The firmware that was downloaded may be installed: every connector is out of service, or need not be."""


class HardwareCall(MethodCall, frozen=True):
    """A call of a method of :class:`Hardware`, as a value. The fields are the arguments."""

    asks = Hardware


class Enable(HardwareCall, frozen=True):
    """:meth:`Hardware.enable`."""

    connector: int


class Disable(HardwareCall, frozen=True):
    """:meth:`Hardware.disable`."""

    connector: int


class ProvideToken(HardwareCall, frozen=True):
    """:meth:`Hardware.provide_token`."""

    id_tag: str
    connectors: tuple[int, ...]
    authorized: bool


class StopTransaction(HardwareCall, frozen=True):
    """:meth:`Hardware.stop_transaction`."""

    connector: int
    reason: Reason


class PauseCharging(HardwareCall, frozen=True):
    """:meth:`Hardware.pause_charging`."""

    connector: int


class Unlock(HardwareCall, frozen=True):
    """:meth:`Hardware.unlock`."""

    connector: int


class IsResetAllowed(HardwareCall, frozen=True):
    """:meth:`Hardware.is_reset_allowed`."""

    type: ResetType


class Reset(HardwareCall, frozen=True):
    """:meth:`Hardware.reset`."""

    type: ResetType


class SetSystemTime(HardwareCall, frozen=True):
    """:meth:`Hardware.set_system_time`."""

    time: Timestamp


class SetConnectionTimeout(HardwareCall, frozen=True):
    """:meth:`Hardware.set_connection_timeout`."""

    seconds: int


class SetLighting(HardwareCall, frozen=True):
    """:meth:`Hardware.set_lighting`."""

    intensity_percent: int
    blink_repeat: int


class SetPhaseRotation(HardwareCall, frozen=True):
    """:meth:`Hardware.set_phase_rotation`."""

    rotations: tuple[tuple[int, str], ...]


class SetEvseIds(HardwareCall, frozen=True):
    """:meth:`Hardware.set_evse_ids`."""

    evse_ids: tuple[str, ...]


class IsTokenReservedForOther(HardwareCall, frozen=True):
    """:meth:`Hardware.is_token_reserved_for_other`."""

    connector: int
    id_tag: str


class UpdateFirmware(HardwareCall, frozen=True):
    """:meth:`Hardware.update_firmware`."""

    location: str
    retrieve_date: Timestamp
    retries: int | None
    retry_interval_s: int | None


class UploadDiagnostics(HardwareCall, frozen=True):
    """:meth:`Hardware.upload_diagnostics`."""

    location: str
    start_time: Timestamp | None
    stop_time: Timestamp | None
    retries: int | None
    retry_interval_s: int | None


class UpdateSignedFirmware(HardwareCall, frozen=True):
    """:meth:`Hardware.update_signed_firmware`."""

    request_id: int
    location: str
    retrieve_date: Timestamp
    install_date: Timestamp | None
    signing_certificate: str
    signature: str
    retries: int | None
    retry_interval_s: int | None


class CancelFirmwareUpdate(HardwareCall, frozen=True):
    """:meth:`Hardware.cancel_firmware_update`."""


class UploadLog(HardwareCall, frozen=True):
    """:meth:`Hardware.upload_log`."""

    log_type: LogType
    request_id: int
    location: str
    oldest: Timestamp | None
    latest: Timestamp | None
    retries: int | None
    retry_interval_s: int | None


class AllConnectorsUnavailable(HardwareCall, frozen=True):
    """:meth:`Hardware.all_connectors_unavailable`."""
