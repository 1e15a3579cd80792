"""The log that an operator reads: what a station did, in a line each, and no secret at any level."""

import asyncio
import logging
import re
import subprocess
import sys

import pytest

from ocpp16sm import ErrorInfo
from ocpp16sm.base.named_log import NamedLog, about, log_mistakes_only
from ocpp16sm.csms import Policy
from ocpp16sm.messages import (
    ChangeConfigurationRequest,
    RegistrationStatus,
    RemoteStartTransactionRequest,
)
from tests.support.virtual_time import Lines, charge_point, passes, run, settings

STEADY = {"RetryBackOffWaitMinimum": "10", "RetryBackOffRandomRange": "0", "HeartbeatInterval": "86400"}
KEY = "0123456789abcdef0123456789abcdef"


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What is shown; the security log is one of its own, in JSON."""
    return [record.getMessage() for record in caplog.records if record.name != "ocpp16sm.security"]


def test_a_day_can_be_read_from_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def story() -> None:
        policy = Policy(registrations=[RegistrationStatus.REJECTED], heartbeat_interval_s=60)
        lines = Lines(policy)
        how = settings(configuration=STEADY, central_system_url="ws://joe:PASSWORD@central.system/ocpp")
        async with charge_point(lines, how) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            station.on_session_started(1, "s1", "EVConnected")
            now = "2026-06-01T12:00:00Z"
            station.on_transaction_started(1, "s1", "CARD-0815", 1000, None, now)
            await station.wait_until_delivered()
            station.on_resume_charging(1)
            await lines.peer.call(ChangeConfigurationRequest("MeterValueSampleInterval", "30"))
            await passes(3600)
            lines.refusal = "no route to host"
            lines.drop("cable cut")
            await passes(1)
            lines.refusal = None
            await passes(60)
            station.on_error(1, ErrorInfo(uuid="e1", error_code="GroundFailure", is_fault=True))
            station.on_error_cleared(1, "e1")
            station.on_transaction_stopped(1, "s1", "Local", now, 8500)
            station.on_session_stopped(1, "s1")
            await station.wait_until_delivered()
            await lines.peer.call(RemoteStartTransactionRequest(id_tag="AFAR-4711", connector_id=1))

    run(story())
    said = "\n".join(re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "TIME", line) for line in lines_of(caplog))
    assert (
        said
        == """\
CP001: starts (PowerUp); connectors: 1; kept from before: requests 0, transactions 0
CP001: security event StartupOfTheDevice (The Charge Point has booted)
CP001: connects to ws://central.system/ocpp/CP001, security profile 0
CP001: connected
CP001: boot rejected; interval 60 s, asks again in 60.0 s, at TIME
CP001: boot accepted; heartbeat interval 60 s
CP001: connector 1: Preparing
CP001: connector 1: transaction started, session s1, idTag ***15, meter 1000 Wh
CP001: connector 1: transaction 1 is that of session s1, idTag Accepted
CP001: connector 1: Preparing -> Charging
CP001: configuration MeterValueSampleInterval = 30
CP001: cable cut; next attempt in 10.0 s, at TIME
CP001: connects to ws://central.system/ocpp/CP001, security profile 0
CP001: connected
CP001: connector 1: Charging -> Faulted (GroundFailure)
CP001: connector 1: Faulted -> Charging
CP001: connector 1: Charging -> Finishing
CP001: connector 1: transaction 1 stopped (Local), session s1, idTag ***15, 7.500 kWh (meter 1000 to 8500 Wh)
CP001: connector 1: Finishing -> Available
CP001: remote start with idTag ***11 at connector 1
CP001: stops
CP001: disconnected: closed by us
CP001: stopped; undelivered requests: 0"""
    )
    named = {getattr(record, "charge_point", None) for record in caplog.records if record.name != "ocpp16sm.security"}
    assert named == {"CP001"}


def test_an_attempt_that_fails_says_why_and_when_the_next_is_due(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        lines = Lines()
        lines.refusal = "no route\nto host \x1b]0;owned\x07"
        async with charge_point(lines, settings(configuration=STEADY)):
            await passes(1)

    run(story())
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    said = warning.getMessage()
    assert said.startswith("CP001: ")
    assert r"no route\nto host \x1b]0;owned\x07; next attempt in 10.0 s, at 2" in said
    assert "\n" not in said


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
def test_no_secret_is_logged_at_any_level(caplog: pytest.LogCaptureFixture, level: int) -> None:
    caplog.set_level(level)

    async def story() -> None:
        lines = Lines()
        how = settings(central_system_url="ws://joe:PASSWORD@central.system", configuration=STEADY)
        async with charge_point(lines, how) as station:
            await station.wait_until_accepted()
            await lines.peer.call(ChangeConfigurationRequest("AuthorizationKey", KEY))
            station.on_session_started(1, "s1", "EVConnected")
            station.on_transaction_started(1, "s1", "CARD-0815", 0, None, "2026-06-01T12:00:00Z")
            await station.wait_until_delivered()

    run(story())
    assert ("BootNotification" in caplog.text) is (level == logging.DEBUG)
    for secret in ("PASSWORD", KEY, "CARD-0815"):
        assert secret not in caplog.text


NO_LEVEL = """
import asyncio, logging, pkgutil, sys
changed = []
before = logging.Logger.setLevel
def noted(self, level):
    caller = sys._getframe(1).f_globals.get("__name__", "")
    if caller.startswith("ocpp16sm"):
        changed.append((caller, self.name, level))
    before(self, level)
logging.Logger.setLevel = noted
import ocpp16sm
for module in pkgutil.walk_packages(ocpp16sm.__path__, "ocpp16sm."):
    if not module.name.endswith(("locust", "locust_worker", "sitecustomize", "plugin")):
        __import__(module.name)
from ocpp16sm import ChargePoint, Settings
from ocpp16sm.csms import CentralSystem
from ocpp16sm.fleet import profile_of
from ocpp16sm.fleet.run import RunListener, RunPlan, run_here, run_loop
async def live():
    async with CentralSystem() as system:
        async with ChargePoint(Settings(charge_point_id="CP001", central_system_url=system.url)) as station:
            await station.wait_until_accepted()
asyncio.run(live())
plan = RunPlan(url="ws://127.0.0.1:9", profile=profile_of({}), first=1, stations=1, duration_s=0.1)
run_loop(run_here(plan, RunListener()))
named = [name for name in logging.root.manager.loggerDict if name.startswith("ocpp16sm")]
assert len(named) > 5, named
assert [name for name in named if logging.getLogger(name).level != logging.NOTSET] == []
assert changed == [], changed
"""


def test_nobodys_level_is_changed_by_importing_or_running() -> None:
    done = subprocess.run([sys.executable, "-c", NO_LEVEL], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_line_names_its_charge_point_also_on_other_threads(caplog: pytest.LogCaptureFixture) -> None:
    log = NamedLog("ocpp16sm.test")

    async def story() -> None:
        with about("100%s"):
            waiting = asyncio.create_task(asyncio.to_thread(log.warning, "on a thread, %d", 1))
        with about("CP2"):
            log.warning("here, 50%")
        log.warning("nobody's")
        await waiting

    asyncio.run(story())
    assert sorted(lines_of(caplog)) == ["100%s: on a thread, 1", "CP2: here, 50%", "nobody's"]
    assert {record.module for record in caplog.records} <= {"test_operator_log", "thread"}


def test_a_fleet_logs_mistakes_only_and_nobody_else_is_concerned(caplog: pytest.LogCaptureFixture) -> None:
    log = NamedLog("ocpp16sm.test")

    async def story() -> None:
        log_mistakes_only()
        log.warning("a connection")
        log.error("a mistake")

    asyncio.run(story())
    log.warning("elsewhere")
    assert lines_of(caplog) == ["a mistake", "elsewhere"]
