"""A fleet's stations are whole ones: they boot, charge, go offline, come back; and what passes is counted."""

import json
from collections import Counter
from typing import Any

import pytest
from attrs import evolve

from ocpp16sm.csms import CentralSystem, InjectedFault, Policy
from ocpp16sm.errors import CertificateError, ErrorCode
from ocpp16sm.fleet.member import SharedTrust
from ocpp16sm.fleet.profile import Blackout
from ocpp16sm.messages import AuthorizationStatus, IdTagInfo, Reason, RemoteStartTransactionRequest
from ocpp16sm.records import Verification
from tests.support.fleets import QUICK, FleetScene, live

QUIET: dict[str, Any] = {"sessions": {"arrivals_per_hour": 0}}
HOUR_S = 3600.0


def sent(scene: FleetScene, action: str) -> list[dict[str, Any]]:
    """Payloads of a request of the stations."""
    calls = [json.loads(text) for direction, text in scene.frames if direction == "cp>csms"]
    return [call[3] for call in calls if call[0] == 2 and call[2] == action]


def stopped(system: CentralSystem, reason: Reason) -> int:
    return sum(
        transaction.stop is not None and transaction.stop.reason is reason
        for transaction in system.request_handler.transactions.values()
    )


def test_stations_connect_one_after_the_other_at_the_rate_of_the_profile() -> None:
    dialled: dict[int, list[float]] = {}

    async def story(scene: FleetScene) -> None:
        await scene.pass_time(3)
        assert (scene.fleet.counts.connected, scene.fleet.counts.booted) == (5, 5)
        dialled.update({number: road.dialled for number, road in scene.roads.items()})

    scene = live(story, {**QUIET, "station": {"connect_per_s": 2}})
    assert dialled == {1: [0.0], 2: [0.5], 3: [1.0], 4: [1.5], 5: [2.0]}
    assert len(sent(scene, "BootNotification")) == 5


def test_the_first_station_connects_at_once_whatever_its_number() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(1)
        assert scene.fleet.counts.connected == 0  # numbers are counted from 1 on: the others run elsewhere

    live(story, {**QUIET, "station": {"connect_per_s": 1}}, range(100, 102))


def test_drivers_come_charge_and_go() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(HOUR_S)

    scene = live(story)
    book = scene.system.request_handler.transactions
    counts = scene.fleet.counts
    assert counts.sessions == len(book) > 50
    assert stopped(scene.system, Reason.LOCAL) > 10  # by card
    assert stopped(scene.system, Reason.EV_DISCONNECTED) > 5  # by the plug
    assert {"SuspendedEV"} & {status["status"] for status in sent(scene, "StatusNotification")}
    assert sum(one.stop is None for one in book.values()) <= 10  # what is running just now, two connectors each
    assert not counts.errors
    requests = Counter(
        json.loads(text)[2] for direction, text in scene.frames if direction == "cp>csms" and text[1] == "2"
    )
    assert {action: times.count for action, times in counts.answers.items()} == requests
    assert counts.calls == requests.total()


def test_a_fleet_repeats_itself_exactly() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(600)

    troubled = {**QUICK, "offline": {"per_day": 500}, "power": {"per_day": 200}, "faults": {"per_day": 500}}
    runs = [live(story, values).frames for values in (troubled, troubled, {**troubled, "seed": 2})]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_station_does_the_same_in_whatever_shard_it_is() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(HOUR_S)

    def of_the_third(scene: FleetScene) -> list[tuple[str, str, int]]:
        return [
            (str(one.start.timestamp), one.start.id_tag, one.start.connector_id)
            for one in scene.system.request_handler.transactions.values()
            if one.charge_point_id == "FLEET-000003"
        ]

    alone, among_others = of_the_third(live(story, numbers=range(3, 4))), of_the_third(live(story))
    assert alone == among_others
    assert len(alone) > 5


def test_stopping_ends_transactions_and_delivers_that() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(600)
        assert scene.fleet.counts.in_session > 0
        await scene.fleet.stop()
        counts = scene.fleet.counts
        assert (counts.connected, counts.booted, counts.in_session, counts.started) == (0, 0, 0, 0)
        assert all(transaction.stop is not None for transaction in scene.system.request_handler.transactions.values())
        assert stopped(scene.system, Reason.OTHER) > 0

    live(story)


def test_back_to_back_the_next_driver_comes_when_all_is_delivered() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(60)

    timings = {"car_seen_s": 0, "power_drawn_s": 0, "unplugged_s": 0}
    sessions = {"back_to_back": True, "walk_s": [0, 0], "leave_s": [0, 0], "mix": [{"duration_s": [1, 1]}]}
    scene = live(story, {"sessions": sessions, "timings": timings}, range(1, 2))
    assert scene.fleet.counts.sessions >= 2 * 55  # at both connectors one a second


def test_a_network_cut_is_survived_and_what_happened_meanwhile_is_told() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(300)
        for member in scene.fleet.members.values():
            member.cut_network()
        await scene.pass_time(1)
        assert scene.fleet.counts.connected == 0
        known = len(scene.system.request_handler.transactions)
        began = scene.fleet.counts.sessions
        await scene.pass_time(HOUR_S)
        assert len(scene.system.request_handler.transactions) == known
        assert scene.fleet.counts.sessions > began
        for member in scene.fleet.members.values():
            member.mend_network()
        await scene.pass_time(HOUR_S)
        assert scene.fleet.counts.connected == 5
        assert len(scene.system.request_handler.transactions) == scene.fleet.counts.sessions
        assert scene.fleet.counts.waits["reconnect"].count == 5
        assert not scene.fleet.counts.errors  # it was meant

    live(story, {**QUICK, "configuration": {"LocalAuthorizeOffline": True, "AllowOfflineTxForUnknownId": True}})


def test_a_network_that_fails_by_itself_is_an_error() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(10)
        scene.roads[1].drop("connection reset")
        await scene.pass_time(120)
        assert scene.fleet.counts.connected == 5
        assert scene.fleet.counts.errors == {"connection lost: connection reset": 1}

    live(story, QUIET)


def test_power_cuts_end_transactions_with_power_loss() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(4 * HOUR_S)

    scene = live(story, {**QUICK, "power": {"per_day": 100, "duration_s": [5, 60]}})
    assert stopped(scene.system, Reason.POWER_LOSS) > 5
    assert len(sent(scene, "BootNotification")) > 20


def test_faults_come_and_go() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(2 * HOUR_S)

    scene = live(story, {**QUIET, "faults": {"per_day": 200, "duration_s": [5, 60], "errors": ["GroundFailure"]}})
    told = Counter((one["status"], one["errorCode"]) for one in sent(scene, "StatusNotification"))
    assert told["Available", "GroundFailure"] > 10  # first the error,
    assert told["Faulted", "OtherError"] > 10  # then that it prevents charging
    assert told["Available", "NoError"] > 10  # mended


def test_a_blackout_hits_its_share_and_ends() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(99)
        assert scene.fleet.counts.connected == 40
        await scene.pass_time(2)
        assert 10 <= scene.fleet.counts.connected <= 30
        await scene.pass_time(HOUR_S)
        assert scene.fleet.counts.connected == 40

    live(story, {**QUIET, "blackout": [{"at_s": 100, "duration_s": 30, "share": 0.5}]}, range(1, 41))


def test_a_blackout_of_all_hits_all() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(5)
        scene.fleet.black_out(Blackout(at_s=0, duration_s=10))
        await scene.pass_time(1)
        assert scene.fleet.counts.connected == 0

    live(story, QUIET)


def test_somebody_comes_when_the_central_system_starts_a_transaction() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(5)
        peer = scene.system.known("FLEET-000002")
        answer = await peer.call(RemoteStartTransactionRequest("REMOTE", 1))
        assert answer.status == "Accepted"
        await scene.pass_time(60)
        (transaction,) = scene.system.request_handler.transactions.values()
        assert (transaction.start.id_tag, transaction.stop) == ("REMOTE", None)
        await scene.pass_time(6000)
        assert transaction.stop is not None
        assert scene.fleet.members[2].station.status(1) == "Available"
        assert scene.fleet.counts.served == 1

    live(story, QUIET)


def test_a_refused_card_is_put_away() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(HOUR_S)
        assert not scene.system.request_handler.transactions
        assert scene.fleet.counts.answers["Authorize"].count > 20

    policy = Policy(other_id_tags=IdTagInfo(AuthorizationStatus.BLOCKED))
    live(story, policy=policy)


INJECTED_FAULTS: dict[str, tuple[InjectedFault, str]] = {
    "refused": (
        InjectedFault(action="StatusNotification", error=ErrorCode.INTERNAL_ERROR, times=2),
        "StatusNotification: CALLERROR InternalError",
    ),
    "silent": (
        InjectedFault(action="StatusNotification", silent=True, times=2),
        "StatusNotification: no answer within 30 s",
    ),
}


@pytest.mark.parametrize(("fault", "kind"), INJECTED_FAULTS.values(), ids=INJECTED_FAULTS)
def test_what_the_central_system_does_wrong_is_counted_by_kind(fault: InjectedFault, kind: str) -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(120)
        assert scene.fleet.counts.errors == {kind: 2}

    live(story, QUIET, range(1, 2), Policy(injected_faults=[evolve(fault)]))


def test_an_answer_that_breaks_its_schema_is_counted_with_its_action(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(5)
        line = scene.roads[1].connection
        assert line is not None
        there = line.to_charge_point.put_nowait

        def spoilt(text: str | None) -> None:
            there(text if text is None or not text.startswith("[3") else text[: text.index("{")] + '{"currentTime":7}]')

        monkeypatch.setattr(line.to_charge_point, "put_nowait", spoilt)
        await scene.pass_time(70)
        assert scene.fleet.counts.errors["Heartbeat: violates its schema"] > 0
        assert set(scene.fleet.counts.errors) <= {
            "Heartbeat: violates its schema",
            "SecurityEventNotification: violates its schema",
        }

    live(story, {**QUIET, "configuration": {"HeartbeatInterval": 30}}, range(1, 2), Policy(heartbeat_interval_s=30))


def test_there_is_never_a_second_request_while_one_is_unanswered() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(1800)

    scene = live(story, numbers=range(1, 2), policy=Policy(injected_faults=[InjectedFault(action="*", delay_s=0.7)]))
    waiting: set[str] = set()
    requests = 0
    for direction, text in scene.frames:
        frame = json.loads(text)
        if direction == "cp>csms" and frame[0] == 2:
            assert not waiting
            waiting.add(frame[1])
            requests += 1
        elif direction == "csms>cp" and frame[0] in (3, 4):
            waiting.discard(frame[1])
    assert requests > 50
    assert scene.fleet.counts.all_answers.percentile(50) == pytest.approx(0.7, rel=0.05)


def test_a_power_cut_of_many_is_over_when_the_last_of_its_cuts_is() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(5)
        scene.fleet.black_out(Blackout(at_s=0, duration_s=100, what="power"))
        member = scene.fleet.members[1]
        member.cut_power()
        await scene.pass_time(1)
        assert (scene.fleet.counts.connected, scene.fleet.counts.booted) == (0, 0)
        await scene.pass_time(110)
        assert (scene.fleet.counts.connected, scene.fleet.counts.booted) == (4, 4)
        member.restore_power()
        await scene.pass_time(5)
        assert (scene.fleet.counts.connected, scene.fleet.counts.booted) == (5, 5)
        assert not scene.fleet.counts.errors

    scene = live(story, QUIET)
    assert len(sent(scene, "BootNotification")) == 10


def test_a_station_that_was_stopped_in_a_power_cut_does_not_come_back() -> None:
    async def story(scene: FleetScene) -> None:
        await scene.pass_time(5)
        scene.fleet.black_out(Blackout(at_s=0, duration_s=10, what="power"))
        await scene.pass_time(1)
        await scene.fleet.stop()
        await scene.pass_time(60)
        assert scene.fleet.counts.connected == 0

    assert len(sent(live(story, QUIET), "BootNotification")) == 5


def test_all_stations_trust_the_same_roots_which_are_read_once() -> None:
    trust = SharedTrust()
    usual, strict = Verification(), Verification(wildcards=True)
    assert trust.tls(usual, None) is trust.tls(usual, None)
    assert trust.tls(usual, None) is not trust.tls(strict, None)
    with pytest.raises(CertificateError):
        trust.tls(usual, "client")
