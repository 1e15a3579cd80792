"""Plug & Charge from end to end: roots, the certificate that cars are shown, OCSP responses, contracts; all real."""

from datetime import UTC, datetime
from pathlib import Path

from attrs import evolve

from ocpp16sm import ChargePoint
from ocpp16sm.csms import CentralSystem, Contracts, Policy
from ocpp16sm.csms.authority import ContractAuthority
from ocpp16sm.csms.transfers import transfer
from ocpp16sm.messages.plug_and_charge import (
    SIGN_V2G_CERTIFICATE,
    TRIGGER_MESSAGE,
    ContractAuthorizeResponse,
    PncTriggerMessageRequest,
)
from ocpp16sm.messages.plug_and_charge_types import InstallableCertificateUse
from ocpp16sm.pki import FileCertificates
from tests.support.scene import IDENTITY
from tests.support.tls import run
from tests.support.virtual_time import settings

EMAID = "DE-8AA-1A2B3C4D5-9"
KEYS = {
    "ISO15118PnCEnabled": "true",
    "ISO15118CertificateManagementEnabled": "true",
    "CpoName": "Operator",
    "LocalAuthorizeOffline": "true",
}


def said(answer: ContractAuthorizeResponse) -> tuple[str, str | None]:
    return str(answer.id_token_info.status), answer.certificate_status and str(answer.certificate_status)


def test_a_car_charges_with_its_contract_until_that_is_revoked(tmp_path: Path) -> None:
    """The Central System installs roots, signs what cars are shown, knows responders; then a car comes."""
    authority = ContractAuthority(datetime.now(UTC))
    roots = {
        InstallableCertificateUse.V2G_ROOT_CERTIFICATE: authority.v2g_root.pem,
        InstallableCertificateUse.MO_ROOT_CERTIFICATE: authority.mo_root.pem,
    }
    contract = authority.contract(EMAID)
    certificates = FileCertificates(tmp_path / "pki")

    async def story() -> None:
        async with CentralSystem(Policy(contracts=Contracts(authority=authority, roots=roots))) as system:
            made = settings(
                central_system_url=system.url,
                identity=evolve(IDENTITY, charge_box_serial_number="SN-1"),
                configuration=KEYS,
            )
            async with ChargePoint(made, certificates=certificates) as station:
                peer = await system.peer("CP001")
                await station.wait_until_accepted()
                trigger = transfer(TRIGGER_MESSAGE, PncTriggerMessageRequest(SIGN_V2G_CERTIFICATE))
                assert (await peer.call(trigger)).data == '{"status":"Accepted"}'
                inventory = certificates.inventory
                await station.wait_until(lambda: [each.heard is None for each in inventory().ocsp] == [False] * 3)
                assert len(inventory().v2g_certificates) == 1

                checked = await station.authorize_contract(EMAID, contract.chain)
                assert said(checked) == ("Accepted", "Accepted")
                asked = await peer.expect("DataTransfer", lambda sent: sent.message_id == "Authorize")
                assert "iso15118CertificateHashData" in asked.data, "its root is here: nobody needs its certificate"

                authority.revoke(EMAID)
                revoked = await station.authorize_contract(EMAID, contract.chain)
                assert said(revoked) == ("Invalid", "CertificateRevoked")
                newer = authority.contract(EMAID)
                assert said(await station.authorize_contract(EMAID, newer.chain)) == ("Accepted", "Accepted")

                station.disconnect()
                await station.wait_until(lambda: not station.connected)
                assert said(await station.authorize_contract(EMAID, newer.chain)) == ("Accepted", "Accepted")
                stranger = ContractAuthority(datetime.now(UTC)).contract(EMAID)
                assert said(await station.authorize_contract(EMAID, stranger.chain)) == ("Unknown", None)
        shown = certificates.v2g_files()
        assert shown is not None
        assert None not in shown.ocsp

    run(story())
