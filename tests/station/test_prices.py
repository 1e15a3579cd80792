"""A session that costs something: the Central System's tariff, the station's display, until the plug is out."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from ocpp16sm.csms import Policy, Tariff
from ocpp16sm.messages import DataTransferRequest, StopTransactionRequest
from ocpp16sm.messages.cost import MessageFormat
from ocpp16sm.prices import CostState, PriceText, SessionCost, UserPrice
from ocpp16sm.station import VirtualStation, price_display
from tests.support.virtual_time import Lines, LoopClock, passes, run, settings

KEYS = {
    "CustomDisplayCostAndPrice": "true",
    "DefaultPrice": '{"priceText":"0.40","priceTextOffline":"offline: 0.50"}',
    "MeterValueSampleInterval": "600",
    "NumberOfDecimalsForCostValues": "2",
    "WaitForSetUserPriceTimeout": "5000",
}
TARIFF = Tariff(kwh_price=Decimal("0.50"), idle_hour_price=Decimal(6))


@pytest.mark.parametrize("fee_after_stop", [True, False])
def test_a_session_is_priced_from_the_card_to_the_plug(fee_after_stop: bool) -> None:
    """An hour of charging, half an hour idle in the transaction, and a quarter of an hour after it."""
    shown: list[str] = []

    async def story() -> None:
        tariff = Tariff(kwh_price=Decimal("0.50"), idle_hour_price=Decimal(6), idle_fee_after_stop=fee_after_stop)
        lines = Lines(Policy(tariff=tariff))
        keys = {**KEYS, "CustomIdleFeeAfterStop": str(fee_after_stop).lower()}
        station = VirtualStation(
            settings(configuration=keys), transport=lines, clock=LoopClock(), seed=1, display=shown.append
        )
        async with station:
            await station.charge_point.wait_until_accepted()
            station.plug_in(1)
            station.present_token("TAG", [1])
            await passes(3600)
            station.ev_pause(1)
            await passes(1800)
            station.present_token("TAG", [1])
            await passes(900)
            station.plug_out(1)
            await passes(60)
            stop: StopTransactionRequest = await lines.peer.expect("StopTransaction")
        prices = [text for text in shown if "price" in text]
        assert prices[:3] == ["price: offline: 0.50", "price: 0.40", "your price: 0.50 EUR/kWh, idle 6 EUR/h"]
        assert "connector 1: 0.00 so far, charging" in shown
        assert any(text.endswith("so far, idle") for text in shown)
        (final,) = [text for text in shown if " in all" in text]
        energy = Decimal(stop.meter_stop) / 1000 * Decimal("0.50")
        idle = Decimal("4.50") if fee_after_stop else Decimal(3)
        told = Decimal(final.removeprefix("connector 1: ").partition(" ")[0])
        assert abs(told - energy - idle) < Decimal("0.02"), final

    run(story())


def test_a_charge_point_that_shows_no_prices_is_left_in_peace() -> None:
    """It answers UnknownVendorId, and charges."""

    async def story() -> None:
        lines = Lines(Policy(tariff=TARIFF))
        async with VirtualStation(settings(), transport=lines, clock=LoopClock(), seed=1) as station:
            await station.charge_point.wait_until_accepted()
            station.plug_in(1)
            station.present_token("TAG", [1])
            await lines.peer.expect("StartTransaction")
            await passes(60)
        answers = [json.loads(text)[2] for way, text in lines.frames if way == "cp>csms" and '"Unknown' in text]
        assert answers
        assert all(answer == {"status": "UnknownVendorId"} for answer in answers)

    run(story())


@pytest.mark.parametrize(
    ("data", "told"),
    [('{"transactionId":7,"timestamp":"2026-06-01T12:00:00Z"}', 0), ("nonsense", 0), (None, 0)],
    ids=["unknown", "nonsense", "nothing"],
)
def test_a_plug_that_nobody_has_a_bill_for_costs_nothing(data: str | None, told: int) -> None:
    """It is Accepted all the same, so that it is not sent again."""

    async def story() -> None:
        lines = Lines(Policy(tariff=TARIFF))
        async with VirtualStation(settings(configuration=KEYS), transport=lines, clock=LoopClock()) as station:
            await station.charge_point.wait_until_accepted()
            vendor = "org.openchargealliance.costmsg"
            answer = await station.charge_point.data_transfer(vendor, "ConnectorUnplugged", data)
            assert answer is not None
            assert answer.status == "Accepted"
            assert await lines.peer.expect("DataTransfer") == DataTransferRequest(vendor, "ConnectorUnplugged", data)
            await asyncio.sleep(0)
        assert sum("FinalCost" in text for _, text in lines.frames) == told

    run(story())


def cost(state: CostState, **more: Any) -> SessionCost:
    """A cost."""
    return SessionCost(
        session_id="s", connector=2, transaction_id=1, state=state, cost=Decimal(3), shown="3.00", **more
    )


TEXTS = (PriceText("3,00", "nl"), PriceText("3.00", "en", MessageFormat.UTF8))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (price_display.default_price(TEXTS), "price: 3,00 / 3.00"),
        (price_display.price(UserPrice(id_tag="SECRET", texts=TEXTS)), "your price: 3,00 / 3.00"),
        (price_display.cost(cost(CostState.IDLE)), "connector 2: 3.00 so far, idle"),
        (price_display.cost(cost(CostState.FINISHED)), "connector 2: 3.00 in all"),
        (
            price_display.cost(cost(CostState.FINISHED, texts=TEXTS, qr_code_text="http://x")),
            "connector 2: 3.00 in all (3,00 / 3.00), receipt: http://x",
        ),
    ],
)
def test_the_display_says(said: str, text: str) -> None:
    """No idTag is shown to whoever stands behind."""
    assert said == text
