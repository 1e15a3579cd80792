"""Cars that charge with a contract: no card is shown, unless the contract is refused (ISO 15118)."""

from datetime import timedelta
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import Contracts, InjectedFault, Policy
from ocpp16sm.csms.authority import ContractAuthority
from ocpp16sm.messages import ReserveNowRequest, StartTransactionRequest
from ocpp16sm.messages.plug_and_charge import Get15118EVCertificateRequest
from ocpp16sm.messages.plug_and_charge_types import EVCertificateAction, TokenStatus
from ocpp16sm.station import Car, CarContract, CertificateInstallation, DcCar, VirtualStation
from ocpp16sm.testing.virtual_charge_point import BEGAN
from tests.support.virtual_time import Lines, LoopClock, passes, run, settings

EMAID = "DE-8AA-1A2B3C4D5-9"
KEYS = {"ISO15118PnCEnabled": "true", "CentralContractValidationAllowed": "true", "ConnectionTimeOut": "60"}


@pytest.fixture(scope="module")
def authority() -> ContractAuthority:
    return ContractAuthority(BEGAN)


def with_contract(authority: ContractAuthority, emaid: str = EMAID) -> CarContract:
    return CarContract(emaid, authority.contract(emaid).chain)


def visited(policy: Policy, act: Any, **keys: str) -> tuple[list[StartTransactionRequest], list[str], list[str]]:
    """What was started, what the display said, and the statuses of connector 1, while this was done."""
    shown: list[str] = []
    lines = Lines(policy)

    async def story() -> None:
        made = settings(configuration={**KEYS, **keys})
        station = VirtualStation(made, transport=lines, clock=LoopClock(), seed=1, display=shown.append)
        async with station:
            await station.charge_point.wait_until_accepted()
            await act(station, lines)

    run(story())
    heard = [each.request for each in lines.peer.heard]
    starts = [request for request in heard if isinstance(request, StartTransactionRequest)]
    statuses = [str(each.status) for each in heard if getattr(each, "status", None) and each.connector_id == 1]
    return starts, shown, statuses


@pytest.mark.parametrize("kind", [Car, DcCar])
def test_a_car_charges_with_its_contract(kind: Any, authority: ContractAuthority) -> None:
    """StartTransaction has the eMAID as idTag (profiles.md 6.3); the plug alone ends it."""
    car = kind(contract=with_contract(authority))

    async def act(station: VirtualStation, _lines: Lines) -> None:
        station.plug_in(1, car)
        await passes(600)
        station.plug_out(1)
        await passes(60)

    starts, _, statuses = visited(Policy(contracts=Contracts(authority=authority)), act)
    assert [(start.connector_id, start.id_tag) for start in starts] == [(1, EMAID)]
    assert statuses == ["Available", "Preparing", "Charging", "Finishing", "Available"]


def test_a_contract_that_is_refused_leaves_the_card(authority: ContractAuthority) -> None:
    """The car may fall back to a card (EIM), as long as ConnectionTimeOut lasts."""
    car = Car(contract=with_contract(authority))

    async def act(station: VirtualStation, _lines: Lines) -> None:
        station.plug_in(1, car)
        await passes(30)
        assert station.status(1) == "Preparing"
        station.present_token("TAG")
        await passes(30)

    policy = Policy(contracts=Contracts(authority=authority, statuses={EMAID: TokenStatus.NO_CREDIT}))
    starts, shown, _ = visited(policy, act)
    assert [start.id_tag for start in starts] == ["TAG"]
    assert "the contract is refused: NoCredit" in shown


def test_a_contract_that_was_revoked_is_refused_with_the_reason() -> None:
    authority = ContractAuthority(BEGAN)
    car = Car(contract=with_contract(authority))
    authority.revoke(EMAID)

    async def act(station: VirtualStation, _lines: Lines) -> None:
        station.plug_in(1, car)
        await passes(100)
        assert station.status(1) == "Finishing", "nobody came in time"

    starts, shown, _ = visited(Policy(contracts=Contracts(authority=authority)), act)
    assert starts == []
    assert "the contract is refused: Invalid, CertificateRevoked" in shown


def test_without_plug_and_charge_a_card_is_needed(authority: ContractAuthority) -> None:
    car = Car(contract=with_contract(authority))

    async def act(station: VirtualStation, lines: Lines) -> None:
        station.plug_in(1, car)
        await passes(30)
        assert station.status(1) == "Preparing"
        assert lines.sent("DataTransfer") == []

    starts, _, _ = visited(Policy(contracts=Contracts(authority=authority)), act, ISO15118PnCEnabled="false")
    assert starts == []


def test_a_car_that_leaves_before_the_answer_does_not_charge(authority: ContractAuthority) -> None:
    """Nor does the next one with its contract."""
    car = Car(contract=with_contract(authority))

    policy = Policy(
        contracts=Contracts(authority=authority), injected_faults=[InjectedFault(action="DataTransfer", delay_s=10.0)]
    )

    async def act(station: VirtualStation, _lines: Lines) -> None:
        station.plug_in(1, car)
        await passes(5)
        station.plug_out(1)
        await passes(2)
        station.plug_in(1, Car())
        await passes(20)
        assert station.status(1) == "Preparing"

    starts, _, _ = visited(policy, act)
    assert starts == []


def test_a_card_that_was_shown_first_pays(authority: ContractAuthority) -> None:
    car = Car(contract=with_contract(authority))

    async def act(station: VirtualStation, lines: Lines) -> None:
        station.present_token("TAG")
        await passes(5)
        station.plug_in(1, car)
        await passes(30)
        assert lines.sent("DataTransfer") == []

    starts, _, _ = visited(Policy(contracts=Contracts(authority=authority)), act)
    assert [start.id_tag for start in starts] == ["TAG"]


def test_a_connector_reserved_for_somebody_else_takes_no_contract(authority: ContractAuthority) -> None:
    car = Car(contract=with_contract(authority))

    async def act(station: VirtualStation, lines: Lines) -> None:
        expiry = Timestamp.of(BEGAN + timedelta(hours=1))
        assert (await lines.peer.call(ReserveNowRequest(1, expiry, "OTHER", 1))).status == "Accepted"
        station.plug_in(1, car)
        await passes(30)

    starts, _, _ = visited(Policy(contracts=Contracts(authority=authority)), act)
    assert starts == []


def test_a_power_cut_does_not_forget_the_contract(authority: ContractAuthority) -> None:
    """A reset: the car is still there, and charges again."""
    car = Car(contract=with_contract(authority))

    async def act(station: VirtualStation, _lines: Lines) -> None:
        station.plug_in(1, car)
        await passes(60)
        station.reset()
        await passes(120)

    starts, _, _ = visited(Policy(contracts=Contracts(authority=authority)), act)
    assert [start.id_tag for start in starts] == [EMAID, EMAID]


@pytest.mark.parametrize(("brought", "status"), [("gA==", "Accepted"), (None, "Failed")])
def test_a_car_has_its_certificate_brought_before_it_pays(
    brought: str | None, status: str, authority: ContractAuthority
) -> None:
    """Get15118EVCertificate (profiles.md 6.3); what it says and gets is EXI, which nobody here reads."""
    asked: list[Get15118EVCertificateRequest] = []
    said = CertificateInstallation("gJg=", EVCertificateAction.UPDATE)
    car = Car(contract=with_contract(authority), installation=said)

    def pool(request: Get15118EVCertificateRequest) -> str | None:
        asked.append(request)
        return brought

    async def act(station: VirtualStation, _lines: Lines) -> None:
        station.plug_in(1, car)
        await passes(60)
        assert station.virtual_connector(1).exi_response == (brought or "")

    starts, shown, _ = visited(Policy(contracts=Contracts(authority=authority, ev_certificate=pool)), act)
    version = "urn:iso:15118:2:2013:MsgDef"
    assert asked == [Get15118EVCertificateRequest(version, EVCertificateAction.UPDATE, "gJg=")]
    assert f"the car's contract certificate: {status}" in shown
    assert [start.id_tag for start in starts] == [EMAID]


def test_a_car_that_only_wants_its_certificate_needs_a_card() -> None:
    car = Car(installation=CertificateInstallation("gJg="))

    async def act(station: VirtualStation, _lines: Lines) -> None:
        station.plug_in(1, car)
        await passes(20)
        assert station.status(1) == "Preparing"
        assert station.virtual_connector(1).exi_response is None

    starts, shown, _ = visited(Policy(), act)
    assert "the car's contract certificate: no answer" in shown
    assert starts == []


def test_an_emaid_fits_an_idtag() -> None:
    with pytest.raises(ValueError, match="20"):
        CarContract("DE-8AA-" + "1" * 20, "PEM")
