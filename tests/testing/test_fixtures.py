"""The fixtures ``csms`` and ``station`` of the pytest plugin, used as a user's tests would use them."""

import pytest

# pytester forgets what a run of its own has imported. What is loaded before stays one and the same for all runs.
import ocpp16sm.testing.plugin
import ocpp16sm.testing.virtual_time  # noqa: F401

pytest_plugins = ["pytester"]

IMPORTS = """
import asyncio

import pytest

from ocpp16sm import ConfigurationError, Settings
from ocpp16sm.csms import InjectedFault, Policy
from ocpp16sm.messages import RegistrationStatus, RemoteStartTransactionRequest
from ocpp16sm.station import Battery, Car
"""


def run(pytester: pytest.Pytester, test: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test_story=IMPORTS + test)
    return pytester.runpytest_inprocess("-p", "ocpp16sm.testing.plugin", "-p", "no:cacheprovider", *options)


def test_a_charging_day_passes_in_a_test(pytester: pytest.Pytester) -> None:
    """7.4 kW into what is missing of 50 kWh, at 20 %: full after 5 h 24 min."""
    result = run(
        pytester,
        """
async def test_a_day(csms, station, virtual_clock):
    peer = csms.known("CP001")
    await peer.expect("BootNotification")
    assert virtual_clock.even_time() < 60
    station.plug_in(1, Car(battery=Battery(capacity_wh=50_000, soc_percent=20)))
    reply = await peer.call(RemoteStartTransactionRequest(id_tag="TAG", connector_id=1))
    assert reply.status == "Accepted"
    begun = await peer.expect("StartTransaction")
    full = await peer.expect("StatusNotification", lambda s: s.status == "SuspendedEV", timeout_s=86400)
    assert (full.timestamp - begun.timestamp).total_seconds() == pytest.approx(40_000 / 7_360 * 3600, abs=600)
    await asyncio.sleep(86400 - virtual_clock.even_time())
    station.plug_out(1)
    stopped = await peer.expect("StopTransaction")
    assert stopped.meter_stop == pytest.approx(40_000, abs=100)
""",
    )
    result.assert_outcomes(passed=1)


def test_the_station_is_stopped_in_good_order_behind_a_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
ENDED = []

@pytest.fixture
def station_settings():
    return Settings(charge_point_id="CP7", central_system_url="ws://x", connectors=1)

@pytest.fixture
def the_end(csms):
    yield
    ENDED.extend(heard.request.reason for heard in csms.known("CP7").heard if heard.action == "StopTransaction")

async def test_one(csms, station, the_end):
    station.plug_in(1, Car())
    station.present_token("TAG")
    await csms.known("CP7").expect("StartTransaction")

def test_other():
    assert ENDED == ["Other"]
""",
    )
    result.assert_outcomes(passed=2)


def test_tests_know_nothing_of_each_other_and_are_all_alike(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
HEARD = []

@pytest.mark.parametrize("which", [1, 2])
async def test_it(csms, station, which):
    station.plug_in(1, Car())
    station.present_token("TAG")
    await asyncio.sleep(3600)
    HEARD.append([(each.action, str(each.request)) for each in csms.known("CP001").heard])

def test_they_were_alike():
    one, other = HEARD
    assert one == other and len(one) > 5
""",
    )
    result.assert_outcomes(passed=3)


def test_a_central_system_says_what_its_policy_says(pytester: pytest.Pytester) -> None:
    """A station that is kept Pending begins its test so, instead of never."""
    result = run(
        pytester,
        """
@pytest.fixture
def csms_policy():
    return Policy(registrations=[RegistrationStatus.PENDING] * 1000, heartbeat_interval_s=30)

async def test_pending(csms, station, virtual_clock):
    assert virtual_clock.even_time() == 60
    assert {heard.action for heard in csms.known("CP001").heard} == {"BootNotification"}
""",
    )
    result.assert_outcomes(passed=1)


def test_files_come_from_memory(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
from ocpp16sm.messages import GetDiagnosticsRequest

async def test_diagnostics(csms, station, station_files):
    peer = csms.known("CP001")
    await peer.call(GetDiagnosticsRequest(location="ftp://files.example/logs/"))
    await peer.expect("DiagnosticsStatusNotification", lambda each: each.status == "Uploaded", timeout_s=3600)
    assert len(station_files.uploaded["ftp://files.example/logs/"]) == 1
""",
    )
    result.assert_outcomes(passed=1)


def test_a_test_that_waits_for_ever_fails(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nvirtual_time_days = 0.5")
    result = run(
        pytester,
        """
async def test_for_ever(station):
    await station.charge_point.wait_until(lambda: False)
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *the test is still waiting after 0.5 days of virtual time"])


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ("assert station.status(1) == 'Charging'", "E *assert *Available*"),
        (
            "await csms.known('CP001').expect('StopTransaction', timeout_s=5)",
            "E *TimeoutError: no StopTransaction from *",
        ),
        ("station.set_configuration('NumberOfConnectors', '3')", "E *ConfigurationError: *"),
        (
            "asyncio.get_running_loop().call_soon(lambda: 1 / 0); await asyncio.sleep(1)",
            "E *a callback failed during the test: *",
        ),
    ],
    ids=["assert", "expect", "raise", "callback"],
)
def test_a_test_that_fails_fails(pytester: pytest.Pytester, line: str, failure: str) -> None:
    result = run(pytester, f"async def test_it(csms, station):\n    {line}\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([failure])


def test_a_limit_that_is_none_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nvirtual_time_days = many")
    result = run(pytester, "async def test_it(station): pass")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*virtual_time_days: 'many' is not a number of days"])


def test_coroutines_of_others_are_left_alone(pytester: pytest.Pytester) -> None:
    """Whoever runs them: without another plugin, pytest does not."""
    result = run(pytester, "async def test_it(): pass", "-p", "no:asyncio", "-p", "no:anyio")
    result.stdout.fnmatch_lines(["*async def functions are not natively supported*"])


def test_a_test_that_is_no_coroutine_switches_the_power_on_itself(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(station, virtual_clock):
    async def story():
        async with station:
            await station.charge_point.wait_until_accepted()

    virtual_clock.run(story())
""",
    )
    result.assert_outcomes(passed=1)
