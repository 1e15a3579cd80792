"""The station of docs/firmware.md, whose update is one coroutine, under a whole charge point in virtual time."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm import ChargePoint
from ocpp16sm.messages import Firmware, SignedUpdateFirmwareRequest, UpdateFirmwareRequest
from tests.support.firmware import Signers
from tests.support.firmware_signers import signer
from tests.support.virtual_time import Lines, LoopClock, passes, run, settings

PAGE = Path(__file__).parents[2] / "docs" / "firmware.md"


def station(charge_point: list[ChargePoint], broken: str = "", image: Path | None = None) -> Any:
    """The station of the page, with file jobs. ``image``: what it downloads."""
    examples = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec("\n".join(examples), names)
    base = names["MyStation" if image is None else "MySignedStation"]

    class Station(base):  # type: ignore[misc, valid-type]  # known only when it runs
        def __init__(self) -> None:
            self.may_install = asyncio.Event()
            self.rebooted = False

        @property
        def charge_point(self) -> ChargePoint:
            return charge_point[0]

        def disable(self, connector: int) -> None:
            self.charge_point.on_disabled(connector)

        def enable(self, connector: int) -> None:
            self.charge_point.on_enabled(connector)

        async def download(self, location: str, *_how_often: int | None) -> str | Path:
            await passes(10)
            if broken == "download":
                raise OSError(f"{location} cannot be reached")
            return image or location

        async def install(self, _image: str | Path) -> None:
            await passes(10)
            if broken == "install":
                raise OSError("no space left on device")

        def reboot(self) -> None:
            self.rebooted = True

    return Station()


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("", ["Downloading", "Downloaded", "Installing"]),
        ("download", ["Downloading", "DownloadFailed"]),
        ("install", ["Downloading", "Downloaded", "Installing", "InstallationFailed"]),
    ],
)
def test_an_update_in_one_coroutine(broken: str, told: list[str]) -> None:
    """5.19: it may fail anywhere, and the Central System hears of it."""

    async def story() -> None:
        lines = Lines()
        made: list[ChargePoint] = []
        hardware = station(made, broken)
        async with ChargePoint(settings(), hardware=hardware, transport=lines, clock=LoopClock()) as charge_point:
            made.append(charge_point)
            await lines.peer.expect("StatusNotification", lambda request: request.connector_id == 1)
            await lines.peer.call(UpdateFirmwareRequest(location="ftp://host/f", retrieve_date=LoopClock().utc()))
            for status in told:
                assert (await lines.peer.expect("FirmwareStatusNotification")).status == status
            await passes(60)
            assert len(lines.sent("FirmwareStatusNotification")) == len(told)
            assert hardware.rebooted is (broken == "")
            assert charge_point.status(1) == ("Available" if broken else "Unavailable")

    run(story())


@pytest.mark.parametrize("content", [b"an image", b"another image"])
def test_a_signed_update_in_one_coroutine(content: bytes, tmp_path: Path) -> None:
    """L01: it is installed if it is genuine."""
    image = tmp_path / "image.bin"
    image.write_bytes(content)
    by = signer("ecdsa")
    genuine = content == b"an image"
    told = ["SignatureVerified", "Installing"] if genuine else ["InvalidSignature"]

    async def story() -> None:
        lines = Lines()
        made: list[ChargePoint] = []
        hardware = station(made, image=image)
        clock, certificates = LoopClock(), Signers(roots=1)
        async with ChargePoint(
            settings(), hardware=hardware, transport=lines, clock=clock, certificates=certificates
        ) as charge_point:
            made.append(charge_point)
            await lines.peer.expect("StatusNotification", lambda request: request.connector_id == 1)
            firmware = Firmware("ftp://host/f", clock.utc(), by.certificate, by.sign(b"an image"))
            answer = await lines.peer.call(SignedUpdateFirmwareRequest(8, firmware))
            assert answer.status == "Accepted"
            for status in ("Downloading", "Downloaded", *told):
                assert (await lines.peer.expect("SignedFirmwareStatusNotification")).status == status
            await passes(60)
            assert hardware.rebooted is genuine

    run(story())
