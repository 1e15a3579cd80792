"""What the charge point asks of the station's hardware, and the answers it expects.

Subclass :class:`Hardware` and override the methods that your station supports; methods may be ``async``. A method may
call any handler of the charge point: no lock is held. Connectors are numbered 1..N; 0 is the charge point.
"""

from ocpp16sm.base.method_call import Maybe, MethodCall
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import LogType, Reason, ResetType, UnlockStatus


class Hardware:
    """Base class of a station's hardware. The defaults are those of a station that supports none of it."""

    def enable(self, connector: int) -> Maybe[None]:
        """Put a connector (0: the charge point) into service, then call ``on_enabled``."""

    def disable(self, connector: int) -> Maybe[None]:
        """Take a connector (0: the charge point) out of service, then call ``on_disabled``."""

    def provide_token(self, id_tag: str, connectors: tuple[int, ...], authorized: bool) -> Maybe[None]:
        """RemoteStartTransaction: treat ``id_tag`` as presented for one of ``connectors``.

        ``authorized``: the idTag needs no authorisation (AuthorizeRemoteTxRequests is false); if false, authorise it
        first. Authorisation may reveal that it belongs to the group that holds a reservation: see
        :meth:`ChargePoint.is_reserved_for_other`.
        """

    def stop_transaction(self, connector: int, reason: Reason) -> Maybe[None]:
        """End the transaction at a connector, then call ``on_transaction_stopped`` with this ``reason``."""

    def pause_charging(self, connector: int) -> Maybe[None]:
        """Stop delivering energy in a connector's transaction, then call ``on_suspend_charging_evse``."""

    def unlock(self, connector: int) -> Maybe[UnlockStatus]:
        """UnlockConnector: end a transaction (reason UnlockCommand), then unlock the cable. Default: NotSupported."""
        return UnlockStatus.NOT_SUPPORTED

    def is_reset_allowed(self, type: ResetType) -> Maybe[bool]:
        """Reset: whether a Hard or Soft reset may be performed now. Default: False."""
        return False

    def reset(self, type: ResetType) -> Maybe[bool]:
        """Restart the station. Return False if that failed: it is retried up to ResetRetries times. Default: False."""
        return False

    def set_system_time(self, time: Timestamp) -> Maybe[None]:
        """Set the system clock to the Central System's ``time``, unless the station has a better source (4.2, 4.6).

        Set it before you return: times recorded since the start are then corrected by the same amount. After the first
        BootNotification.conf, messages wait until you return, for at most 10 s.
        """

    def set_connection_timeout(self, seconds: int) -> Maybe[None]:
        """ConnectionTimeOut: how many seconds to wait for the cable after authorisation, or the reverse."""

    def set_lighting(self, intensity_percent: int, blink_repeat: int) -> Maybe[None]:
        """LightIntensity (percent) and BlinkRepeat (number of blinks)."""

    def set_phase_rotation(self, rotations: tuple[tuple[int, str], ...]) -> Maybe[None]:
        """ConnectorPhaseRotation: (connector, rotation) pairs; connector 0 is the main meter."""

    def set_evse_ids(self, evse_ids: tuple[str, ...]) -> Maybe[None]:
        """ConnectorEvseIds: the EVSE id announced to cars (ISO 15118) for each connector, in order from connector 1."""

    def is_token_reserved_for_other(self, connector: int, id_tag: str) -> Maybe[bool]:
        """Whether a connector that you reserved (``on_reservation_start``) is for an idTag other than ``id_tag``.

        Default: True. Not called for reservations of the Central System, which the charge point keeps itself.
        """
        return True

    def update_firmware(
        self, location: str, retrieve_date: Timestamp, retries: int | None, retry_interval_s: int | None
    ) -> Maybe[None]:
        """UpdateFirmware: download from ``location`` (a URI), then install.

        Return once the update has begun, and report its progress with ``on_firmware_update_status_notification(-1,
        ...)``. The method is called when ``retrieve_date`` is reached, for one update at a time. After a failed
        download, retry up to ``retries`` times, ``retry_interval_s`` seconds apart; if None, whether to retry is up to
        you: report DownloadFailed when you give up. After a restart the method is called again, unless installation had
        begun. If it raises, at once or when awaited, DownloadFailed or InstallationFailed is reported (5.19). Default:
        raises NotImplementedError.
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

        Like :meth:`update_firmware`, with ``request_id`` instead of -1. After the download, verify ``signature``
        (base64) over the whole file with ``signing_certificate`` (PEM, already validated), and report SignatureVerified
        or InvalidSignature; see :func:`ocpp16sm.pki.signatures.verify_firmware`. If ``install_date`` is in the future,
        report InstallScheduled. Default: raises NotImplementedError.
        """
        raise NotImplementedError("this station cannot update its firmware: override Hardware.update_signed_firmware")

    def cancel_firmware_update(self) -> Maybe[bool]:
        """Cancel the current update, because the Central System requests another one (L01.FR.26).

        Report nothing more about it, except Idle. Return whether it was cancelled; if False, the new update is
        Rejected. Default: False.
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
        """GetDiagnostics: upload a file to ``location`` (the URI of a directory); return the file's name (5.9).

        Return once the upload has begun, and report its progress with ``on_log_status_notification(-1, ...)``. Include
        nothing older than ``start_time`` or later than ``stop_time``; None: no limit. ``retries`` and
        ``retry_interval_s`` are as in :meth:`update_firmware`. Return None, the default, if there is nothing to upload.
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
        """GetLog: upload a log to ``location``, like :meth:`upload_diagnostics`; return the file's name (N01).

        Report progress with ``on_log_status_notification(request_id, ...)``. Silently cancel a log upload that is still
        running (N01.FR.11), but not an upload of diagnostics. Return None, the default, if there is nothing to upload:
        the request is Rejected, and a running upload carries on.
        """
        return None

    def all_connectors_unavailable(self) -> Maybe[None]:
        """Install the downloaded firmware: every connector is out of service, or does not have to be."""


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
