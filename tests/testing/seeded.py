"""Mistakes put into the chart of a connector: those of libocpp (handlers.md, 10), and those of authors of charts."""

from pathlib import Path
from types import ModuleType
from typing import Any, Final

from attrs import field, frozen
from statemachine import StateChart

from statecharts.ocpp16 import connector

SOURCE: Final = Path(str(connector.__file__)).read_text(encoding="utf-8")


@frozen
class Fault:
    """A mistake, as an edit of ``statecharts/ocpp16/connector.py``."""

    name: str
    what: str
    edits: tuple[tuple[str, str], ...] = field(repr=False)
    """Old text, which occurs once, and new text."""
    finding: str
    """What is said of it, as a regular expression."""

    @property
    def chart(self) -> type[StateChart[Any]]:
        """The chart with the mistake."""
        text = SOURCE
        for old, new in self.edits:
            assert text.count(old) == 1, f"{self.name}: {old!r} occurs {text.count(old)} times"
            text = text.replace(old, new)
        module = ModuleType(f"connector_with_{self.name}")
        exec(compile(text, module.__name__, "exec"), vars(module))
        return vars(module)["Connector"]  # type: ignore[no-any-return]


def _before(line: str, new: str) -> tuple[str, str]:
    return line, f"{new}\n            {line}"


BACK = 'Finishing.to(Available, event="session_ended")  # F1'
SOUND = 'Faulted.to(Sound, event="fault_cleared")'
OUT = 'Operative.to(Scheduled, event="disabled inoperative_requested", cond="In(\'in_use\')")'
ENABLED = 'Inoperative.to(Operative, event="enabled")'
OVERLAYS = '(Overlay("Faulted", "Faulted"), Overlay("Inoperative", "Unavailable"))'
ENDED = 'in_use.to(Available, event="session_ended", cond="not transaction_running")'
IN_ONE_STEP = """Scheduled.to(
                Inoperative, event="transaction_stopped", cond="In('energy') and not user_action_required"
            )"""
RESTART = 'Finishing.to(in_use.Preparing, event="session_started transaction_started")'
CANCELLED = 'Scheduled.to(Operative, event="enabled operative_requested")'

BEHAVES: Final = (
    Fault(
        "D06",
        "a fault can never be left",
        ((SOUND, 'Faulted.to(None, event="fault_cleared")'),),
        "has no fault but is Faulted",
    ),
    Fault(
        "D07",
        "what was true before a fault is lost: when it is cleared the connector is Available",
        (_before(BACK, 'in_use.to(Available, event="fault_cleared")'),),
        "has a transaction but is Available|'transaction_stopped' is not allowed in Available",
    ),
    Fault(
        "D08",
        "enabled in the middle of a session, it is Available",
        (_before(BACK, 'in_use.to(Available, event="enabled")'),),
        "has a transaction but is Available",
    ),
    Fault(
        "D09",
        "disabled in Preparing is lost",
        (
            (OUT, OUT.replace("in_use", "energy")),
            (
                'Operative.to(Inoperative, event="disabled")',
                'Operative.to(Inoperative, event="disabled", cond="not In(\'Preparing\')")',
            ),
            ('"disabled": "Scheduled Inoperative"', '"disabled": "Scheduled Inoperative Preparing"'),
            ('"inoperative_requested": "Available', '"inoperative_requested": "Preparing Available'),
        ),
        "should be out of service but (is|reports) Available",
    ),
    Fault(
        "D10",
        "a session leaves Unavailable although the connector is out of service",
        ((ENABLED, ENABLED.replace("enabled", "enabled session_started")),),
        "(is|should be) out of service but (is|reports) (Preparing|Available)",
    ),
    Fault(
        "D11",
        "when the session ends the connector is free, whatever its transaction does",
        ((ENDED, ENDED.replace(', cond="not transaction_running"', "")),),
        "has a transaction but is Available",
    ),
    Fault(
        "D12",
        "a scheduled change flickers: Available first",
        (
            (
                IN_ONE_STEP,
                "pass",
            ),
        ),
        "should be out of service but reports Available",
    ),
    Fault(
        "D14",
        "a transaction that starts in Finishing keeps Finishing",
        (
            (RESTART, RESTART.replace(" transaction_started", "")),
            ('"transaction_started": "in_use"', '"transaction_started": "in_use Finishing"'),
        ),
        "has a transaction but is Finishing",
    ),
    Fault(
        "no_overlay",
        "out of service is not shown",
        ((OVERLAYS, '(Overlay("Faulted", "Faulted"),)'),),
        "should be out of service but (is|reports) Available",
    ),
    Fault(
        "overlays_swapped",
        "a fault is not shown while the connector is out of service",
        ((OVERLAYS, '(Overlay("Inoperative", "Unavailable"), Overlay("Faulted", "Faulted"))'),),
        "has a fault but is Unavailable",
    ),
    Fault(
        "schedule_lost_with_the_session",
        "it forgets to go out of service when the session ends",
        ((CANCELLED, CANCELLED.replace("enabled", "enabled session_ended transaction_stopped")),),
        "should be out of service but (is|reports) Available",
    ),
    Fault(
        "schedule_never_cancelled",
        "it goes out of service although it was brought back",
        ((CANCELLED, 'Scheduled.to(None, event="enabled operative_requested")'),),
        "is in service but reports Unavailable",
    ),
    Fault(
        "time_out_in_a_transaction",
        "a late time-out of the plug ends the use under a running transaction",
        (
            (
                'in_use.Preparing.to(Finishing, event="connection_timed_out", cond="not transaction_running")',
                'in_use.to(Finishing, event="connection_timed_out")',
            ),
        ),
        "has a transaction but is Finishing",
    ),
    Fault(
        "D2",
        "after a pause it prepares again",
        (
            (
                'SuspendedEV.to(Charging, event="energy_flowed")  # D3',
                "pass",
            ),
            _before(BACK, 'in_use.energy.SuspendedEV.to(in_use.Preparing, event="energy_flowed")'),
        ),
        "SuspendedEV to Preparing is not permitted",
    ),
    Fault(
        "finishing_first",
        "a suspended connector whose session ended is Finishing in the middle of its transaction",
        (
            ('SuspendedEV.to(SuspendedEVSE, event="evse_suspended")  # D5', "pass"),
            _before(BACK, 'in_use.energy.SuspendedEV.to(Finishing, event="evse_suspended")'),
        ),
        "has a transaction but is Finishing",
    ),
    Fault(
        "silent_state",
        "a state without its hook is not reported",
        (("Finishing = State(enter=SHOW)", "Finishing = State()"),),
        "is Finishing but reports",
    ),
    Fault(
        "silent_cure",
        "that a fault is over is not reported",
        (("Sound = State(enter=SHOW, initial=True)", "Sound = State(initial=True)"),),
        "but reports Faulted",
    ),
)
"""Found by :func:`ocpp16sm.testing.connector_test`, which knows OCPP and not the chart."""

BREAKS_A_LAW: Final = (
    Fault(
        "schedule_lost_in_a_fault",
        "a fault makes it forget that it is to go out of service",
        ((CANCELLED, CANCELLED.replace("enabled", "enabled fault_raised")),),
        "only_a_newer_request_cancels does not hold",
    ),
    Fault(
        "stranger_uses_a_reservation",
        "whoever plugs in at a reserved connector begins a use, with or without a tag (G2)",
        ((', event="session_started", cond="identified")', ', event="session_started")'),),
        "a_reservation_is_used_by_who_is_identified does not hold",
    ),
    Fault(
        "never_free_again",
        "who unplugs after the transaction leaves a connector that is Finishing (F1)",
        ((BACK, 'Finishing.to(None, event="session_ended")'),),
        "who_unplugs_leaves_it_free does not hold",
    ),
)
"""Found by :func:`statecharts.check.unlawful`, which tries every move, with laws of the tests' own."""

IS_FLAWED: Final = (
    Fault(
        "shadowed",
        "the general case stands before the particular one, which therefore never comes about",
        (
            ('in_use.to(Finishing, event="transaction_stopped", cond="user_action_required")', "pass"),
            _before(BACK, 'in_use.to(Finishing, event="transaction_stopped", cond="user_action_required")'),
        ),
        "shadowed transition",
    ),
    Fault(
        "impossible",
        "a guard asks for what cannot be there",
        ((ENDED, ENDED.replace("not transaction_running", "In('Finishing') and not transaction_running")),),
        "constant guard|dead transition",
    ),
    Fault(
        "misspelt_event",
        "nobody fires it",
        ((SOUND, SOUND.replace("cleared", "clear")), ('"fault_cleared": "Sound"', '"fault_clear": "Sound"')),
        "unhandled event: .*fault_cleared",
    ),
    Fault(
        "misspelt_hook",
        "nobody implements it",
        (('SHOW = "report_status"', 'SHOW = "report_statu"'),),
        "unimplemented hook: .*report_statu",
    ),
    Fault(
        "misspelt_guard",
        "nobody answers it",
        (('cond="identified"', 'cond="identifed"'),),
        "unimplemented hook: .*identifed",
    ),
    Fault(
        "island",
        "a state that is never reached",
        (
            ("Finishing = State(enter=SHOW)", "Finishing = State(enter=SHOW)\n            Parked = State(enter=SHOW)"),
            _before(
                BACK,
                'Parked.to(Available, event="session_ended")\n'
                '            Available.to(Parked, event="session_ended", cond="In(\'Finishing\')")',
            ),
        ),
        "unreachable state: .*Parked",
    ),
)
"""Found by :func:`statecharts.check.check`, which knows nothing of what a chart is for."""
