# Generated from chart Link by `python -m codegen`. Edit statecharts/ocpp16/link.py instead.

"""The chart ``link``, compiled: The state of the connection to the Central System."""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

LinkLeaf = Literal["Offline", "Connecting", "Online", "BackingOff"]

_LINK: tuple[LinkLeaf, ...] = ("Offline", "Connecting", "Online", "BackingOff")


class LinkHooks(Protocol):
    """The hooks and guards of the chart ``link``."""

    def link_up(self) -> None:
        """Hook: entry to Online."""

    def arm_redial(self) -> None:
        """Hook: entry to BackingOff."""

    def disarm_redial(self) -> None:
        """Hook: exit from BackingOff."""

    def dial(self) -> None:
        """Hook: event connect_requested, redial_due."""

    def hang_up(self) -> None:
        """Hook: event disconnect_requested."""

    def link_down(self) -> None:
        """Hook: event lost, disconnect_requested."""


class LinkMachine(Machine):
    """The state of the connection to the Central System.

    Offline is deliberate: the station does not dial until the application asks it to connect. After any other loss of
    the connection the chart passes through BackingOff, so that there is a pause between two attempts.
    """

    __slots__ = ("_link",)

    name: ClassVar[str] = "link"
    events: ClassVar[tuple[str, ...]] = ("connect_requested", "opened", "lost", "disconnect_requested", "redial_due")
    _regions: ClassVar[tuple[str, ...]] = ("_link",)
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_LINK,)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "connect_requested": frozenset({"Connecting", "Online", "BackingOff"}),
        "opened": frozenset({"Offline", "BackingOff"}),
        "lost": frozenset({"Offline", "BackingOff"}),
        "disconnect_requested": frozenset({"Offline"}),
        "redial_due": frozenset({"Offline", "Connecting", "Online"}),
    }

    _hooks: LinkHooks
    _link: int

    def __init__(self, hooks: LinkHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._link = 0  # Offline

    @property
    def link(self) -> LinkLeaf:
        """The active leaf of region ``link``."""
        return _LINK[self._link]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_LINK[self._link],)

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._link,)

    def connect_requested(self) -> bool:
        """Event ``connect_requested``.

        * Offline -> Connecting  (OCPP-J 3)

        Ignored in Connecting, Online, BackingOff.
        """
        if self._busy:
            return self._later(LinkMachine.connect_requested)
        hooks = self._hooks
        link = self._link
        if link in (1, 2, 3):  # Connecting, Online, BackingOff
            return False
        self._busy = True
        try:
            hooks.dial()
            self._link = 1  # Connecting
        except BaseException:
            self._failed(_link=link)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def opened(self) -> bool:
        """Event ``opened``.

        * Connecting -> Online  (OCPP-J 3.2)

        Ignored in Offline, BackingOff.
        """
        if self._busy:
            return self._later(LinkMachine.opened)
        hooks = self._hooks
        link = self._link
        if link in (0, 3):  # Offline, BackingOff
            return False
        if link != 1:  # Connecting
            return self._refused("opened")
        self._busy = True
        try:
            self._link = 2  # Online
            hooks.link_up()
        except BaseException:
            self._failed(_link=link)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def lost(self) -> bool:
        """Event ``lost``.

        * Connecting -> BackingOff  (errata OCPP-J 3.4)
        * Online -> BackingOff  (OCPP-J 5.4)

        Ignored in Offline, BackingOff.
        """
        if self._busy:
            return self._later(LinkMachine.lost)
        hooks = self._hooks
        link = self._link
        if link in (0, 3):  # Offline, BackingOff
            return False
        self._busy = True
        try:
            self._link = 3  # BackingOff
            hooks.arm_redial()
            if link == 2:
                hooks.link_down()
        except BaseException:
            self._failed(_link=link)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def disconnect_requested(self) -> bool:
        """Event ``disconnect_requested``.

        * Connecting -> Offline
        * Online -> Offline
        * BackingOff -> Offline

        Ignored in Offline.
        """
        if self._busy:
            return self._later(LinkMachine.disconnect_requested)
        hooks = self._hooks
        link = self._link
        if link == 0:  # Offline
            return False
        self._busy = True
        try:
            if link == 3:
                hooks.disarm_redial()
            if link == 1:
                hooks.hang_up()
            self._link = 0  # Offline
            if link == 2:
                hooks.link_down()
                hooks.hang_up()
        except BaseException:
            self._failed(_link=link)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def redial_due(self) -> bool:
        """Event ``redial_due``.

        * BackingOff -> Connecting  (OCPP-J 5.4)

        Ignored in Offline, Connecting, Online.
        """
        if self._busy:
            return self._later(LinkMachine.redial_due)
        hooks = self._hooks
        link = self._link
        if link in (0, 1, 2):  # Offline, Connecting, Online
            return False
        self._busy = True
        try:
            hooks.disarm_redial()
            hooks.dial()
            self._link = 1  # Connecting
        except BaseException:
            self._failed(_link=link)
            raise
        self._busy = False
        return self._queue is None or self._drain()
