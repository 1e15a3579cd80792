"""``ocpp16sm csms``."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from ocpp16sm.cli.console import SafeConsole
from ocpp16sm.cli.numbers import seconds
from ocpp16sm.cli.transcript import FrameLog, Transcript
from ocpp16sm.csms import CentralSystem, Contracts, InjectedFault, Policy, Tariff
from ocpp16sm.errors import ErrorCode
from ocpp16sm.messages import ACTIONS, AuthorizationStatus, IdTagInfo, RegistrationStatus
from ocpp16sm.messages.plug_and_charge_types import InstallableCertificateUse
from ocpp16sm.network import tls
from ocpp16sm.records import Credentials
from ocpp16sm.shell import signals

Word = TypeVar("Word", bound=StrEnum)

EMAID = "DE-8AA-1A2B3C4D5-9"
"""eMAID of the Plug & Charge contract."""


def csms(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free port.")] = 9000,
    interval: Annotated[
        int, typer.Option(min=0, help="Heartbeat interval in BootNotification.conf, in seconds.")
    ] = 300,
    registration: Annotated[
        list[RegistrationStatus] | None,
        typer.Option(
            metavar="STATUS",
            help="Status for the first BootNotification: Accepted, Pending or Rejected. Repeat for the following ones; "
            "the remaining ones are Accepted.",
            show_default=False,
        ),
    ] = None,
    id_tag: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG=STATUS", help="Status returned for an idTag, e.g. T1=Blocked.", show_default=False),
    ] = None,
    other_id_tags: Annotated[
        AuthorizationStatus,
        typer.Option(
            metavar="STATUS",
            help="Status returned for all other idTags: Accepted, Blocked, Expired, Invalid or ConcurrentTx.",
        ),
    ] = AuthorizationStatus.ACCEPTED,
    refuse: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACTION=CODE", help="Answer requests for this action with a CALLERROR.", show_default=False
        ),
    ] = None,
    delay: Annotated[
        list[str] | None,
        typer.Option(metavar="ACTION=SECONDS", help="Delay the answers to this action.", show_default=False),
    ] = None,
    silent: Annotated[
        list[str] | None,
        typer.Option(metavar="ACTION", help="Do not answer requests for this action.", show_default=False),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="Known charge point; may be repeated. Others get HTTP 404.", show_default=False
        ),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            help="Listen with TLS, using this PEM file with the certificate followed by its chain.", show_default=False
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="PEM file with the unencrypted key of the certificate.", show_default=False)
    ] = None,
    client_roots: Annotated[
        Path | None,
        typer.Option(
            help="PEM file with the root certificates that charge points' certificates are verified against.",
            show_default=False,
        ),
    ] = None,
    password: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=KEY",
            help="AuthorizationKey of a charge point; may be repeated. Charge points without one get HTTP 401.",
            show_default=False,
        ),
    ] = None,
    pricing: Annotated[bool, typer.Option("--pricing", help="Send the cost of sessions (California Pricing).")] = False,
    plug_and_charge: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Act as a Plug & Charge authority: install roots, sign certificates and authorize contracts. "
            f"A contract for {EMAID} is written to DIR/contract.pem.",
            show_default=False,
        ),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            help="Write every frame to this file as a JSON line {at, station, direction, frame}, and connections as "
            "{at, station, event}. idTags are masked unless --show-id-tags is given.",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not print frames.")] = False,
    show_id_tags: Annotated[bool, typer.Option(help="Show idTags instead of masking them.")] = False,
) -> None:
    """Run an embedded Central System until Ctrl-C. It is for demos and tests, never for production.

    It accepts all charge points and requests unless options say otherwise, and stores nothing.
    """
    if (certificate is None) is not (key is None) or (client_roots is not None and certificate is None):
        raise typer.BadParameter("--certificate and --key must be given together, and --client-roots requires both")
    policy = Policy(
        registrations=registration or (),
        heartbeat_interval_s=interval,
        id_tags=dict(_id_tag(text) for text in id_tag or ()),
        other_id_tags=IdTagInfo(other_id_tags),
        tariff=Tariff() if pricing else None,
        contracts=None if plug_and_charge is None else _contracts(plug_and_charge),
        passwords=dict(_password(text) for text in password) if password else None,
        injected_faults=list(_injected_faults(refuse or (), delay or (), silent or ())),
    )
    context = None if certificate is None or key is None else tls.server_context(certificate, key, client_roots)
    console = SafeConsole()
    transcript = Transcript(console, id_tags=show_id_tags)
    frame_log = None if log is None else FrameLog(log, id_tags=show_id_tags)
    known = frozenset(only) if only else None
    system = CentralSystem(
        policy,
        host=host,
        port=port,
        only=known,
        on_frame=None if quiet else transcript.frame,
        witness=frame_log,
        tls=context,
        remembers=False,
    )
    try:
        with suppress(KeyboardInterrupt):  # Ctrl-C is the normal way to stop it
            signals.run(_serve(system, console))
    finally:
        if frame_log is not None:
            frame_log.close()


def _contracts(directory: Path) -> Contracts:
    from ocpp16sm.csms.authority import ContractAuthority  # imports cryptography, which is optional

    authority = ContractAuthority(datetime.now(UTC))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "contract.pem").write_text(authority.contract(EMAID).chain, encoding="ascii")
    except OSError as error:
        raise typer.BadParameter(f"--plug-and-charge: cannot write to {directory} ({error.strerror})") from None
    roots = {
        InstallableCertificateUse.V2G_ROOT_CERTIFICATE: authority.v2g_root.pem,
        InstallableCertificateUse.MO_ROOT_CERTIFICATE: authority.mo_root.pem,
    }
    return Contracts(authority=authority, roots=roots)


async def _serve(system: CentralSystem, console: SafeConsole) -> None:
    async with system:
        console.say(f"listening; charge points connect to {system.url}/<charge point id>")
        await asyncio.Event().wait()


def _split(option: str, text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise typer.BadParameter(f"{option} {text}: expected NAME=VALUE")
    return name, value


def _word(option: str, text: str, words: type[Word]) -> Word:
    try:
        return words(text)
    except ValueError:
        raise typer.BadParameter(f"{option}: {text!r} is not one of {', '.join(words)}") from None


def _password(text: str) -> tuple[str, bytes]:
    id, separator, key = text.partition("=")
    if not id or not separator:
        raise typer.BadParameter("--password: expected ID=KEY")
    return id, Credentials(authorization_key=key).password()


def _id_tag(text: str) -> tuple[str, IdTagInfo]:
    tag, status = _split("--id-tag", text)
    return tag, IdTagInfo(_word("--id-tag", status, AuthorizationStatus))


def _injected_faults(refuse: Iterable[str], delay: Iterable[str], silent: Iterable[str]) -> Iterable[InjectedFault]:
    for text in refuse:
        action, code = _split("--refuse", text)
        yield InjectedFault(action=_action("--refuse", action), error=_word("--refuse", code, ErrorCode))
    for text in delay:
        action, delay_s = _split("--delay", text)
        try:
            yield InjectedFault(action=_action("--delay", action), delay_s=seconds(delay_s))
        except ValueError:
            raise typer.BadParameter(f"--delay: {delay_s!r} is not a number of seconds") from None
    for action in silent:
        yield InjectedFault(action=_action("--silent", action), silent=True)


def _action(option: str, name: str) -> str:
    if name != "*" and name not in ACTIONS:
        raise typer.BadParameter(f"{option}: {name!r} is not an action of OCPP 1.6 (or * for all)")
    return name
