"""Plug & Charge with a Central System that others have written: OCPP 2.0.1's messages of the package ``ocpp``."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import evolve
from ocpp.charge_point import (  # type: ignore[import-untyped]  # no types there
    camel_to_snake_case,
    remove_nones,
    serialize_as_dict,
    snake_to_camel_case,
)
from ocpp.messages import Call, CallResult, validate_payload  # type: ignore[import-untyped]  # no types there
from ocpp.v16 import call as call16  # type: ignore[import-untyped]  # no types there
from ocpp.v16 import call_result as result16
from ocpp.v201 import call, call_result, datatypes, enums  # type: ignore[import-untyped]  # no types there

from ocpp16sm import ChargePoint
from ocpp16sm.csms.authority import ContractAuthority
from ocpp16sm.pki import FileCertificates
from tests.interop.mobilityhouse import CentralSystem, central_system
from tests.interop.test_mobilityhouse import ask, run
from tests.support.scene import IDENTITY
from tests.support.virtual_time import settings

VENDOR = "org.openchargealliance.iso15118pnc"
EMAID = "DE-8AA-1A2B3C4D5-9"
KEYS = {
    "ISO15118PnCEnabled": "true",
    "ISO15118CertificateManagementEnabled": "true",
    "CentralContractValidationAllowed": "true",
    "CpoName": "Operator",
}


def written(message: Any) -> str:
    """One of their messages of OCPP 2.0.1 as JSON, as they would put it on the wire."""
    return json.dumps(snake_to_camel_case(remove_nones(serialize_as_dict(message))))


async def read(action: str, data: str, kind: Any) -> Any:
    """Data of ours as one of their messages, held against their schema."""
    payload = json.loads(data)
    made = kind("1", action, payload) if kind is Call else kind("1", payload, action)
    await validate_payload(made, "2.0.1")
    return camel_to_snake_case(payload)


async def asks(theirs: CentralSystem, action: str, message: Any) -> Any:
    """Their Central System asks; our answer, valid by their schema."""
    transfer = call16.DataTransfer(vendor_id=VENDOR, message_id=action, data=written(message))
    answer = await ask(theirs, transfer)
    assert answer.status == "Accepted"
    return await read(action, answer.data, CallResult)


def test_their_messages_of_2_0_1_are_understood_and_ours_by_them(tmp_path: Path) -> None:
    authority = ContractAuthority(datetime.now(UTC))
    contract = authority.contract(EMAID)

    async def story() -> None:
        async with central_system() as endpoint:
            made = settings(
                central_system_url=endpoint.url,
                identity=evolve(IDENTITY, charge_box_serial_number="SN-1"),
                configuration=KEYS,
            )
            async with ChargePoint(made, certificates=FileCertificates(tmp_path)) as ours:
                theirs = await endpoint.peer()
                await theirs.expect_status(1, "Available")

                use = enums.InstallCertificateUseEnumType.v2g_root_certificate
                root = call.InstallCertificate(certificate_type=use, certificate=authority.v2g_root.pem)
                assert await asks(theirs, "InstallCertificate", root) == {"status": "Accepted"}
                wanted = [enums.GetCertificateIdUseEnumType.v2g_root_certificate]
                listed = await asks(
                    theirs, "GetInstalledCertificateIds", call.GetInstalledCertificateIds(certificate_type=wanted)
                )
                (found,) = listed["certificate_hash_data_chain"]

                trigger = call.TriggerMessage(requested_message=enums.MessageTriggerEnumType.sign_v2g_certificate)
                assert await asks(theirs, "TriggerMessage", trigger) == {"status": "Accepted"}
                sign = await theirs.expect("DataTransfer", lambda sent: sent["message_id"] == "SignCertificate")
                asked = await read("SignCertificate", sign["data"], Call)
                assert asked["certificate_type"] == enums.CertificateSigningUseEnumType.v2g_certificate
                signed = call.CertificateSigned(
                    certificate_chain=authority.sign_v2g(asked["csr"]),
                    certificate_type=enums.CertificateSigningUseEnumType.v2g_certificate,
                )
                assert await asks(theirs, "CertificateSigned", signed) == {"status": "Accepted"}
                status = await theirs.expect("DataTransfer", lambda sent: sent["message_id"] == "GetCertificateStatus")
                asked = await read("GetCertificateStatus", status["data"], Call)
                assert asked["ocsp_request_data"]["responder_url"]

                info = datatypes.IdTokenInfoType(status=enums.AuthorizationStatusEnumType.accepted)
                verdict = call_result.Authorize(
                    id_token_info=info, certificate_status=enums.AuthorizeCertificateStatusEnumType.accepted
                )
                theirs.transfers = result16.DataTransfer(status="Accepted", data=written(verdict))
                answer = await ours.authorize_contract(EMAID, contract.chain)
                assert (answer.id_token_info.status, answer.certificate_status) == ("Accepted", "Accepted")
                authorize = await theirs.expect("DataTransfer", lambda sent: sent["message_id"] == "Authorize")
                asked = await read("Authorize", authorize["data"], Call)
                assert asked["id_token"] == {"id_token": EMAID, "type": "eMAID"}

                exi = call_result.Get15118EVCertificate(
                    status=enums.Iso15118EVCertificateStatusEnumType.accepted, exi_response="gA=="
                )
                theirs.transfers = result16.DataTransfer(status="Accepted", data=written(exi))
                brought = await ours.get_15118_ev_certificate("gJg=", "urn:iso:15118:2:2013:MsgDef")
                assert brought is not None
                assert brought.exi_response == "gA=="
                car = await theirs.expect("DataTransfer", lambda sent: sent["message_id"] == "Get15118EVCertificate")
                assert (await read("Get15118EVCertificate", car["data"], Call))["exi_request"] == "gJg="

                gone = call.DeleteCertificate(
                    certificate_hash_data=datatypes.CertificateHashDataType(**found["certificate_hash_data"])
                )
                assert await asks(theirs, "DeleteCertificate", gone) == {"status": "Accepted"}

    run(story())


def test_asdict_is_not_what_they_send() -> None:
    """Their helper takes away what is not said: so does ``written``."""
    message = call.SignCertificate(csr="x")
    assert asdict(message)["certificate_type"] is None
    assert json.loads(written(message)) == {"csr": "x"}
