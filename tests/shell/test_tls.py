"""A charge point and a Central System over TLS (whitepaper 2.4, 2.5)."""

from pathlib import Path

import pytest
from trustme import CA

from ocpp16sm import ChargePoint, tls
from ocpp16sm.csms import CentralSystem
from tests.support.jumping import settings
from tests.support.secured import HOST, GivenCertificates, leaf, named, pem, run


@pytest.fixture(scope="module")
def authority() -> CA:
    return CA()


def test_a_charge_point_boots_over_tls(authority: CA, tmp_path: Path) -> None:
    async def story() -> None:
        context = tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"))
        async with CentralSystem(tls=context) as system:
            made = settings(central_system_url=named(system.url))
            async with ChargePoint(made, certificates=GivenCertificates(pem(authority))) as station:
                await station.wait_until_accepted()

    run(story())


def test_a_charge_point_that_cannot_verify_the_central_system_says_so(
    authority: CA, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        context = tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"))
        async with CentralSystem(tls=context) as system:
            made = settings(central_system_url=named(system.url))
            async with ChargePoint(made, certificates=GivenCertificates(pem(CA()))) as station:
                shell = station._shell
                assert shell is not None
                await station.wait_until(lambda: shell.core.link.machine.configuration == ("BackingOff",))

    run(story())
    assert "CP001: the certificate of the Central System is refused: unable to get local issuer" in caplog.text
