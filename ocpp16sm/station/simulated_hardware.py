"""The virtual station as its charge point sees it: hardware and listener."""

from collections.abc import Callable, Sequence

from attrs import define

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.hardware import Hardware
from ocpp16sm.listener import Listener
from ocpp16sm.messages import IdTagInfo, LogType, Reason, ResetType, UnlockStatus
from ocpp16sm.prices import PriceText, SessionCost, UserPrice
from ocpp16sm.station import price_display
from ocpp16sm.station.card_reader import CardReader
from ocpp16sm.station.charging_limits import LimitFollower
from ocpp16sm.station.file_job import FileRequest, FirmwareSignature
from ocpp16sm.station.file_jobs import FileJobs
from ocpp16sm.station.shared import SharedParts
from ocpp16sm.station.virtual_connector import VirtualConnector


@define(eq=False)
class SimulatedHardware(Hardware):
    """Performs the charge point's requests."""

    shared: SharedParts
    reader: CardReader
    file_jobs: FileJobs
    virtual_connectors: Callable[[], Sequence[VirtualConnector]]
    restart: Callable[[BootReason], None]

    def _virtual_connector(self, connector: int) -> VirtualConnector:
        return self.virtual_connectors()[connector - 1]

    def enable(self, connector: int) -> None:
        """Report Operative at once."""
        self.shared.charge_point.on_enabled(connector)

    def disable(self, connector: int) -> None:
        """Report Inoperative at once."""
        self.shared.charge_point.on_disabled(connector)

    async def provide_token(self, id_tag: str, connectors: tuple[int, ...], authorized: bool) -> None:
        """Present the token of a RemoteStartTransaction."""
        await self.reader.present_from_afar(
            id_tag, [self._virtual_connector(one) for one in connectors], authorized=authorized
        )

    def stop_transaction(self, connector: int, reason: Reason) -> None:
        """Stop the transaction at a connector."""
        self._virtual_connector(connector).stop(reason)

    def pause_charging(self, connector: int) -> None:
        """Suspend charging at a connector."""
        self._virtual_connector(connector).pause_by_station()

    def unlock(self, connector: int) -> UnlockStatus:
        """Release the cable, if the connector has a lock."""
        return self._virtual_connector(connector).unlock()

    def is_reset_allowed(self, type: ResetType) -> bool:
        """Allow the reset, and accept no token until it is done."""
        self.reader.closed = True
        return True

    def reset(self, type: ResetType) -> bool:
        """Restart the charge point; the rest of the station keeps its power."""
        self.restart(BootReason.REMOTE_RESET)
        return True

    def update_firmware(
        self, location: str, retrieve_date: Timestamp, retries: int | None, retry_interval_s: int | None
    ) -> None:
        """Start a firmware update."""
        self.file_jobs.firmware.begin(FileRequest(location, retries, retry_interval_s), retrieve_date)

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
        """Start a signed firmware update."""
        firmware_signature = FirmwareSignature(signing_certificate, signature)
        request = FileRequest(location, retries, retry_interval_s, request_id, firmware_signature, install_date)
        self.file_jobs.firmware.begin(request, retrieve_date)

    def cancel_firmware_update(self) -> bool:
        """Cancel the update, which is possible until the installation begins."""
        return self.file_jobs.firmware.cancel()

    def all_connectors_unavailable(self) -> None:
        """Continue the update, which waits for this."""
        self.file_jobs.firmware.connectors_cleared()

    def upload_diagnostics(
        self,
        location: str,
        start_time: Timestamp | None,
        stop_time: Timestamp | None,
        retries: int | None,
        retry_interval_s: int | None,
    ) -> str:
        """Start an upload of diagnostics; returns the file name."""
        request = FileRequest(location, retries, retry_interval_s)
        return self.file_jobs.diagnostics.begin(request, LogType.DIAGNOSTICS_LOG, start_time, stop_time)

    def upload_log(
        self,
        log_type: LogType,
        request_id: int,
        location: str,
        oldest: Timestamp | None,
        latest: Timestamp | None,
        retries: int | None,
        retry_interval_s: int | None,
    ) -> str:
        """Start an upload of a log; returns the file name."""
        request = FileRequest(location, retries, retry_interval_s, request_id)
        return self.file_jobs.logs.begin(request, log_type, oldest, latest)

    def set_connection_timeout(self, seconds: int) -> None:
        """Apply ConnectionTimeOut."""
        self.shared.connection_timeout_s = seconds
        for virtual_connector in self.virtual_connectors():
            virtual_connector.timeout_changed()


@define(eq=False)
class StationListener(Listener):
    """Receives the charge point's events."""

    virtual_connectors: Callable[[], Sequence[VirtualConnector]]
    limits: LimitFollower
    show: Callable[[str], None]
    """Shows a text on the display."""
    failed: Callable[[str], None]
    """Called with the reason if the charge point has stopped by itself."""

    def charge_point_failed(self, reason: str) -> None:
        """Put the station out of order."""
        self.failed(reason)

    def default_price_told(self, texts: tuple[PriceText, ...]) -> None:
        """Show the default price."""
        self.show(price_display.default_price(texts))

    def price_told(self, price: UserPrice) -> None:
        """Show the price for the card just presented."""
        self.show(price_display.price(price))

    def cost_told(self, cost: SessionCost) -> None:
        """Show the cost of a session."""
        self.show(price_display.cost(cost))

    def limits_changed(self, connectors: tuple[int, ...]) -> None:
        """Apply changed charging profiles."""
        self.limits.look()

    def transaction_started(self, connector: int, session_id: str) -> None:
        """Share the current with one more transaction."""
        self.limits.look()

    def transaction_stopped(self, connector: int, session_id: str, transaction_id: int | None) -> None:
        """Share the current among the remaining transactions."""
        self.limits.look()

    def transaction_updated(self, connector: int, session_id: str, transaction_id: int, info: IdTagInfo) -> None:
        """Note the parentIdTag of a transaction (StartTransaction.conf)."""
        virtual_connector = self.virtual_connectors()[connector - 1]
        if (
            virtual_connector.owner is not None
            and virtual_connector.session == session_id
            and info.parent_id_tag is not None
        ):
            virtual_connector.owner.parent_id_tag = info.parent_id_tag
