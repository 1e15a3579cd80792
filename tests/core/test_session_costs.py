"""What a session costs: RunningCost, FinalCost, and being idle until the connector is unplugged.

Proves reference/profiles.md 7.2 and CustomIdleFeeAfterStop.
"""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.cost import ChargingPrice, IdlePrice, MessageFormat, NextPeriod
from ocpp16sm.prices import CostState, PriceText, SessionCost
from tests.support.prices import MANY_LANGUAGES, CostTold, costs, prices, says, shown, unplugged
from tests.support.scene import SILENCE, USUAL, CallError, CoreScene
from tests.support.virtual_core import BEGAN


def told(scene: CoreScene) -> list[SessionCost]:
    """The costs that were to be shown since the last look."""
    return [event.cost for event in shown(scene, CostTold)]


def stops(scene: CoreScene, connector: int = 1, session: str = "s1") -> None:
    """The transaction stops, and is delivered; the car stays."""
    scene.ends(connector, session, wh=10)
    scene.hears("StopTransaction")
    scene.sees(connector, "Finishing")


def leaves(scene: CoreScene, connector: int = 1, session: str = "s1") -> None:
    """The car is unplugged."""
    scene.station.on_session_stopped(connector, session)
    scene.sees(connector, "Available")


def unplugs(scene: CoreScene, answer: Any = USUAL) -> dict[str, Any]:
    """The car is unplugged where being connected costs something; gives what is said of it."""
    scene.station.on_session_stopped(1, "s1")
    return unplugged(scene.hears("DataTransfer", answer))


FULL = {
    "timestamp": "2026-06-01T12:00:00Z",
    "meterValue": 1234000,
    "chargingPrice": {"kWhPrice": 0.123, "hourPrice": 0.0, "flatFee": 1},
    "idlePrice": {"graceMinutes": 30, "hourPrice": 1.00},
    "nextPeriod": {"atTime": "2026-06-01T19:00:00Z", "chargingPrice": {"kWhPrice": 0.1}},
}


def test_a_running_cost_is_shown_with_all_that_is_said() -> None:
    """7.2: numbers are exact; the transaction's id becomes the session's."""
    scene = prices()
    id = scene.transaction(session="s1")
    assert costs(scene, id, 1.005, **FULL) == {"status": "Accepted"}
    assert told(scene) == [
        SessionCost(
            session_id="s1",
            connector=1,
            transaction_id=id,
            state=CostState.CHARGING,
            cost=Decimal("1.005"),
            shown="1.005",
            at=BEGAN,
            meter_value_wh=Decimal(1234000),
            charging_price=ChargingPrice(Decimal("0.123"), Decimal("0.0"), Decimal(1)),
            idle_price=IdlePrice(30, Decimal("1.0")),
            next_period=NextPeriod(Timestamp.parse("2026-06-01T19:00:00Z"), ChargingPrice(Decimal("0.1"))),
        )
    ]


def test_an_idle_state_is_not_lost() -> None:
    """[BUG] of libocpp: every RunningCost is Charging there."""
    scene = prices()
    scene.transaction()
    costs(scene, state="Idle")
    costs(scene, state="Charging")
    assert [cost.state for cost in told(scene)] == [CostState.IDLE, CostState.CHARGING]


def test_a_transaction_id_may_be_a_text() -> None:
    """7.2: a number or a numeric string."""
    scene = prices()
    scene.transaction()
    assert says(scene, "RunningCost", {"transactionId": "1", "cost": 1}) == {"status": "Accepted"}
    assert [cost.transaction_id for cost in told(scene)] == [1]


@pytest.mark.parametrize(
    ("digits", "cost", "text"),
    [("3", "1.0005", "1.001"), ("2", "2.675", "2.68"), ("0", "0.5", "1"), ("2", "7", "7.00"), ("2", "-0.005", "-0.01")],
)
def test_a_cost_is_shown_with_so_many_decimals(digits: str, cost: str, text: str) -> None:
    """7.1: rounded, not cut as libocpp does ([Q])."""
    scene = prices(NumberOfDecimalsForCostValues=digits)
    scene.transaction()
    says(scene, "RunningCost", f'{{"transactionId":1,"cost":{cost}}}')
    assert [(each.cost, each.shown) for each in told(scene)] == [(Decimal(cost), text)]


@pytest.mark.parametrize("message_id", ["RunningCost", "FinalCost"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "$.transactionId: is required"),
        ("{", "$: is not valid JSON"),
        ({"cost": 1}, "$.transactionId: is required"),
        ({"transactionId": "one", "cost": 1}, "$.transactionId: expected a whole number"),
        ({"transactionId": 1}, "$.cost: is required"),
        ({"transactionId": 1, "cost": "1"}, "$.cost: expected a number"),
        ({"transactionId": 2, "cost": 1}, "$.transactionId: no session here is called 2"),
    ],
    ids=["no data", "broken", "no id", "no number", "no cost", "text", "unknown"],
)
def test_what_belongs_to_no_session_is_rejected_with_a_reason(message_id: str, data: Any, reason: str) -> None:
    """7.2: never a CALLERROR ([BUG] of libocpp for an id that is no number)."""
    scene = prices()
    scene.transaction()
    answer = says(scene, message_id, data)
    assert answer["status"] == "Rejected"
    assert reason in answer["data"]
    assert told(scene) == []


def test_a_final_cost_is_shown_with_its_texts() -> None:
    """7.2."""
    scene = prices(**MANY_LANGUAGES)
    id = scene.transaction()
    stops(scene)
    extra = [{"format": "HTML", "language": "nl", "content": "<b>3,31</b>"}]
    final = {"transactionId": id, "cost": 3.31, "priceText": "$3.31", "priceTextExtra": extra, "qrCodeText": "http://x"}
    assert says(scene, "FinalCost", final) == {"status": "Accepted"}
    (cost,) = told(scene)
    assert (cost.state, cost.session_id, cost.cost) == (CostState.FINISHED, "s1", Decimal("3.31"))
    assert cost.texts == (PriceText("$3.31", "en"), PriceText("<b>3,31</b>", "nl", MessageFormat.HTML))
    assert cost.qr_code_text == "http://x"


def test_a_final_cost_comes_when_all_is_over() -> None:
    """7.2: after StopTransaction.conf, when the next session runs already; also over a restart."""
    scene = prices()
    first = scene.transaction(session="s1")
    stops(scene)
    leaves(scene)
    scene.transaction(session="s2")
    scene.restarts()
    scene.hears_all()
    assert says(scene, "FinalCost", {"transactionId": first, "cost": 3}) == {"status": "Accepted"}
    assert [cost.session_id for cost in told(scene)] == ["s1"]


def test_final_costs_are_awaited_of_the_last_sessions_only() -> None:
    """Nothing grows for ever."""
    scene = prices(MessageQueueSizeThreshold="1000")
    ids = []
    for number in range(20):
        ids.append(scene.transaction(session=f"s{number}"))
        stops(scene, session=f"s{number}")
        leaves(scene, session=f"s{number}")
    answers = [says(scene, "FinalCost", {"transactionId": id, "cost": 1})["status"] for id in ids]
    assert answers == ["Rejected"] * 3 + ["Accepted"] * 17
    assert len(scene.virtual.store.load().session_prices) == 17


def test_no_running_cost_is_shown_when_the_session_is_over() -> None:
    """Without CustomIdleFeeAfterStop the transaction is all there is to pay for."""
    scene = prices()
    scene.transaction()
    stops(scene)
    answer = costs(scene, state="Idle")
    assert (answer["status"], told(scene)) == ("Rejected", [])
    leaves(scene)
    scene.hears_nothing()


# -- CustomIdleFeeAfterStop --------------------------------------------------------------------------------------------


def idle(**configuration: Any) -> CoreScene:
    """A charge point at which being connected costs something."""
    return prices(CustomIdleFeeAfterStop="true", **configuration)


def test_being_idle_costs_until_the_connector_is_unplugged() -> None:
    """The Central System extends the transaction until ConnectorUnplugged."""
    scene = idle()
    id = scene.transaction()
    stops(scene)
    scene.passes(60)
    assert costs(scene, id, state="Idle") == {"status": "Accepted"}
    scene.passes(60)
    assert unplugs(scene) == {"transactionId": id, "timestamp": "2026-06-01T12:02:00.000Z"}
    assert costs(scene, id, state="Idle")["status"] == "Rejected"
    assert says(scene, "FinalCost", {"transactionId": id, "cost": 3}) == {"status": "Accepted"}
    assert [cost.state for cost in told(scene)] == [CostState.IDLE, CostState.FINISHED]


def test_the_key_counts_when_the_transaction_stops() -> None:
    """The Central System may switch it on and off."""
    scene = prices()
    scene.transaction()
    scene.sets("CustomIdleFeeAfterStop", "true")
    stops(scene)
    scene.sets("CustomIdleFeeAfterStop", "false")
    assert unplugs(scene)["transactionId"] == 1


def test_a_car_that_leaves_with_its_transaction_is_unplugged_then() -> None:
    """4.10 EVDisconnected."""
    scene = idle()
    scene.transaction()
    scene.ends(reason="EVDisconnected", wh=10)
    scene.station.on_session_stopped(1, "s1")
    assert unplugged(scene.hears_all("DataTransfer")[0])["transactionId"] == 1


def test_a_session_that_ends_before_its_transaction_is_unplugged_with_the_transaction() -> None:
    """C1: the transaction goes on for a while."""
    scene = idle()
    scene.transaction()
    scene.station.on_session_stopped(1, "s1")
    assert scene.hears_all("DataTransfer") == []
    scene.ends(wh=10)
    assert len(scene.hears_all("DataTransfer")) == 1


def test_it_is_kept_until_it_is_heard() -> None:
    """Like what belongs to a transaction: offline, with an id that is known later, over a restart, and again."""
    scene = idle()
    scene.loses_network()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.begins()
    scene.ends(wh=10)
    scene.station.on_session_stopped(1, "s1")
    scene.restarts()
    scene.regains_network()
    scene.hears("BootNotification")
    found = scene.hears_all("StartTransaction", "StopTransaction", "DataTransfer")
    assert [heard.action for heard in found] == ["StartTransaction", "StopTransaction", "DataTransfer"]
    assert unplugged(found[-1]) == {"transactionId": 1, "timestamp": "2026-06-01T12:00:00.000Z"}
    assert not any(price.unheard for price in scene.virtual.store.load().session_prices)


@pytest.mark.parametrize(("answer", "wait"), [(CallError(), 10), (SILENCE, 40)], ids=["refused", "silence"])
def test_it_is_sent_again(answer: Any, wait: float) -> None:
    """3.7.1: TransactionMessageAttempts."""
    scene = idle(TransactionMessageAttempts="3", TransactionMessageRetryInterval="10")
    scene.transaction()
    stops(scene)
    unplugs(scene, answer)
    scene.passes(wait)
    assert [unplugged(heard)["transactionId"] for heard in scene.hears_all("DataTransfer")] == [1]
    scene.passes(600)
    scene.hears_nothing()


def test_nobody_pays_for_what_nobody_watched() -> None:
    """A power cut while a car is idle: when it left is not known, only when the transaction stopped."""
    scene = idle()
    scene.transaction()
    stops(scene)
    scene.passes(60)
    scene.restarts()
    (heard,) = scene.hears_all("DataTransfer")
    assert unplugged(heard) == {"transactionId": 1, "timestamp": "2026-06-01T12:00:00.000Z"}


def test_a_session_that_goes_on_after_a_power_cut_keeps_its_price() -> None:
    """What was told last, and what it is to be measured by."""
    scene = idle()
    id = scene.transaction()
    costs(scene, id, 2, triggerMeterValue={"atEnergykWh": 1})
    scene.restarts(resuming_sessions=frozenset({"s1"}))
    scene.hears_all()
    (kept,) = scene.virtual.store.load().session_prices
    assert kept.cost is not None
    assert (kept.session_id, kept.cost.cost) == ("s1", Decimal(2))
    scene.measures(1, 1000)
    assert [heard["transactionId"] for heard in scene.hears_all("MeterValues")] == [id]


def test_the_next_transaction_of_a_session_ends_the_idling_of_the_one_before() -> None:
    """Nobody is charged twice."""
    scene = idle()
    scene.transaction()
    stops(scene)
    scene.begins(wh=10)
    scene.hears_all("StartTransaction")
    costs(scene, 2)
    assert [cost.transaction_id for cost in told(scene)] == [2]
    assert costs(scene, 1, state="Idle")["status"] == "Rejected"


# -- whatever happens --------------------------------------------------------------------------------------------------

STEPS = st.one_of(
    st.tuples(st.sampled_from(["plug", "begin", "end", "unplug"]), st.integers(1, 2)),
    st.tuples(st.sampled_from(["RunningCost", "FinalCost"]), st.integers(1, 6)),
    st.tuples(st.sampled_from(["lose link", "cut power"]), st.just(0)),
)


@given(st.lists(STEPS, max_size=30), st.booleans())
def test_whatever_happens_a_cost_is_shown_once_and_to_its_own_session(steps: list[tuple[str, int]], fee: bool) -> None:
    """What is Accepted is shown to whom it belongs, at its connector; what is Rejected to nobody."""
    scene = prices(2, CustomIdleFeeAfterStop=str(fee).lower())
    plugged: dict[int, str] = {}
    charging: dict[int, str] = {}
    named: dict[int, tuple[str, int]] = {}
    for number, (step, which) in enumerate(steps):
        session = f"s{number}"
        if step == "plug" and which not in plugged:
            plugged[which] = session
            scene.station.on_session_started(which, session, "EVConnected")
        elif step == "begin" and which in plugged and which not in charging:
            charging[which] = plugged[which]
            scene.begins(which, plugged[which])
            named[len(named) + 1] = (plugged[which], which)
        elif step == "end" and which in charging:
            scene.ends(which, charging.pop(which))
        elif step == "unplug" and which in plugged and which not in charging:
            scene.station.on_session_stopped(which, plugged.pop(which))
        elif step == "lose link":
            scene.loses_link()
            scene.passes(60)
        elif step == "cut power":
            plugged.clear()
            charging.clear()
            scene.restarts()
        scene.hears_all()
        if step in ("RunningCost", "FinalCost"):
            answer = says(scene, step, {"transactionId": which, "cost": number})
            seen = [(each.session_id, each.connector, each.cost) for each in told(scene)]
            accepted = answer["status"] == "Accepted"
            assert seen == ([(*named[which], Decimal(number))] if accepted else [])
            runs = which in named and named[which][0] in charging.values()
            assert accepted or not runs or which != max(n for n, s in named.items() if s == named[which])
            if step == "FinalCost":
                assert accepted == (which in named)
