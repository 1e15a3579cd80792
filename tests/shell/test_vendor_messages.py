"""Typed messages of vendors: an integrator's own, both ways (4.3)."""

from typing import Any

import pytest
from attrs import evolve, frozen

from ocpp16sm import InvalidArgumentError, InvalidMessageError, NoData, VendorMessage, VendorReply
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.csms import Policy
from ocpp16sm.messages import DataTransferRequest, DataTransferResponse, DataTransferStatus
from ocpp16sm.messages.primitives import CiString20, Integer
from ocpp16sm.messages.registry import SentBy
from tests.support.virtual_time import Lines, charge_point, passes, run, settings

ACCEPTED, REJECTED = DataTransferStatus.ACCEPTED, DataTransferStatus.REJECTED


@frozen
class SetBrightness:
    """A request."""

    display: CiString20
    percent: Integer


@frozen
class Brightness:
    """What it is answered with."""

    percent: Integer


SET = VendorMessage(vendor_id="com.x", message_id="SetBrightness", request=SetBrightness, response=Brightness)
GOOD = '{"display":"left","percent":120}'


def dimmed(request: SetBrightness) -> Brightness:
    """An integrator's handler."""
    return Brightness(min(request.percent, 100))


async def dimmed_later(request: SetBrightness) -> Brightness:
    """One that takes its time."""
    await passes(60)
    return dimmed(request)


async def answer_to(
    data: str | None, handler: Any = dimmed, message: VendorMessage[Any, Any] = SET, **more: Any
) -> tuple[str, str | None]:
    """What a charge point with this handler answers."""
    lines = Lines()
    station = charge_point(lines, settings(**more))
    station.register_vendor_message(message, handler)
    async with station:
        await station.wait_until_accepted()
        request = DataTransferRequest("COM.X", "setbrightness", data)
        response: DataTransferResponse = await lines.peer.call(request, timeout_s=120)
        return response.status, response.data


@pytest.mark.parametrize(
    ("handler", "status", "data"),
    [
        (dimmed, "Accepted", '{"percent":100}'),
        (dimmed_later, "Accepted", '{"percent":100}'),
        (lambda _request: None, "Accepted", None),
        (lambda _request: VendorReply(REJECTED, None, "not now"), "Rejected", "not now"),
        (lambda _request: VendorReply(ACCEPTED, Brightness(7)), "Accepted", '{"percent":7}'),
        (lambda _request: 1 / 0, "Rejected", None),
        (lambda _request: "100", "Rejected", None),
        (lambda _request: Brightness(2**40), "Rejected", None),
    ],
    ids=["response", "later", "nothing", "refusal", "reply", "exception", "no response", "beyond a limit"],
)
def test_a_handler_answers_with_a_typed_response(handler: Any, status: str, data: str | None) -> None:
    assert run(answer_to(GOOD, handler)) == (status, data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "$.display: is required, and missing (and 1 more fault)"),
        ("percent=7", "$: is not valid JSON"),
        ('{"display":"left"}', "$.percent: is required, and missing"),
        ('{"display":"left","percent":"7"}', '$.percent: expected a whole number, found text "7"'),
        ('{"display":"012345678901234567890","percent":7}', "$.display: expected at most 20 characters, found 21"),
    ],
    ids=["nothing", "no JSON", "missing", "wrong type", "too long"],
)
def test_data_that_does_not_fit_is_rejected_with_the_reason(data: str | None, reason: str) -> None:
    """The handler is not asked: it would raise."""
    assert run(answer_to(data, lambda _request: 1 / 0)) == ("Rejected", reason)


@pytest.mark.parametrize(("value", "status"), [("true", "Accepted"), ("false", "UnknownVendorId")])
def test_a_message_is_there_while_its_switch_is_on(value: str, status: str) -> None:
    keys = (VendorKey(name="DimmerFitted", type="boolean", default=value),)
    switched = evolve(SET, switch="DimmerFitted")
    assert run(answer_to(GOOD, dimmed, switched, vendor_keys=keys))[0] == status


def test_a_switch_that_nobody_knows_is_off() -> None:
    assert run(answer_to(GOOD, dimmed, evolve(SET, switch="Nonsense")))[0] == "UnknownVendorId"


def test_what_only_a_charge_point_sends_has_no_handler() -> None:
    station = charge_point(Lines())
    with pytest.raises(InvalidArgumentError, match="a message that the Central System sends"):
        station.register_vendor_message(evolve(SET, sent_by=SentBy.CHARGE_POINT), dimmed)


# -- to the Central System --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (DataTransferResponse(ACCEPTED, '{"percent":3}'), VendorReply(ACCEPTED, Brightness(3))),
        (DataTransferResponse(REJECTED, "no"), VendorReply(REJECTED, None, "no")),
        (
            DataTransferResponse(ACCEPTED),
            VendorReply(REJECTED, None, "the response cannot be understood: $.percent: is required, and missing"),
        ),
    ],
    ids=["accepted", "rejected", "nonsense"],
)
def test_the_application_sends_a_typed_message(answer: DataTransferResponse, reply: VendorReply[Brightness]) -> None:
    async def story() -> None:
        lines = Lines(Policy(data_transfer=answer))
        async with charge_point(lines) as station:
            both = evolve(SET, sent_by=SentBy.BOTH)
            assert await station.send_vendor_message(both, SetBrightness("left", 120)) is None, "nobody is there yet"
            await station.wait_until_accepted()
            assert await station.send_vendor_message(both, SetBrightness("left", 120)) == reply
            heard = await lines.peer.expect("DataTransfer")
            assert heard == DataTransferRequest("com.x", "SetBrightness", GOOD)

    run(story())


def test_what_must_not_be_sent_is_not_sent() -> None:
    async def story() -> None:
        async with charge_point(Lines()) as station:
            await station.wait_until_accepted()
            ours: VendorMessage[Any, Any] = evolve(SET, sent_by=SentBy.CHARGE_POINT)
            with pytest.raises(InvalidArgumentError, match="a message that the charge point sends"):
                await station.send_vendor_message(SET, SetBrightness("left", 1))
            with pytest.raises(InvalidArgumentError, match="SetBrightness"):
                await station.send_vendor_message(ours, Brightness(1))
            with pytest.raises(InvalidMessageError, match="at most 20 characters"):
                await station.send_vendor_message(ours, SetBrightness("x" * 21, 1))
            switched = evolve(ours, switch="QueueAllMessages", response=NoData)
            with pytest.raises(InvalidArgumentError, match="QueueAllMessages is not true"):
                await station.send_vendor_message(switched, SetBrightness("left", 1))

    run(story())
