"""Code that is not ours: hardware, listeners, vendors' handlers, conditions. It may fail, and it may take its time."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from ocpp16sm import ChargePoint, Hardware, Listener
from ocpp16sm.csms import Policy
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.logs.session_log import SessionLogs
from ocpp16sm.messages import (
    ChargePointStatus,
    DataTransferRequest,
    DataTransferResponse,
    DataTransferStatus,
    ResetRequest,
    ResetStatus,
    ResetType,
    UnlockConnectorRequest,
    UnlockStatus,
)
from tests.support.virtual_time import Lines, LoopClock, charge_point, passes, run

ACCEPTED = DataTransferStatus.ACCEPTED


# -- hardware ---------------------------------------------------------------------------------------------------------


class Answering(Hardware):
    """Answers as a test says; what is an exception, is raised."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def unlock(self, connector: int) -> Any:
        """As said."""
        return self._give()

    def is_reset_allowed(self, type: ResetType) -> Any:
        """As said."""
        return self._give()

    def _give(self) -> Any:
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer() if callable(self._answer) else self._answer


async def after_a_minute(answer: Any) -> Any:
    """A slow answer."""
    await passes(60)
    if isinstance(answer, BaseException):
        raise answer
    return answer


UNLOCKS: list[tuple[str, Any, UnlockStatus]] = [
    ("a status", UnlockStatus.UNLOCKED, UnlockStatus.UNLOCKED),
    ("its word", "NotSupported", UnlockStatus.NOT_SUPPORTED),
    ("a status later", lambda: after_a_minute(UnlockStatus.UNLOCKED), UnlockStatus.UNLOCKED),
    ("an exception", RuntimeError("jammed"), UnlockStatus.UNLOCK_FAILED),
    ("an exception later", lambda: after_a_minute(RuntimeError("jammed")), UnlockStatus.UNLOCK_FAILED),
    ("CancelledError", asyncio.CancelledError(), UnlockStatus.UNLOCK_FAILED),
    ("CancelledError later", lambda: after_a_minute(asyncio.CancelledError()), UnlockStatus.UNLOCK_FAILED),
    ("StopIteration", StopIteration(), UnlockStatus.UNLOCK_FAILED),
]


@pytest.mark.parametrize(("answer", "status"), [row[1:] for row in UNLOCKS], ids=[row[0] for row in UNLOCKS])
def test_what_the_hardware_says_of_a_lock_reaches_the_central_system(
    answer: Any, status: UnlockStatus, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, hardware=Answering(answer)) as station:
            await station.wait_until_accepted()
            response = await lines.peer.call(UnlockConnectorRequest(connector_id=1), timeout_s=120)
            assert response.status is status
            assert station.connected

    run(story())
    assert ("Hardware.unlock" in caplog.text) is (status is UnlockStatus.UNLOCK_FAILED)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [("Sleepy", "'Sleepy'"), (None, "None"), (True, "True"), (lambda: after_a_minute("Sleepy"), "'Sleepy'")],
    ids=["a text", "None", "a truth", "later"],
)
def test_what_the_hardware_says_of_a_lock_and_is_no_status_is_a_failure(
    answer: Any, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, hardware=Answering(answer)) as station:
            await station.wait_until_accepted()
            response = await lines.peer.call(UnlockConnectorRequest(connector_id=1), timeout_s=120)
            assert response.status is UnlockStatus.UNLOCK_FAILED

    run(story())
    assert f"Hardware.unlock returned {shown}, expected an UnlockStatus" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [RuntimeError("no"), lambda: after_a_minute(RuntimeError("no")), None, False, "rubbish", 1, "True", [True]],
)
def test_a_reset_that_the_hardware_does_not_allow_is_rejected(answer: Any) -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, hardware=Answering(answer)) as station:
            await station.wait_until_accepted()
            response = await lines.peer.call(ResetRequest(type=ResetType.SOFT), timeout_s=120)
            assert response.status is ResetStatus.REJECTED

    run(story())


def test_the_charge_point_goes_on_while_the_hardware_takes_its_time() -> None:
    async def story() -> None:
        lines = Lines()
        slow = Answering(lambda: after_a_minute(UnlockStatus.UNLOCKED))
        async with charge_point(lines, hardware=slow) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            unlocking = asyncio.create_task(lines.peer.call(UnlockConnectorRequest(connector_id=1), timeout_s=120))
            await passes(1)
            station.on_session_started(1, "s1", "EVConnected")
            await lines.peer.expect("StatusNotification", lambda r: r.status is ChargePointStatus.PREPARING, 5)
            assert not unlocking.done()
            assert (await unlocking).status is UnlockStatus.UNLOCKED

    run(story())


FAILURES = pytest.mark.parametrize("failure", [RuntimeError, asyncio.CancelledError, StopIteration])


class Tired(Hardware):
    """Every method raises."""

    def __init__(self, failure: type[BaseException]) -> None:
        self.failure = failure

    def __getattribute__(self, name: str) -> Any:
        """As said."""
        if name.startswith("__") or name == "failure":
            return object.__getattribute__(self, name)

        def fail(*_arguments: Any) -> Any:
            raise self.failure(f"{name} is tired")

        return fail


@FAILURES
def test_a_charge_point_lives_with_hardware_that_always_fails(
    failure: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, hardware=Tired(failure)) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            station.on_transaction_started(1, "s1", "TAG", 0, None, LoopClock().utc())
            await station.wait_until_delivered()

    run(story())
    assert "set_connection_timeout is tired" in caplog.text
    assert "stop_transaction is tired" in caplog.text


def test_hardware_may_call_handlers_from_within() -> None:
    class Eager(Hardware):
        station: ChargePoint

        def unlock(self, connector: int) -> UnlockStatus:
            self.station.on_session_started(connector, "s1", "EVConnected")
            return UnlockStatus.UNLOCKED

    async def story() -> None:
        lines, eager = Lines(), Eager()
        async with charge_point(lines, hardware=eager) as eager.station:
            await eager.station.wait_until_accepted()
            response = await lines.peer.call(UnlockConnectorRequest(connector_id=1))
            assert response.status is UnlockStatus.UNLOCKED
            assert eager.station.status(1) is ChargePointStatus.PREPARING

    run(story())


# -- listeners --------------------------------------------------------------------------------------------------------


class Hears(Listener):
    """Keeps what it hears, and may fail at it."""

    def __init__(self, fails: type[BaseException] | None = None) -> None:
        self.statuses: list[tuple[int, str]] = []
        self.links: list[bool] = []
        self._fails = fails

    def status_changed(self, connector: int, status: ChargePointStatus) -> None:
        """As said."""
        self.statuses.append((connector, status))
        if self._fails:
            raise self._fails("cannot hear")

    async def connection_changed(self, connected: bool, reason: str) -> None:
        """Some take their time."""
        await passes(1)
        self.links.append(connected)
        if self._fails:
            raise self._fails("cannot hear")


@pytest.mark.parametrize("fails", [None, RuntimeError, asyncio.CancelledError, StopIteration])
def test_every_listener_is_told_whatever_the_others_do(
    fails: type[BaseException] | None, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        lines, first, second = Lines(), Hears(fails), Hears()
        station = charge_point(lines, listener=first)
        station.add_listener(second)
        async with station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            station.on_session_started(1, "s1", "EVConnected")
            station.on_session_stopped(1, "s1")
            await passes(10)
            lines.drop()
            await passes(100)
        for listener in (first, second):
            assert listener.statuses[-2:] == [(1, "Preparing"), (1, "Available")]
            assert listener.links[:3] == [True, False, True]

    run(story())
    assert ("Listener.status_changed failed" in caplog.text) is bool(fails)
    assert ("Listener.connection_changed failed" in caplog.text) is bool(fails)


def test_a_listener_may_call_handlers_from_within() -> None:
    """What it sets off comes after what it was told, for everybody."""

    class Hasty(Listener):
        station: ChargePoint

        def status_changed(self, connector: int, status: ChargePointStatus) -> None:
            if status is ChargePointStatus.PREPARING:
                self.station.on_session_stopped(connector, "s1")

    async def story() -> None:
        lines, hasty, second = Lines(), Hasty(), Hears()
        hasty.station = station = charge_point(lines, listener=hasty)
        station.add_listener(second)
        async with station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            station.on_session_started(1, "s1", "EVConnected")
            assert second.statuses[-2:] == [(1, "Preparing"), (1, "Available")]
            await station.wait_until_delivered()
        said = [heard.request.status for heard in lines.peer.heard if heard.action == "StatusNotification"]
        assert said[-2:] == ["Preparing", "Available"]

    run(story())


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (ZeroDivisionError, ZeroDivisionError),
        (asyncio.CancelledError, asyncio.CancelledError),
        (StopIteration, RuntimeError),
    ],
)
def test_a_condition_that_fails_fails_at_who_waits_for_it(
    failure: type[BaseException], told: type[BaseException]
) -> None:
    async def story() -> None:
        lines = Lines()

        def condition() -> bool:
            if station.status(1) is ChargePointStatus.PREPARING:
                raise failure("a defect")
            return False

        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            waiting = asyncio.create_task(station.wait_until(condition))
            await passes(1)
            station.on_session_started(1, "s1", "EVConnected")
            with pytest.raises(told):
                await waiting
            assert station.connected
            station.on_session_stopped(1, "s1")

    run(story())


# -- vendors ----------------------------------------------------------------------------------------------------------


async def answer_to(request: DataTransferRequest, *handlers: tuple[str, str | None, Any]) -> DataTransferResponse:
    """What a charge point with these handlers answers."""
    lines = Lines()
    station = charge_point(lines)
    for vendor_id, message_id, handler in handlers:
        station.register_vendor(vendor_id, message_id, handler)
    async with station:
        await station.wait_until_accepted()
        response: DataTransferResponse = await lines.peer.call(request, timeout_s=120)
        return response


def echo(data: str | None) -> DataTransferResponse:
    """A vendor's handler."""
    return DataTransferResponse(ACCEPTED, data and data[::-1])


def cancelled(_data: str | None) -> DataTransferResponse:
    """One that looks as if somebody had cancelled it."""
    raise asyncio.CancelledError


async def cancelled_later(_data: str | None) -> DataTransferResponse:
    """One that awaits what somebody has cancelled."""
    await passes(1)
    raise asyncio.CancelledError


async def slow_echo(data: str | None) -> DataTransferResponse:
    """One that takes its time."""
    await passes(60)
    return echo(data)


def named(text: str) -> Callable[[str | None], DataTransferResponse]:
    """A handler that says its name."""
    return lambda _data: DataTransferResponse(ACCEPTED, text)


TRANSFERS: list[tuple[str, DataTransferRequest, list[tuple[str, str | None, Any]], str, str | None]] = [
    ("nobody", DataTransferRequest("com.x"), [], "UnknownVendorId", None),
    ("another vendor", DataTransferRequest("com.x"), [("com.y", None, echo)], "UnknownVendorId", None),
    ("any message", DataTransferRequest("com.x", "m", "abc"), [("com.x", None, echo)], "Accepted", "cba"),
    ("no message", DataTransferRequest("com.x"), [("com.x", None, echo)], "Accepted", None),
    ("any case", DataTransferRequest("COM.X", "M", "abc"), [("com.x", "m", echo)], "Accepted", "cba"),
    ("another message", DataTransferRequest("com.x", "n"), [("com.x", "m", echo)], "UnknownMessageId", None),
    (
        "the message before any",
        DataTransferRequest("com.x", "m"),
        [("com.x", None, named("any")), ("com.x", "m", named("m"))],
        "Accepted",
        "m",
    ),
    ("later", DataTransferRequest("com.x", "m", "abc"), [("com.x", None, slow_echo)], "Accepted", "cba"),
    ("an exception", DataTransferRequest("com.x"), [("com.x", None, lambda _data: 1 / 0)], "Rejected", None),
    ("CancelledError", DataTransferRequest("com.x"), [("com.x", None, cancelled)], "Rejected", None),
    ("later", DataTransferRequest("com.x"), [("com.x", None, cancelled_later)], "Rejected", None),
    ("nonsense", DataTransferRequest("com.x"), [("com.x", None, lambda _data: "Accepted")], "Rejected", None),
]


@pytest.mark.parametrize(
    ("request_", "handlers", "status", "data"), [row[1:] for row in TRANSFERS], ids=[row[0] for row in TRANSFERS]
)
def test_a_vendors_data_goes_to_the_vendors_handler(
    request_: DataTransferRequest, handlers: list[tuple[str, str | None, Any]], status: str, data: str | None
) -> None:
    response = run(answer_to(request_, *handlers))
    assert (response.status, response.data) == (status, data)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "the answer must be a DataTransferResponse, not None"),
        ("Accepted", "the answer must be a DataTransferResponse, not 'Accepted'"),
        (DataTransferResponse("Sleepy"), "the answer.status must be one of Accepted"),  # type: ignore[arg-type]
        (DataTransferResponse(ACCEPTED, {"a": 1}), "the answer.data must be a text"),  # type: ignore[arg-type]
        (DataTransferResponse(ACCEPTED, "\ud800"), "the answer.data must be a text of whole characters"),
    ],
    ids=["None", "a word", "a status", "data", "half a character"],
)
def test_a_vendors_answer_that_is_no_response_is_rejected(
    given: Any, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = run(answer_to(DataTransferRequest("com.x"), ("com.x", None, lambda _data: given)))
    assert response == DataTransferResponse(DataTransferStatus.REJECTED)
    assert f"the handler of com.x/None: {said}" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_message_has_one_handler() -> None:
    station = charge_point(Lines())
    station.register_vendor("com.x", "m", echo)
    station.register_vendor("com.x", None, echo)
    for message_id in ("M", None):
        with pytest.raises(InvalidArgumentError, match="no handler yet"):
            station.register_vendor("COM.x", message_id, echo)


def test_the_application_sends_a_vendors_data() -> None:
    async def story() -> None:
        lines = Lines(Policy(data_transfer=ACCEPTED))
        async with charge_point(lines) as station:
            assert await station.data_transfer("com.x") is None, "nobody is there yet"
            await station.wait_until_accepted()
            assert await station.data_transfer("com.x", "m", "data") == DataTransferResponse(ACCEPTED)
            assert await lines.peer.expect("DataTransfer") == DataTransferRequest("com.x", "m", "data")
            with pytest.raises(InvalidArgumentError, match="vendor_id must be at most 255 characters"):
                await station.data_transfer("x" * 256)
            with pytest.raises(InvalidArgumentError, match="message_id must be at most 50 characters"):
                await station.data_transfer("com.x", "x" * 51)

    run(story())


async def cancels_itself() -> Any:
    """Code of the application that ends its own task."""
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(0)


def test_hardware_that_cancels_its_own_task_has_failed() -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, hardware=Answering(cancels_itself)) as station:
            await station.wait_until_accepted()
            response = await lines.peer.call(UnlockConnectorRequest(connector_id=1), timeout_s=120)
            assert response.status is UnlockStatus.UNLOCK_FAILED
            assert (await lines.peer.call(ResetRequest(type=ResetType.SOFT))).status is ResetStatus.REJECTED

    run(story())


def test_a_vendors_handler_that_cancels_its_own_task_is_rejected() -> None:
    response = run(answer_to(DataTransferRequest("com.x"), ("com.x", None, lambda _data: cancels_itself())))
    assert response == DataTransferResponse(DataTransferStatus.REJECTED)


def test_a_session_log_at_a_place_that_no_file_can_have_is_lost_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            station.on_session_started(1, "s1", "EVConnected", "a\0b")
            await lines.peer.expect("StatusNotification", lambda r: r.status is ChargePointStatus.PREPARING, 5)

    run(story())
    assert "cannot be written: embedded null byte" in caplog.text


def test_an_effect_that_fails_takes_none_behind_it_with_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: Any) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(SessionLogs, "open", fail)

    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            station.on_session_started(1, "s1", "EVConnected", "logs")
            await lines.peer.expect("StatusNotification", lambda r: r.status is ChargePointStatus.PREPARING, 5)

    run(story())
    assert "OpenSessionLog could not be performed" in caplog.text
