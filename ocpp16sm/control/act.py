"""Acts, which have a name, typed parameters and an effect, and the operators who perform them."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, TypeAlias

import attrs
from attrs import NOTHING, Attribute, define, frozen

from ocpp16sm.control.event_history import TALKATIVE, Event
from ocpp16sm.control.events import ACT_PERFORMED
from ocpp16sm.control.parameter_values import Bounds, InvalidValueError, plain, read, read_word, shown
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.station_plan import Plan
from ocpp16sm.errors import NotStartedError

Connector: TypeAlias = Annotated[int, Bounds(1, 99)]
"""Number of a connector of the station."""
AnyConnector: TypeAlias = Annotated[int, Bounds(0, 99)]
"""Number of a connector, or 0 for the charge point itself."""


def says(text: str) -> dict[str, str]:
    """Field metadata with the description of a parameter."""
    return {"says": text}


@define(eq=False)
class Operator:
    """Whoever performs acts: a client of the control channel, the scenario, or a person at the keyboard."""

    name: str
    panel: Panel
    wanted: frozenset[str] | None = None
    """Names of the events that it receives; None for all except the talkative ones."""
    cursor: int = 0
    """A wait for an event considers only events with a higher sequence number than this."""

    def wants(self, event: Event) -> bool:
        """Whether the operator receives this event."""
        return event.name not in TALKATIVE if self.wanted is None else event.name in self.wanted

    def perform(self, act: "Act") -> Any:
        """Perform an act. The result may be awaitable. If this raises LocalError, nothing has changed."""
        if act.changes:
            history = self.panel.history
            self.cursor = history.seq
            history.note(ACT_PERFORMED, by=self.name, act=act.word(), parameters=act.told())
        try:
            done = act.perform(self)
        except NotStartedError as error:
            said = "the charge point is not running; use boot to switch the power on, or wait for the end of a reset"
            raise NotStartedError(f"{act.word()}: {said}") from error
        self.panel.notice()
        return done


@frozen(kw_only=True)
class Act:
    """An operation on a station. The class docstring is its summary; the fields are its parameters."""

    changes: ClassVar[bool] = True
    """Whether the act changes the station; False if it only reads."""
    result: ClassVar[str] = ""
    """Description of the result; empty if there is none."""

    @classmethod
    def word(cls) -> str:
        """The name of the act. If the act calls a method of VirtualStation, that method has the same name."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def parameters(cls) -> tuple["Attribute[Any]", ...]:
        """The parameters, in the order in which a script line gives them, with resolved types."""
        parameters: tuple[Attribute[Any], ...] = attrs.fields(cls)
        return parameters

    @classmethod
    def summary(cls) -> str:
        """The class docstring on one line."""
        return " ".join((cls.__doc__ or "").split())

    @classmethod
    def of(cls, members: Mapping[str, Any], plan: Plan) -> Self:
        """Create the act from named parameters in JSON or TOML form. Raises InvalidValueError."""
        act: Self = read(cls, members)
        act.check(plan)
        return act

    @classmethod
    def of_words(cls, words: list[str], plan: Plan) -> Self:
        """Create the act from the words of a script line: positional or ``name=value``. Raises InvalidValueError."""
        known = {one.name: one.type for one in cls.parameters()}
        left = list(known)
        members: dict[str, Any] = {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or not name.isidentifier():
                if not left:
                    raise InvalidValueError("", f"unexpected {word!r}; expected {cls.usage()}")
                name, value = left[0], word
            if name not in known:
                raise InvalidValueError("", f"{word!r}: expected {cls.usage()}")
            if name in members:
                raise InvalidValueError(name, f"is given twice; expected {cls.usage()}")
            members[name] = read_word(known[name], value, name)
            left = [one for one in left if one not in members]
        missing = [one.name for one in cls.parameters() if one.default is NOTHING and one.name not in members]
        if missing:
            raise InvalidValueError(missing[0], f"is missing; expected {cls.usage()}")
        act = cls(**members)
        act.check(plan)
        return act

    @classmethod
    def usage(cls) -> str:
        """The name of the act and its parameters, with optional ones in brackets."""
        names = (one.name if one.default is NOTHING else f"[{one.name}]" for one in cls.parameters())
        return " ".join((cls.word(), *names))

    def given(self) -> dict[str, Any]:
        """The parameters by name."""
        return attrs.asdict(self, recurse=False)

    def told(self, *, id_tags: bool = True) -> dict[str, Any]:
        """The parameters as they are logged: without secrets, and with idTags masked unless ``id_tags`` is true."""
        told: dict[str, Any] = plain(self.given())
        return told

    def line(self, *, id_tags: bool) -> str:
        """The act as a script line, for people to read."""
        told = self.told(id_tags=id_tags)
        usual = {one.name: plain(one.default) for one in self.parameters()}
        words = [self.word()]
        in_order = True
        for name in usual:
            in_order = in_order and name in told
            if name in told and told[name] != usual[name]:
                value = told[name] if isinstance(told[name], str) else shown(told[name])
                words.append(value if in_order else f"{name}={value}")
            else:
                in_order = False
        return " ".join(words)

    def check(self, plan: Plan) -> None:
        """Check that everything the parameters refer to exists in the plan. Raises InvalidValueError."""
        count = plan.settings.connectors
        members = self.given()
        named = {"connector": members.get("connector")}
        named |= {f"connectors[{n}]": each for n, each in enumerate(members.get("connectors") or ())}
        for path, connector in named.items():
            if connector is not None and connector > count:
                raise InvalidValueError(path, f"there is no connector {connector}; expected at most {count}")

    def perform(self, operator: Operator) -> Any:
        """Perform the act. The result may be awaitable."""
        return getattr(operator.panel.station, self.word())(**self.given())
