"""Files that move nowhere: for stations in virtual time, where no server could answer."""

import asyncio
from collections import Counter
from pathlib import Path

from attrs import define, field

from ocpp16sm.errors import TransferFault
from ocpp16sm.station.files.address import Address


@define
class MemoryFiles:
    """Stands for all servers that a Central System may name, and never opens a connection.

    ::

        files = MemoryFiles({"ftp://files.example/firmware.bin": b"..."})
        files.fail("ftp://files.example/logs/", times=2)

    URLs are those of the requests, letter by letter; what is none is refused as on the network.

    :param served: what can be downloaded, by URL.
    :param takes_s: how long moving a file takes, s of the event loop's time.
    """

    served: dict[str, bytes] = field(factory=dict)
    takes_s: float = 0.0
    uploaded: dict[str, dict[str, bytes]] = field(factory=dict, init=False)
    """What was uploaded: URL -> name of the file -> content."""
    attempts: Counter[str] = field(factory=Counter, init=False)
    """How often each URL was used."""
    _failures: dict[str, tuple[int, str, TransferFault]] = field(factory=dict, init=False)

    def fail(
        self,
        url: str,
        times: int = 1,
        reason: str = "no connection",
        fault: TransferFault = TransferFault.FAILED,
    ) -> None:
        """Have the next ``times`` uses of a URL fail."""
        self._failures[url] = times, reason, fault

    async def download(self, url: str, to: Path) -> None:
        """Fetch a file. Raises TransferError."""
        address = await self._use(url)
        if url not in self.served:
            raise address.failed("there is no such file")
        to.write_bytes(self.served[url])

    async def upload(self, path: Path, url: str) -> None:
        """Keep a file in ``uploaded``. Raises TransferError."""
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
