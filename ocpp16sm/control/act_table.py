"""The table of all acts. Validation, help and docs/control.md are derived from it."""

from typing import Any

from attrs import NOTHING, field, frozen

from ocpp16sm.control import panel_acts, station_acts
from ocpp16sm.control.act import Act, Operator, says
from ocpp16sm.control.parameter_values import InvalidValueError, expected, plain, unknown
from ocpp16sm.control.station_plan import Plan


@frozen(kw_only=True)
class Help(Act):
    """Describe the acts."""

    changes = False
    result = "For each act: its summary, its result, and its parameters with description, expected value and default."
    about: str | None = field(default=None, metadata=says("The act to describe; all acts if omitted."))

    def check(self, plan: Plan) -> None:
        if self.about is not None and self.about not in ACTS:
            raise InvalidValueError("about", f"{self.about!r} {unknown(ACTS, self.about)}")

    def perform(self, operator: Operator) -> dict[str, Any]:
        return {word: describe(act) for word, act in ACTS.items() if self.about in (None, word)}


ACTS: dict[str, type[Act]] = {
    act.word(): act
    for act in (
        station_acts.PlugIn,
        station_acts.PlugOut,
        station_acts.EvPause,
        station_acts.EvResume,
        station_acts.PresentToken,
        station_acts.RaiseError,
        station_acts.ClearError,
        station_acts.DiodeFault,
        station_acts.DisconnectLink,
        station_acts.ConnectLink,
        station_acts.PowerOff,
        station_acts.Boot,
        station_acts.Reset,
        station_acts.ChangeAvailability,
        station_acts.DataTransfer,
        station_acts.SecurityEvent,
        station_acts.GetConfiguration,
        station_acts.SetConfiguration,
        panel_acts.State,
        panel_acts.WaitFor,
        panel_acts.Wait,
        panel_acts.Advance,
        panel_acts.Subscribe,
        Help,
        panel_acts.Quit,
    )
}
"""Acts by name."""


class UnknownActError(InvalidValueError):
    """No act has this name."""


def find(word: object) -> type[Act]:
    """The act with this name. Raises :class:`UnknownActError`."""
    if isinstance(word, str) and word in ACTS:
        return ACTS[word]
    if isinstance(word, str):
        raise UnknownActError("act", f"{word[:60]!r} {unknown(ACTS, word[:60])}")
    raise UnknownActError("act", f"expected the name of an act: one of {', '.join(ACTS)}")


def describe(act: type[Act]) -> dict[str, Any]:
    """The summary, result and parameters of an act, as JSON-compatible data."""
    return {
        "summary": act.summary(),
        "result": act.result,
        "parameters": {
            one.name: {
                "summary": one.metadata["says"],
                "expected": expected(one.type),
                "required": one.default is NOTHING,
                **({} if one.default in (NOTHING, None) else {"default": plain(one.default)}),
            }
            for one in act.parameters()
        },
    }
