"""``ocpp16sm station``."""

from contextlib import ExitStack, suppress
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
from attrs import evolve

from ocpp16sm.cli.console import SafeConsole, document
from ocpp16sm.cli.station_run import STDIO, Shown, StationRun, numbered
from ocpp16sm.cli.transcript import FrameLog, Transcript
from ocpp16sm.control import scenario
from ocpp16sm.control.act_table import ACTS
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.scenario import ScenarioError
from ocpp16sm.control.server import address
from ocpp16sm.control.station_file import StationFile, read_station_file
from ocpp16sm.control.station_file import station as station_of
from ocpp16sm.control.station_plan import ClockPlan, Plan
from ocpp16sm.listener import Listener
from ocpp16sm.network.transport import FrameSink
from ocpp16sm.shell import signals

USUAL_EXAMPLE = "station"

USAGE = f"""Run a virtual station, controlled by keys, a script, the scenario of a station file, or another program.

STATION is the URL of a Central System (ws://host:port/path) or a station file (TOML). See docs/station.md for its
format; --example prints an example, and "pricing --example", "plug-and-charge --example" or "signed-metering --example"
print others. Each line of a script is an act, with its parameters in order or as name=value, such as:

\b
  wait_for registration=Accepted
  plug_in 1
  present_token 04A1B2C3
  wait_for 1 Charging
  wait 5
  plug_out 1
  wait_for 1 Available
  wait_for delivered=true

With --control, another program controls the station with the same acts in JSON lines: see docs/control.md. The acts:

\b
{chr(10).join(f"  {act.usage()}{chr(10)}      {act.summary()}" for act in ACTS.values())}
"""


def station(
    what: Annotated[
        str | None,
        typer.Argument(metavar="STATION", help="URL of a Central System, or a station file.", show_default=False),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="Central System URL; overrides the station file.", show_default=False),
    ] = None,
    id: Annotated[
        str | None,
        typer.Option(
            "--id", help="Charge point id; CP001 if neither this nor the station file gives one.", show_default=False
        ),
    ] = None,
    connectors: Annotated[
        int | None,
        typer.Option(min=1, max=99, help="Number of connectors; overrides the station file.", show_default=False),
    ] = None,
    script: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Perform the acts in this file, then stop (- for standard input).", show_default=False
        ),
    ] = None,
    control: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH|HOST:PORT|-",
            help="Let another program control the station through a Unix socket, a TCP port on loopback (0 for any "
            "free port), or standard input and output. May be repeated.",
            show_default=False,
        ),
    ] = None,
    control_anywhere: Annotated[
        bool, typer.Option("--control-anywhere", help="Permit --control addresses that other machines can reach.")
    ] = False,
    boot: Annotated[
        bool | None, typer.Option("--boot/--no-boot", help="Start with the power on or off.", show_default="on")
    ] = None,
    pace: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1000,
            help="Speed of time relative to real time; 0 to let time pass only by act advance.",
            show_default=False,
        ),
    ] = None,
    faster: Annotated[float, typer.Option(min=0.1, max=1000, help="Speed-up of plugs, cars and meters only.")] = 1.0,
    seed: Annotated[
        int | None,
        typer.Option(help="Seed of all random choices; a different one in each run if omitted.", show_default=False),
    ] = None,
    tag: Annotated[str, typer.Option(help="idTag or name of the card that key s presents.")] = "04A1B2C3",
    show: Annotated[
        Shown | None,
        typer.Option(
            help="What to print: charts, frames and status lines (all), only status lines, or nothing. Default: all; "
            "with --control, nothing unless on a terminal.",
            show_default=False,
        ),
    ] = None,
    show_id_tags: Annotated[bool, typer.Option(help="Show idTags instead of masking them.")] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            help="Write frames to this file as JSON lines {at, direction, frame}, and connections as {at, event}. "
            "idTags are masked unless --show-id-tags is given.",
            show_default=False,
        ),
    ] = None,
    message_log: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="Rotating message log of the charge point, with idTags masked.", show_default=False
        ),
    ] = None,
    security_log: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Rotating security log of the charge point.", show_default=False),
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="Print an example station file, by default the standard one, and exit.")
    ] = False,
) -> None:
    """Run a virtual station."""
    if example:
        document(_example(what))
        return
    if what is None:
        raise typer.BadParameter("expected the URL of a Central System, or a station file (or --example)")
    where = [STDIO if text == STDIO else address(text, anywhere=control_anywhere) for text in control or ()]
    if STDIO in where and script == STDIO:
        raise typer.BadParameter("--control - and --script - cannot be combined, since both read standard input")
    file = _station(
        what,
        central_system_url=url,
        charge_point_id=id,
        connectors=connectors,
        message_log=message_log,
        security_log=security_log,
    )
    plan = file.plan
    clock = plan.clock if pace is None else ClockPlan(pace=pace, began=plan.clock.began)
    plan = evolve(
        plan,
        timings=plan.timings.faster(faster),
        clock=clock,
        seed=plan.seed if seed is None else seed,
        boot=plan.boot if boot is None else boot,
    )
    lines = _read_script(Path(script), plan) if script not in (None, STDIO) else None
    console = SafeConsole(stderr=STDIO in where)
    shown = show or (Shown.NOTHING if where and not console.is_terminal else Shown.ALL)
    with ExitStack() as opened:
        transcript = Transcript(console, id_tags=show_id_tags)
        sinks: list[FrameSink] = [transcript.frame] if shown is Shown.ALL else []
        listeners: list[Listener] = [transcript] if shown is Shown.ALL else []
        if log is not None:
            frame_log = FrameLog(log, id_tags=show_id_tags)
            opened.callback(frame_log.close)
            sinks.append(frame_log.frame)
            listeners.append(frame_log)
        panel = Panel(
            plan,
            sinks=sinks,
            listeners=listeners,
            displays=[transcript.note] if shown is not Shown.NOTHING else [],
        )
        run = StationRun(panel, console, transcript, shown, where, file.scenario, script, lines, tag, show_id_tags)
        with suppress(KeyboardInterrupt):  # Ctrl-C is the normal way to stop it
            signals.run(run.story(), by=panel.clock.run)


def _station(what: str, **options: Any) -> StationFile:
    """Load a station file, or a default station for a URL, with the given options applied."""
    given = {name: value for name, value in options.items() if value is not None}
    if "://" in what:
        return station_of({}, **{"central_system_url": what, **given})
    return read_station_file(Path(what), **given)


def _read_script(path: Path, plan: Plan) -> list[str]:
    """Read the lines of a script, and check them all before any is performed."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: not a text file ({error})") from None
    for number, line in enumerate(lines, 1):
        with numbered(path, number):
            scenario.act_of(line, plan)
    return lines


def _example(name: str | None) -> str:
    examples = {file.name.removesuffix(".toml"): file for file in (files("ocpp16sm.control") / "examples").iterdir()}
    file = examples.get(name or USUAL_EXAMPLE)
    if file is None:
        raise typer.BadParameter(f"unknown example {name!r}; expected one of {', '.join(sorted(examples))}")
    return file.read_text(encoding="utf-8")
