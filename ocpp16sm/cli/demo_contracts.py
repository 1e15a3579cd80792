"""``ocpp16sm demo --plug-and-charge``, with real authorities, certificates and contracts made for this run."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from ocpp16sm.cli.transcript import Transcript
from ocpp16sm.csms import CentralSystem, Contracts, Peer, Policy
from ocpp16sm.csms.authority import ContractAuthority
from ocpp16sm.csms.transfers import transfer
from ocpp16sm.listener import Listener
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.messages.plug_and_charge import SIGN_V2G_CERTIFICATE, TRIGGER_MESSAGE, PncTriggerMessageRequest
from ocpp16sm.messages.plug_and_charge_types import InstallableCertificateUse, InstalledCertificateUse
from ocpp16sm.network.transport import Transport
from ocpp16sm.pki import FileCertificates
from ocpp16sm.settings import Settings
from ocpp16sm.station import Car, CarContract, VirtualStation

EMAID = "DE-8AA-1A2B3C4D5-9"
CARD = "04A1B2C3"
PATIENCE_S = 30.0
"""Maximum wait for the refusal, in seconds."""
CONFIGURATION = {
    "ISO15118PnCEnabled": "true",
    "ISO15118CertificateManagementEnabled": "true",
    "SeccLeafSubjectCommonName": "DEPNX100001",
    "SeccLeafSubjectOrganization": "Operator",
    "MeterValueSampleInterval": "1",
}


async def charge_by_contract(transcript: Transcript, listeners: Iterable[Listener], transport: Transport) -> None:
    """Let a car charge with its contract, revoke the contract, and let the driver use a card instead.

    :param transcript: where the steps are printed.
    :param listeners: receive the events of the charge point.
    :param transport: opens the connection of the charge point.
    """
    authority = ContractAuthority(datetime.now(UTC))
    roots = {
        InstallableCertificateUse.V2G_ROOT_CERTIFICATE: authority.v2g_root.pem,
        InstallableCertificateUse.MO_ROOT_CERTIFICATE: authority.mo_root.pem,
    }
    policy = Policy(contracts=Contracts(authority=authority, roots=roots))
    with TemporaryDirectory() as directory:
        async with CentralSystem(policy) as central_system:
            settings = Settings(
                charge_point_id="CP001",
                central_system_url=central_system.url,
                configuration=CONFIGURATION,
                trace_charts=True,
            )
            certificates = FileCertificates(directory)
            refused = asyncio.Event()

            def show(text: str) -> None:
                transcript.note(f"display: {text}")
                if "refused" in text:
                    refused.set()

            station = VirtualStation(settings, transport=transport, display=show, certificates=certificates)
            for listener in listeners:
                station.charge_point.add_listener(listener)
            async with station:
                peer = await central_system.peer("CP001")
                await peer.expect("StatusNotification", lambda request: request.connector_id == 1)
                await _prepare(transcript, station, peer, certificates)
                await _charge(transcript, station, peer, authority, refused)


async def _prepare(transcript: Transcript, station: VirtualStation, peer: Peer, certificates: FileCertificates) -> None:
    """Install roots, then obtain the certificate for cars and its OCSP responses."""
    uses = InstalledCertificateUse.V2G_ROOT_CERTIFICATE, InstalledCertificateUse.MO_ROOT_CERTIFICATE
    await station.charge_point.wait_until(lambda: len(certificates.installed_chains(uses)) == len(uses))
    transcript.note("the Central System triggers the certificate for cars")
    await peer.call(transfer(TRIGGER_MESSAGE, PncTriggerMessageRequest(SIGN_V2G_CERTIFICATE)))

    def is_ready() -> bool:
        heard = [entry.heard is not None for entry in certificates.inventory().ocsp]
        return bool(heard) and all(heard)

    await station.charge_point.wait_until(is_ready)


async def _charge(
    transcript: Transcript, station: VirtualStation, peer: Peer, authority: ContractAuthority, refused: asyncio.Event
) -> None:
    async def until(status: ChargePointStatus) -> None:
        await peer.expect("StatusNotification", lambda request: request.status is status)

    async def leaves() -> None:
        transcript.note("the car is unplugged")
        station.plug_out(1)
        await until(ChargePointStatus.AVAILABLE)

    car = Car(contract=CarContract(EMAID, authority.contract(EMAID).chain))
    transcript.note("a car with a contract is plugged in")
    station.plug_in(1, car)
    await until(ChargePointStatus.CHARGING)
    await peer.expect("MeterValues")
    await leaves()
    authority.revoke(EMAID)
    transcript.note("its contract has been revoked; the car is plugged in again")
    station.plug_in(1, car)
    await until(ChargePointStatus.PREPARING)
    async with asyncio.timeout(PATIENCE_S):
        await refused.wait()
    transcript.note("a card is presented")
    station.present_token(CARD)
    await until(ChargePointStatus.CHARGING)
    await leaves()
