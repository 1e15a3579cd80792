"""Plug & Charge as an application uses it, against the embedded Central System's authorities."""

import json
from typing import Any

import pytest

from ocpp16sm import InvalidArgumentError
from ocpp16sm.csms import Contracts, Policy
from ocpp16sm.csms.authority import RESPONDER, Contract, ContractAuthority
from ocpp16sm.messages import HashAlgorithm
from ocpp16sm.messages.plug_and_charge import ContractAuthorizeResponse, Get15118EVCertificateRequest
from ocpp16sm.messages.plug_and_charge_types import OcspRequestData, TokenStatus
from ocpp16sm.pki import chains
from ocpp16sm.testing.virtual_charge_point import BEGAN
from tests.support.virtual_time import Lines, charge_point, run, settings

EMAID = "DE-8AA-1A2B3C4D5-9"
ON = {"ISO15118PnCEnabled": "true", "CentralContractValidationAllowed": "true"}
EXI = "gJgCAAAAAAAAAAAR0iCmQ="
VERSION = "urn:iso:15118:2:2013:MsgDef"


@pytest.fixture(scope="module")
def authority() -> ContractAuthority:
    return ContractAuthority(BEGAN)


@pytest.fixture
def contract(authority: ContractAuthority) -> Contract:
    return authority.contract(EMAID)


def identified(contract: Contract) -> OcspRequestData:
    leaf, issuer, *_ = chains.parse("it", contract.chain)
    found = chains.hash_data(leaf, issuer, HashAlgorithm.SHA256)
    return OcspRequestData(
        HashAlgorithm.SHA256, found.issuer_name_hash, found.issuer_key_hash, found.serial_number, RESPONDER
    )


def lines_to(authority: ContractAuthority, **more: Any) -> Lines:
    return Lines(Policy(contracts=Contracts(authority=authority, **more)))


def said(answer: ContractAuthorizeResponse) -> tuple[str, str | None]:
    return str(answer.id_token_info.status), answer.certificate_status and str(answer.certificate_status)


def test_a_contract_charges_until_it_is_revoked(authority: ContractAuthority, contract: Contract) -> None:
    """Its root is not here: the Central System checks it, by its certificate or by its hash data."""

    async def story() -> None:
        async with charge_point(lines_to(authority), settings(configuration=ON)) as station:
            await station.wait_until_accepted()
            assert said(await station.authorize_contract(EMAID, contract.chain)) == ("Accepted", "Accepted")
            by_hash = await station.authorize_contract(EMAID, hash_data=[identified(contract)])
            assert said(by_hash) == ("Accepted", "Accepted")
            authority.revoke(EMAID)
            by_hash = await station.authorize_contract(EMAID, hash_data=[identified(contract)])
            assert said(by_hash) == ("Invalid", "CertificateRevoked")

    run(story())


def test_the_central_system_may_refuse_a_good_contract(authority: ContractAuthority, contract: Contract) -> None:
    async def story() -> None:
        lines = lines_to(authority, statuses={EMAID: TokenStatus.NOT_AT_THIS_LOCATION})
        async with charge_point(lines, settings(configuration=ON)) as station:
            await station.wait_until_accepted()
            answer = await station.authorize_contract(EMAID, contract.chain)
            assert said(answer) == ("NotAtThisLocation", "Accepted")

    run(story())


def test_what_cannot_be_is_refused_before_anybody_is_asked(contract: Contract) -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, settings(configuration=ON)) as station:
            await station.wait_until_accepted()
            with pytest.raises(InvalidArgumentError, match="emaid"):
                await station.authorize_contract("DE-8AA-" + "1" * 20)
            with pytest.raises(InvalidArgumentError, match="at most 4"):
                await station.authorize_contract(EMAID, hash_data=[identified(contract)] * 5)
            assert lines.sent("DataTransfer") == []

    run(story())


def test_a_certificate_is_in_no_log(
    authority: ContractAuthority, contract: Contract, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is the eMAID, which is an idTag."""

    async def story() -> None:
        async with charge_point(lines_to(authority), settings(configuration=ON)) as station:
            await station.wait_until_accepted()
            await station.authorize_contract(EMAID, contract.chain)

    with caplog.at_level("DEBUG"):
        run(story())
    assert EMAID not in caplog.text
    assert "BEGIN CERTIFICATE" not in caplog.text


@pytest.mark.parametrize(("answer", "expected"), [("gA==", ("Accepted", "gA==")), (None, ("Failed", ""))])
def test_a_car_asks_for_its_certificate(answer: str | None, expected: tuple[str, str]) -> None:
    asked: list[Get15118EVCertificateRequest] = []

    def pool(request: Get15118EVCertificateRequest) -> str | None:
        asked.append(request)
        return answer

    async def story() -> None:
        lines = lines_to(ContractAuthority(BEGAN), ev_certificate=pool)
        async with charge_point(lines, settings(configuration=ON)) as station:
            await station.wait_until_accepted()
            response = await station.get_15118_ev_certificate(EXI, VERSION, "Update")
            assert response is not None
            assert (str(response.status), response.exi_response) == expected
            data = json.loads(json.loads(lines.sent("DataTransfer")[0])[3]["data"])
            assert data == {"iso15118SchemaVersion": VERSION, "action": "Update", "exiRequest": EXI}

    run(story())
    assert asked[0].exi_request == EXI


def test_a_car_is_told_that_nobody_answers() -> None:
    async def story() -> None:
        async with charge_point(Lines(), settings(configuration=ON)) as station:
            assert await station.get_15118_ev_certificate(EXI, VERSION) is None, "nobody is there yet"
            await station.wait_until_accepted()
            assert await station.get_15118_ev_certificate(EXI, VERSION) is None, "nobody knows the vendor"
            with pytest.raises(InvalidArgumentError, match="Install, Update"):
                await station.get_15118_ev_certificate(EXI, VERSION, "Delete")  # type: ignore[arg-type]  # meant
            station.set_configuration("ISO15118PnCEnabled", "false")
            with pytest.raises(InvalidArgumentError, match="ISO15118PnCEnabled is not true"):
                await station.get_15118_ev_certificate(EXI, VERSION)

    run(story())
