"""Row types of the tables beside the charts: handlers (calls of the station), sends (requests that we send) and events
(what one chart tells another).

Rows are data. Values are dotted paths or names, never expressions. Whatever needs an expression is a method of the
core, where it has a name, a type and a test.
"""

from typing import Literal

from attrs import field, frozen

Subject = Literal["connector", "any_connector", "none"]
"""What a handler refers to: a connector (1..N), any connector (0..N; 0 is the charge point itself), or neither."""


@frozen
class Parameter:
    """One parameter of a handler."""

    name: str
    type: str
    """Python annotation without ``| None``, which is added for optional parameters."""
    doc: str
    unit: str = ""
    check: str = ""
    """Function of ``ocpp16sm.arguments.arguments`` that checks and normalizes the value, with its limits, e.g. ``text
    20``. A limit may be the name of an earlier parameter."""
    optional: bool = False
    default: str = "None"
    """Default value of an optional parameter, as Python source."""
    nullable: bool = False
    """None is allowed, but the argument is required because parameters without a default follow."""
    takes: str = ""
    """Annotation of the accepted values, if they are more than ``type`` and its words."""

    @property
    def may_be_none(self) -> bool:
        """Whether None stands for an omitted value."""
        return self.nullable or (self.optional and self.default == "None")


@frozen
class Do:
    """Call a step of a feature with the subject and the call; assign its result to ``gives`` if that is set."""

    step: str
    """``feature.method``, as the core names them (``transactions.open``)."""
    gives: str = ""


@frozen
class Fire:
    """Fire an event of a chart. ``info`` is the info of the resulting status notification, if there is one."""

    chart: Literal["connector", "charge_point", "any_connector", "transaction"]
    event: str
    info: str = ""
    """A dotted path (``call.info``) or a quoted text; empty for no info."""


@frozen
class When:
    """Branch on the answer of a step that changes nothing."""

    question: str
    """``feature.method``."""
    then: "tuple[Step, ...]" = ()
    otherwise: "tuple[Step, ...]" = ()


@frozen
class Give:
    """Return the result of a step or a constant."""

    value: str
    """``feature.method``, or ``True`` or ``False``."""


Step = Do | Fire | When | Give


@frozen
class Handler:
    """One of the 22 handlers: its parameters, their checks, and the steps it triggers."""

    name: str
    call: str
    """Name of the class that records the call (for the flight recorder and for replay)."""
    subject: Subject
    doc: str
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    source: str
    """The clause of the specification."""
    returns: str = "None"
    returns_doc: str = ""
    raises: tuple[str, ...] = field(default=())
    """Errors beyond those of the arguments, with their causes: ``TransactionRunningError: ...``."""


@frozen
class Send:
    """A hook and the request that it queues."""

    hook: str
    charts: tuple[str, ...]
    """Charts that call the hook; empty if a handler or the application triggers the request."""
    action: str
    lane: Literal["transaction", "security", "normal"]
    fields: dict[str, str]
    """Field of the request -> dotted path; the first name of the path is a parameter of the generated function."""
    source: str
    doc: str = ""
    told_by: tuple[str, ...] = ()
    """Charts of which a hook has the core send the request, which also sends it again after an outage."""


@frozen
class SendEvent:
    """When a chart runs a hook, another chart gets an event, as ``<send>`` does it in SCXML."""

    hook: str
    """The hook; the compiler writes its method."""
    chart: str
    """The chart that runs it."""
    to: str
    """The chart that gets the event."""
    event: str
    """The event. It must be legal, or ignored, in every configuration: the sender knows nothing of the other chart."""
    source: str
    """Section or clause."""
