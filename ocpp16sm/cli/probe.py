"""``ocpp16sm probe``."""

import json
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ocpp16sm.base.private_files import write_private
from ocpp16sm.cli.console import document, show, show_line
from ocpp16sm.errors import DefinitionError

if TYPE_CHECKING:
    from ocpp16sm.probe.search import ProbeResult
    from ocpp16sm.probe.steps import Walk
    from ocpp16sm.probe.visit import Target


class Format(StrEnum):
    """Output format of findings."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


def _show_rules(wanted: bool) -> None:
    if wanted:
        from ocpp16sm.probe import RULES

        for rule in RULES.values():
            show_line(f"{rule.name} ({rule.severity}; {rule.clause})\n    {rule.says}")
        raise typer.Exit


def probe(
    url: Annotated[
        str,
        typer.Argument(metavar="URL", help="Central System URL, ws://host:port/path; the identity is appended."),
    ],
    identity: Annotated[str, typer.Option("--id", help="Identity of the charge point.")] = "PROBE-1",
    id_tag: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG", help="idTag to use; may be repeated. [default: PROBE]", show_default=False),
    ] = None,
    password: Annotated[
        str | None,
        typer.Option(
            envvar="OCPP16SM_PROBE_PASSWORD", help="Password for HTTP Basic authentication.", show_default=False
        ),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(
            help="PEM file with the root certificate for wss://; the system's roots if omitted.", show_default=False
        ),
    ] = None,
    connectors: Annotated[int, typer.Option(min=1, max=16, help="Number of connectors.")] = 2,
    walks: Annotated[
        int, typer.Option(min=1, max=100_000, help="Random walks of each kind to try after the last new finding.")
    ] = 60,
    usual_only: Annotated[bool, typer.Option("--usual-only", help="Take no hostile walks.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random walks; the same seed gives the same walks.")] = 0,
    rate: Annotated[float, typer.Option(min=0.1, help="Maximum number of frames and connections per second.")] = 50.0,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds within which a CALL must be answered.")] = 30.0,
    time_limit: Annotated[float, typer.Option(min=1, help="Maximum total seconds.")] = 600.0,
    style: Annotated[Format, typer.Option("--format", "-f", help="Output format of the findings.")] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the findings.", show_default=False)
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Repeat the walks of a JSON report instead of drawing new ones.", show_default=False
        ),
    ] = None,
    public: Annotated[
        bool,
        typer.Option(
            "--public",
            help="Permit a Central System outside this machine and private networks; ask its operator first.",
        ),
    ] = False,
    _rules: Annotated[
        bool, typer.Option("--rules", callback=_show_rules, is_eager=True, help="Show all rules and exit.")
    ] = False,
) -> None:
    """Probe a Central System with usual and then hostile sequences of messages, and check every answer.

    Each violation of a rule is reported with the shortest sequence (walk) that shows it and the frames exchanged. The
    probe leaves stopped transactions under the given identity and idTags. The exit code is 1 if anything violates the
    specification.
    """
    from ocpp16sm.fleet.preconditions import check_address

    if find_spec("hypothesis") is None:
        raise DefinitionError("ocpp16sm probe needs Hypothesis: pip install 'ocpp16sm[testing]'")
    from ocpp16sm.probe import report
    from ocpp16sm.probe.search import Plan, retrace
    from ocpp16sm.probe.search import probe as search

    known = None if replay is None else _walks_of(replay)
    check_address(url, public=public, why="a prober may harm it")
    target = _target(url, identity, tuple(id_tag or ["PROBE"]), password, root, connectors, rate, timeout)
    live = style is Format.TEXT and output is None
    if known is not None:
        probed = retrace(target, iter(known))
        for found in probed.found if live else ():
            show_line(report.as_text(found))
    else:
        plan = Plan(seed=seed, walks=walks, time_limit_s=time_limit, usual_only=usual_only)
        probed = search(target, plan, lambda found: show_line(report.as_text(found)) if live else None)
    if live:
        show(report.summary(probed, seed))
    else:
        _write(report.FORMATS[style](probed, url, seed), output)
    _leave(probed)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        document(text)
    else:
        write_private(output, text)


def _leave(probed: "ProbeResult") -> None:
    if probed.errors:
        raise typer.Exit(1)


def _walks_of(file: Path) -> "list[Walk]":
    from ocpp16sm.probe.steps import from_json

    try:
        rows = json.loads(file.read_text(encoding="utf-8"))["findings"]
        return [from_json(row["walk"]) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise DefinitionError(f"{file}: expected a report of ocpp16sm probe --format json ({error!r})") from None


def _target(
    url: str,
    identity: str,
    id_tags: tuple[str, ...],
    password: str | None,
    root: Path | None,
    connectors: int,
    rate: float,
    timeout: float,
) -> "Target":
    from ocpp16sm.network import tls
    from ocpp16sm.probe.visit import Target
    from ocpp16sm.probe.wire import Pace
    from ocpp16sm.records import Verification
    from ocpp16sm.settings import Settings

    whole = Settings(charge_point_id=identity, central_system_url=url).url_for(0)
    context = None
    if whole.startswith("wss:"):
        roots = () if root is None else (root.read_text(encoding="ascii"),)
        context = tls.client_context(roots, None, Verification(system_roots=root is None))
    return Target(
        url=whole,
        identity=identity,
        id_tags=id_tags,
        pace=Pace(rate),
        connectors=connectors,
        timeout_s=timeout,
        password=None if password is None else password.encode(),
        tls=context,
    )
