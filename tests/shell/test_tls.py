"""A charge point and a Central System over TLS (whitepaper 2.4, 2.5)."""

from pathlib import Path

import pytest
from trustme import CA

from ocpp16sm import ChargePoint
from ocpp16sm.csms import CentralSystem, Policy
from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.network import tls
from tests.support.tls import HOST, STRICT, GivenCertificates, dial, leaf, named, pem, run
from tests.support.virtual_time import settings


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
                shell = station._life.shell
                assert shell is not None
                await station.wait_until(lambda: shell.core.features.link.machine.configuration == ("BackingOff",))

    run(story())
    assert "CP001: the certificate of the Central System is refused: unable to get local issuer" in caplog.text


def test_a_charge_point_is_known_by_its_certificate(authority: CA, tmp_path: Path) -> None:
    """A00.FR.405: the certificate of another charge point of the same operator is not accepted."""
    (tmp_path / "roots.pem").write_text(pem(authority))
    context = tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"), tmp_path / "roots.pem")
    own, other = (leaf(authority, common_name=name).files(tmp_path, name) for name in ("SN-1", "SN-2"))

    async def story() -> None:
        async with CentralSystem(Policy(serial_numbers={"CP001": "SN-1"}), tls=context) as system:
            url = named(system.url_of("CP001"))
            await dial(url, tls.client_context([pem(authority)], own, STRICT))
            with pytest.raises(LinkError, match="HTTP 401") as error:
                await dial(url, tls.client_context([pem(authority)], other, STRICT))
            assert error.value.fault is LinkFault.UNAUTHORIZED

    run(story())
