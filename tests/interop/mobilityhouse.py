"""A Central System written with the PyPI package ``ocpp`` (mobilityhouse), with all its schema validation on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from ocpp.routing import on  # type: ignore[import-untyped]  # no types there
from ocpp.v16 import ChargePoint as Peer  # type: ignore[import-untyped]  # no types there
from ocpp.v16 import call_result
from ocpp.v16.datatypes import IdTagInfo  # type: ignore[import-untyped]  # no types there
from ocpp.v16.enums import (  # type: ignore[import-untyped]  # no types there
    AuthorizationStatus,
    DataTransferStatus,
    GenericStatus,
    RegistrationStatus,
)
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from ocpp16sm.clock import SystemClock

quiet = logging.getLogger("tests.interop.mobilityhouse")
quiet.setLevel(logging.ERROR)

ACCEPTED = IdTagInfo(status=AuthorizationStatus.accepted)


class CentralSystem(Peer):  # type: ignore[misc]  # the package has no types
    """Accepts everything, and keeps what it heard."""

    def __init__(self, id: str, socket: ServerConnection) -> None:
        super().__init__(id, socket, response_timeout=20, logger=quiet)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        """Action and fields (snake case) of every request, in order."""
        self._news = asyncio.Condition()
        self._seen = 0
        self._transactions = 100
        self.transfers: call_result.DataTransfer | None = None
        """What every DataTransfer is answered with."""

    async def _hear(self, action: str, fields: dict[str, Any]) -> None:
        async with self._news:
            self.heard.append((action, fields))
            self._news.notify_all()

    async def expect(
        self, action: str, where: Callable[[dict[str, Any]], bool] = lambda _fields: True
    ) -> dict[str, Any]:
        """Wait for the next such request among those not looked at yet."""
        async with asyncio.timeout(20), self._news:
            while True:
                for index in range(self._seen, len(self.heard)):
                    if self.heard[index][0] == action and where(self.heard[index][1]):
                        self._seen = index + 1
                        return self.heard[index][1]
                await self._news.wait()

    async def expect_status(self, connector: int, status: str) -> None:
        """Wait for a StatusNotification."""
        await self.expect(
            "StatusNotification", lambda fields: (fields["connector_id"], fields["status"]) == (connector, status)
        )

    @on("BootNotification")  # type: ignore[untyped-decorator]
    async def boot(self, **fields: Any) -> call_result.BootNotification:
        """Accepted."""
        await self._hear("BootNotification", fields)
        now = SystemClock().utc().text()
        return call_result.BootNotification(current_time=now, interval=86400, status=RegistrationStatus.accepted)

    @on("Heartbeat")  # type: ignore[untyped-decorator]
    async def beat(self) -> call_result.Heartbeat:
        """The time."""
        await self._hear("Heartbeat", {})
        return call_result.Heartbeat(current_time=SystemClock().utc().text())

    @on("Authorize")  # type: ignore[untyped-decorator]
    async def authorize(self, **fields: Any) -> call_result.Authorize:
        """Accepted."""
        await self._hear("Authorize", fields)
        return call_result.Authorize(id_tag_info=ACCEPTED)

    @on("StartTransaction")  # type: ignore[untyped-decorator]
    async def start_transaction(self, **fields: Any) -> call_result.StartTransaction:
        """Accepted."""
        self._transactions += 1
        await self._hear("StartTransaction", {**fields, "transaction_id": self._transactions})
        return call_result.StartTransaction(transaction_id=self._transactions, id_tag_info=ACCEPTED)

    @on("StopTransaction")  # type: ignore[untyped-decorator]
    async def stop_transaction(self, **fields: Any) -> call_result.StopTransaction:
        """Accepted."""
        await self._hear("StopTransaction", fields)
        return call_result.StopTransaction(id_tag_info=ACCEPTED)

    @on("MeterValues")  # type: ignore[untyped-decorator]
    async def meter_values(self, **fields: Any) -> call_result.MeterValues:
        """Heard."""
        await self._hear("MeterValues", fields)
        return call_result.MeterValues()

    @on("StatusNotification")  # type: ignore[untyped-decorator]
    async def status(self, **fields: Any) -> call_result.StatusNotification:
        """Heard."""
        await self._hear("StatusNotification", fields)
        return call_result.StatusNotification()

    @on("SecurityEventNotification")  # type: ignore[untyped-decorator]
    async def security_event(self, **fields: Any) -> call_result.SecurityEventNotification:
        """Heard."""
        await self._hear("SecurityEventNotification", fields)
        return call_result.SecurityEventNotification()

    @on("DataTransfer")  # type: ignore[untyped-decorator]
    async def data_transfer(self, **fields: Any) -> call_result.DataTransfer:
        """The data, backwards, unless a test says something else."""
        await self._hear("DataTransfer", fields)
        if self.transfers is not None:
            return self.transfers
        return call_result.DataTransfer(status=DataTransferStatus.accepted, data=fields["data"][::-1])

    @on("SignCertificate")  # type: ignore[untyped-decorator]
    async def sign_certificate(self, **fields: Any) -> call_result.SignCertificate:
        """Accepted: the authority is the test's."""
        await self._hear("SignCertificate", fields)
        return call_result.SignCertificate(status=GenericStatus.accepted)

    @on("FirmwareStatusNotification")  # type: ignore[untyped-decorator]
    async def firmware_status(self, **fields: Any) -> call_result.FirmwareStatusNotification:
        """Heard."""
        await self._hear("FirmwareStatusNotification", fields)
        return call_result.FirmwareStatusNotification()

    @on("DiagnosticsStatusNotification")  # type: ignore[untyped-decorator]
    async def diagnostics_status(self, **fields: Any) -> call_result.DiagnosticsStatusNotification:
        """Heard."""
        await self._hear("DiagnosticsStatusNotification", fields)
        return call_result.DiagnosticsStatusNotification()

    @on("SignedFirmwareStatusNotification")  # type: ignore[untyped-decorator]
    async def signed_firmware_status(self, **fields: Any) -> call_result.SignedFirmwareStatusNotification:
        """Heard."""
        await self._hear("SignedFirmwareStatusNotification", fields)
        return call_result.SignedFirmwareStatusNotification()

    @on("LogStatusNotification")  # type: ignore[untyped-decorator]
    async def log_status(self, **fields: Any) -> call_result.LogStatusNotification:
        """Heard."""
        await self._hear("LogStatusNotification", fields)
        return call_result.LogStatusNotification()


class Endpoint:
    """Where charge points connect to, and who did."""

    def __init__(self) -> None:
        self.url = ""
        self._came: asyncio.Queue[CentralSystem] = asyncio.Queue()

    async def peer(self) -> CentralSystem:
        """The next charge point that connects."""
        return await asyncio.wait_for(self._came.get(), 20)

    async def serve(self, socket: ServerConnection) -> None:
        """One charge point."""
        assert socket.request is not None
        system = CentralSystem(socket.request.path.rpartition("/")[2], socket)
        self._came.put_nowait(system)
        try:
            await system.start()
        except ConnectionClosed:
            return


@asynccontextmanager
async def central_system() -> AsyncIterator[Endpoint]:
    """A Central System on loopback."""
    endpoint = Endpoint()
    async with serve(endpoint.serve, "127.0.0.1", 0, subprotocols=["ocpp1.6"]) as server:  # type: ignore[list-item]
        endpoint.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ocpp"
        yield endpoint
