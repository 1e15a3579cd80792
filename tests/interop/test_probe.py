"""The Central System of the ``ocpp`` package, probed: what is found there is known, and ours is clean."""

import asyncio

import pytest

from ocpp16sm.csms import CentralSystem
from ocpp16sm.probe import Plan, ProbeResult, probe
from ocpp16sm.probe.visit import Target
from ocpp16sm.probe.wire import Pace
from tests.interop.mobilityhouse import central_system


def probed(url: str) -> ProbeResult:
    target = Target(url=url, identity="PROBE-1", id_tags=("TAG",), pace=Pace(1e6), timeout_s=0.5)
    return probe(target, Plan(walks=30))


def test_our_own_central_system_breaks_no_rule() -> None:
    async def story() -> None:
        async with CentralSystem() as system:
            found = await asyncio.to_thread(probed, system.url_of("PROBE-1"))
        assert [str(each.finding) for each in found.found] == []

    asyncio.run(asyncio.wait_for(story(), 120))


@pytest.mark.long
def test_what_the_package_does_is_known() -> None:
    """It does not know a request again, and is silent to three elements; it is the test's that counts from 101 anew."""

    async def story() -> None:
        async with central_system() as endpoint:
            found = await asyncio.to_thread(probed, f"{endpoint.url}/PROBE-1")
        rules = {each.finding.rule.name for each in found.found}
        assert rules == {"transaction-id-again", "transaction-for-two", "no-answer"}

    asyncio.run(asyncio.wait_for(story(), 120))
