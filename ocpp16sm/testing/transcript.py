"""The events of a test for people to read: as a transcript and as a Mermaid sequence diagram."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import define, field, frozen

from statecharts.explore import Configuration

LONGEST: Final = 60
"""Maximum number of characters shown of a value."""


@frozen
class FiredEvent:
    """An event and its result."""

    event: str
    payload: Mapping[str, Any]
    answers: Mapping[str, bool]
    """Guard -> its answer, for the guards that were called."""
    hooks: tuple[str, ...]
    """Hooks that the chart calls for the event, in order."""
    configuration: Configuration
    """The configuration after the event."""
    outcome: str = ""
    """Empty if the event was accepted, otherwise what happened instead, such as ``refused``."""

    @property
    def call(self) -> str:
        """The event with its payload and the answers of the guards."""
        payload = ", ".join(f"{name}={_short(value)}" for name, value in self.payload.items())
        said = [name if answer else f"not {name}" for name, answer in self.answers.items()]
        return f"{self.event}({payload})" + (f" [{', '.join(said)}]" if said else "")


@define
class Transcript:
    """Everything that happened to one instance of a chart."""

    chart: str
    """Title of the chart."""
    began: Configuration
    happened: list[FiredEvent] = field(factory=list)

    def transcript(self) -> str:
        """Text with one line per event."""
        width = max((len(each.call) for each in self.happened), default=0)
        lines = [f"{self.chart} started in {_shown(self.began)}"]
        for number, each in enumerate(self.happened, 1):
            end = f"{each.outcome} in" if each.outcome else "->"
            lines.append(f"{number:>3}. {each.call:<{width}} {end} {_shown(each.configuration)}")
        return "\n".join(lines)

    def mermaid(self) -> str:
        """A Mermaid sequence diagram."""
        lines = [
            "sequenceDiagram",
            "    actor test",
            f"    participant {self.chart}",
            f"    Note over {self.chart}: {_plain(_shown(self.began))}",
        ]
        for each in self.happened:
            lines.append(f"    test->>{self.chart}: {_plain(each.call)}")
            lines += (f"    {self.chart}->>{self.chart}: {hook}" for hook in each.hooks)
            if each.outcome:
                lines.append(f"    {self.chart}--xtest: {_plain(each.outcome)}")
            else:
                lines.append(f"    Note over {self.chart}: {_plain(_shown(each.configuration))}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return f"\n{self.transcript()}\n\n```mermaid\n{self.mermaid()}\n```"


def _shown(configuration: Iterable[str]) -> str:
    return "/".join(configuration)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _plain(text: str) -> str:
    """Escape text for Mermaid, where ``#`` begins an entity and ``;`` ends a statement."""
    return text.replace("#", "#35;").replace(";", "#59;").replace("#35#59;", "#35;")
