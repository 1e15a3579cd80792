"""What an act is: a word, typed parameters, and what it does. And who does it: an operator."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, TypeAlias

import attrs
from attrs import NOTHING, Attribute, define, frozen

from ocpp16sm.control.event_history import TALKATIVE, Event
from ocpp16sm.control.events import ACT_PERFORMED
from ocpp16sm.control.parameter_values import InvalidValueError, Limits, plain, read, read_word, shown
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.station_plan import Plan
from ocpp16sm.errors import NotStartedError

Connector: TypeAlias = Annotated[int, Limits(1, 99)]
"""One of the station's connectors."""
Place: TypeAlias = Annotated[int, Limits(0, 99)]
"""One of its connectors, or 0: the charge point itself."""


def says(text: str) -> dict[str, str]:
    """What is said about a parameter."""
    return {"says": text}


@define(eq=False)
class Operator:
    """Somebody who acts: a client of the control channel, the scenario, a person at the keyboard."""

    name: str
    panel: Panel
    wanted: frozenset[str] | None = None
    """Events that it is told of; None: all but the talkative ones."""
    cursor: int = 0
    """Number of the event after which a wait for an event begins to look."""

    def wants(self, event: Event) -> bool:
        """Whether it is told of this event."""
        return event.name not in TALKATIVE if self.wanted is None else event.name in self.wanted

    def perform(self, act: "Act") -> Any:
        """Do something. What comes back may have to be awaited. Raises LocalError; then nothing has changed."""
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
    """Something that can be done. The docstring says what, the fields with which parameters."""

    changes: ClassVar[bool] = True
    """Whether it changes anything at the station, or only looks."""
    result: ClassVar[str] = ""
    """What it gives; empty: nothing."""

    @classmethod
    def word(cls) -> str:
        """Its name, which is that of the method of VirtualStation that it calls, where it calls one."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def parameters(cls) -> tuple["Attribute[Any]", ...]:
        """Its parameters, in the order of the words of a script. Their types are resolved."""
        parameters: tuple[Attribute[Any], ...] = attrs.fields(cls)
        return parameters

    @classmethod
    def summary(cls) -> str:
        """What it does."""
        return " ".join((cls.__doc__ or "").split())

    @classmethod
    def of(cls, members: Mapping[str, Any], plan: Plan) -> Self:
        """From parameters by name, as JSON or TOML has them. Raises InvalidValueError."""
        act: Self = read(cls, members)
        act.check(plan)
        return act

    @classmethod
    def of_words(cls, words: list[str], plan: Plan) -> Self:
        """From the words of a script: parameters in their order, or ``name=value``. Raises InvalidValueError."""
        known = {one.name: one.type for one in cls.parameters()}
        left = list(known)
        members: dict[str, Any] = {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or not name.isidentifier():
                if not left:
                    raise InvalidValueError("", f"{word!r} is too much; expected {cls.usage()}")
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
        """The word and its parameters, those that need not be given in brackets."""
        names = (one.name if one.default is NOTHING else f"[{one.name}]" for one in cls.parameters())
        return " ".join((cls.word(), *names))

    def given(self) -> dict[str, Any]:
        """Its parameters by name."""
        return attrs.asdict(self, recurse=False)

    def told(self, *, id_tags: bool = True) -> dict[str, Any]:
        """Its parameters as others are told of them: without secrets, and with idTags masked unless ``id_tags``."""
        told: dict[str, Any] = plain(self.given())
        return told

    def line(self, *, id_tags: bool) -> str:
        """As a line of a script, for people to read."""
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
        """Whether everything that is named is there. Raises InvalidValueError."""
        count = plan.settings.connectors
        members = self.given()
        named = {"connector": members.get("connector")}
        named |= {f"connectors[{n}]": each for n, each in enumerate(members.get("connectors") or ())}
        for path, connector in named.items():
            if connector is not None and connector > count:
                raise InvalidValueError(path, f"there is no connector {connector}; expected at most {count}")

    def perform(self, operator: Operator) -> Any:
        """Do it."""
        return getattr(operator.panel.station, self.word())(**self.given())
