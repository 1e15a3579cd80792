"""The vocabulary of the two tables beside the charts: handlers (what the station tells us) and sends (what we say).

Both are data. A right-hand side is a dotted path or a name, never an expression: what needs one becomes a method
of the core, where it has a name, a type and a test.
"""

from typing import Literal

from attrs import field, frozen

Subject = Literal["connector", "place", "none"]
"""Whom a handler addresses: a connector (1..N), a place (0..N, 0 being the charge point itself), or nobody."""


@frozen
class Parameter:
    """One parameter of a handler."""

    name: str
    type: str
    """Python annotation as generated; an optional one has its ``| None`` added."""
    doc: str
    unit: str = ""
    check: str = ""
    """How a value is checked and normalised: a function of ``ocpp16sm.arguments`` and its limits, e.g. ``text 20``.
    A limit may be the name of a parameter before this one."""
    optional: bool = False
    default: str = "None"
    """Default of an optional parameter, as source text."""
    nullable: bool = False
    """None may be given, but something has to be: parameters without a default follow."""
    takes: str = ""
    """Python annotation of what is taken, where that is more than ``type`` and its words."""

    @property
    def may_be_none(self) -> bool:
        """Whether None stands for "not said"."""
        return self.nullable or (self.optional and self.default == "None")


@frozen
class Do:
    """Call a method of the core with the subject and the call; bind its result to ``gives`` if named."""

    method: str
    gives: str = ""


@frozen
class Fire:
    """Fire an event of a chart. ``info`` is what the status notification will say about it, if there is one."""

    chart: Literal["connector", "charge_point", "place", "transaction"]
    event: str
    info: str = ""
    """A dotted path (``call.info``) or a quoted text; empty: no words."""


@frozen
class When:
    """Ask the core a question (a method that changes nothing) and go on accordingly."""

    question: str
    then: "tuple[Step, ...]" = ()
    otherwise: "tuple[Step, ...]" = ()


@frozen
class Give:
    """Return the result of a core method, or a constant."""

    value: str


Step = Do | Fire | When | Give


@frozen
class Handler:
    """One of the 22 handlers: what it takes, what it checks, which events it fires."""

    name: str
    call: str
    """Name of the value that records the call (for the flight recorder and for replay)."""
    subject: Subject
    doc: str
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    source: str
    """Where the specification says so."""
    returns: str = "None"
    returns_doc: str = ""
    raises: tuple[str, ...] = field(default=())
    """Errors beyond those of the arguments, each with its cause: ``TransactionRunningError: ...``."""


@frozen
class Send:
    """A hook, and the request that it puts into a queue."""

    hook: str
    charts: tuple[str, ...]
    """Charts whose hook it is; empty: asked for by a handler or by the application, not by a chart."""
    action: str
    lane: Literal["transaction", "security", "normal"]
    fields: dict[str, str]
    """Field of the request -> dotted path; the first name of a path is a parameter of the generated function."""
    source: str
    doc: str = ""
