"""Transfers in memory, for stations in virtual time, in which no server could answer."""

import asyncio
from collections import Counter
from pathlib import Path

from attrs import define, field

from ocpp16sm.errors import TransferFault
from ocpp16sm.station.files.address import Address


@define
class MemoryFiles:
    """A :class:`FileMover` that stands for all servers and never opens a connection.

    ::

        files = MemoryFiles({"ftp://files.example/firmware.bin": b"..."})
        files.fail("ftp://files.example/logs/", times=2)

    URLs must equal those of the requests exactly; an invalid URL is refused as on the network.

    :param served: files that can be downloaded, by URL.
    :param takes_s: duration of a transfer, in seconds of the event loop's time.
    """

    served: dict[str, bytes] = field(factory=dict)
    takes_s: float = 0.0
    uploaded: dict[str, dict[str, bytes]] = field(factory=dict, init=False)
    """The uploaded files: URL -> file name -> content."""
    attempts: Counter[str] = field(factory=Counter, init=False)
    """Number of transfers by URL, failed ones included."""
    _failures: dict[str, tuple[int, str, TransferFault]] = field(factory=dict, init=False)

    def fail(
        self,
        url: str,
        times: int = 1,
        reason: str = "no connection",
        fault: TransferFault = TransferFault.FAILED,
    ) -> None:
        """Make the next ``times`` transfers with this URL fail."""
        self._failures[url] = times, reason, fault

    async def download(self, url: str, to: Path) -> None:
        """Write the served file to ``to``. Raises :class:`~ocpp16sm.errors.TransferError`."""
        address = await self._use(url)
        if url not in self.served:
            raise address.failed("file not found")
        to.write_bytes(self.served[url])

    async def upload(self, path: Path, url: str) -> None:
        """Store a file in :attr:`uploaded`. Raises :class:`~ocpp16sm.errors.TransferError`."""
        await self._use(url)
        self.uploaded.setdefault(url, {})[path.name] = path.read_bytes()

    async def _use(self, url: str) -> Address:
        address = Address.of(url)
        self.attempts[url] += 1
        await asyncio.sleep(self.takes_s)
        times, reason, fault = self._failures.get(url, (0, "", TransferFault.FAILED))
        if times > 0:
            self._failures[url] = times - 1, reason, fault
            raise address.failed(reason, fault)
        return address
