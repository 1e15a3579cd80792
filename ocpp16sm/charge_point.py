"""The charge point: the class that an application creates, starts and calls."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve, fields

from ocpp16sm.arguments import arguments
from ocpp16sm.arguments.parts import checked_part, part_or
from ocpp16sm.base.named_log import about
from ocpp16sm.base.words import BootReasonWord, ChargePointStatusWord
from ocpp16sm.certificates import Certificates
from ocpp16sm.clock import Clock, SystemClock
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import PutOwner
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.core.protocol import Core
from ocpp16sm.errors import (
    AlreadyRunningError,
    InvalidArgumentError,
    NotStartedError,
    StoreError,
    UnknownKeyError,
)
from ocpp16sm.hardware import Hardware
from ocpp16sm.listener import Listener
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.messages.vendor import Q, R, VendorMessage
from ocpp16sm.network.transport import Transport, WebSocketTransport
from ocpp16sm.records import Identity, StoredState
from ocpp16sm.settings import Settings
from ocpp16sm.shell.own_chart import machine_factory
from ocpp16sm.shell.running_charge_point import Running
from ocpp16sm.shell.shell import Shell
from ocpp16sm.shell.vendor_handlers import MessageHandler, VendorHandler, Vendors
from ocpp16sm.store import MemoryStore, Store

if TYPE_CHECKING:
    from statemachine import StateChart


_CHANCE = SystemRandom()


class ChargePoint(Running):
    """An OCPP 1.6J charge point.

    ::

        settings = Settings(charge_point_id="CP001", central_system_url="ws://localhost:9000/ocpp")
        async with ChargePoint(settings) as charge_point:
            charge_point.on_session_started(1, "session-1", "EVConnected")

    Handlers may be called from any thread; on the loop's own thread they are plain calls. When a handler returns, its
    report is queued, and on disk if ``settings.store`` names a file. If the event loop has ended, a call from another
    thread raises :class:`~ocpp16sm.errors.NotStartedError` within 5 s; so does a call in a process that was forked from
    the one that called :meth:`start`.

    :param settings: the settings.
    :param hardware: the station's hardware; by default a station that supports nothing optional.
    :param listener: receives the events of the charge point; see also :meth:`add_listener`.
    :param store: where state is kept; by default the file named by ``settings.store``, or memory. A store that you pass
        in is yours to close.
    :param connector_chart: your own connector chart (a python-statemachine chart class, or a machine compiled from one
        by ``python -m codegen --chart``). It is checked here: :class:`~ocpp16sm.errors.DefinitionError` lists what is
        wrong with it. By default the built-in chart.
    :param certificates: where certificates and keys are kept; by default the directory named by
        ``settings.certificates``, or nowhere.
    :param transport: opens connections; by default websockets.
    :param clock: the time of day; by default the system's clock.
    :param random: used for prefixes of message ids and for random back-off before a reconnect. By default the operating
        system's; a seeded one makes a run repeatable.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        hardware: Hardware | None = None,
        listener: Listener | None = None,
        store: Store | None = None,
        connector_chart: "type[StateChart[Any]] | Callable[[Any], Any] | None" = None,
        certificates: Certificates | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        super().__init__(part_or("clock", clock, Clock, SystemClock))
        self.settings = settings
        self.hardware = part_or("hardware", hardware, Hardware, Hardware)
        self._listeners = [] if listener is None else [checked_part("listener", listener, Listener)]
        self._given_store = None if store is None else checked_part("store", store, Store)
        self._machine = machine_factory(connector_chart)
        self._certificates = part_or(
            "certificates", certificates, Certificates, partial(_certificates, settings, self._clock)
        )
        self._transport = part_or("transport", transport, Transport, WebSocketTransport)
        self._random = random or _CHANCE
        self._vendors = Vendors()
        self._store: Store | None = None
        self._failed: Shell | None = None
        """A shell that stopped on a failure, and may still be closing its connection."""

    # -- life -------------------------------------------------------------------------------------------------------

    async def start(
        self,
        boot_reason: BootReason | BootReasonWord = BootReason.POWER_UP,
        *,
        connector_status: Mapping[int, ChargePointStatus | ChargePointStatusWord] | None = None,
        resuming_sessions: frozenset[str] = frozenset(),
        connect: bool = True,
    ) -> None:
        """Start: load the stored state, queue BootNotification and, unless ``connect`` is false, connect.

        ``connector_status`` maps connectors 0..N to their present status; by default Available, or as the Central
        System left it. Transactions of the sessions in ``resuming_sessions`` continue; all others end with reason
        PowerLoss. Raises :class:`~ocpp16sm.errors.StoreError` if the store is unusable or belongs to another charge
        point, and :class:`~ocpp16sm.errors.AlreadyRunningError` if the charge point is already running.
        """
        self.launch(
            boot_reason, connector_status=connector_status, resuming_sessions=resuming_sessions, connect=connect
        )

    def launch(
        self,
        boot_reason: BootReason | BootReasonWord = BootReason.POWER_UP,
        *,
        connector_status: Mapping[int, ChargePointStatus | ChargePointStatusWord] | None = None,
        resuming_sessions: frozenset[str] = frozenset(),
        connect: bool = True,
    ) -> None:
        """Do what :meth:`start` does, for code on the loop's thread that is not a coroutine."""
        if self._shell is not None:
            raise AlreadyRunningError("the charge point is already running; stop it first, or call restart()")
        started_as = arguments.word("boot_reason", boot_reason, BootReason)
        found = _statuses(connector_status)
        resumed = _sessions(resuming_sessions)
        dials = arguments.boolean("connect", connect)
        with about(self.settings.charge_point_id):
            self._launch(started_as, found, resumed, dials)

    def _launch(
        self,
        boot_reason: BootReason,
        found: Mapping[int, ChargePointStatus] | None,
        resuming_sessions: frozenset[str],
        connect: bool,
    ) -> None:
        self._failure = None
        store = self._store = self._open_store() if self._given_store is None else self._given_store
        try:
            stored = store.load()
            self._check_owner(store, stored)
            self._shell = self._build(store, stored)
            self._shell.operator.starts(boot_reason, stored)
            self._shell.feed(
                inputs.Started(
                    stored=stored,
                    boot_reason=boot_reason,
                    connector_status=found,
                    resuming_sessions=resuming_sessions,
                    connect=connect and bool(self.settings.central_system_url),
                    inventory=self._certificates.inventory(),
                )
            )
            if stored.charge_point_id is None:  # not before: a damaged owner row has to be set aside first
                store.apply((PutOwner(self.settings.charge_point_id),))
        except BaseException:
            self.kill()
            raise

    def _check_owner(self, store: Store, stored: StoredState) -> None:
        """Refuse the store of another charge point: its transactions would be billed to this one."""
        own = self.settings.charge_point_id
        if stored.charge_point_id not in (None, own):
            place = getattr(store, "path", "the store")
            raise StoreError(
                f"{place}: belongs to charge point {stored.charge_point_id!r}, not to {own!r}; give each charge point "
                "a store of its own"
            )

    def _build(self, store: Store, stored: StoredState) -> Shell:
        setup = self.settings.setup()
        # the sequence number keeps message ids unique if the next process uses the same seed
        prefix = f"{self._random.getrandbits(40) ^ stored.next_seq:010x}-"
        core = Core(setup, id_prefix=prefix, connector_machine=self._machine)
        recorder = None
        if self.settings.flight_recorder:
            from ocpp16sm.shell.flight_recorder import FlightRecorder

            recorder = FlightRecorder.open(self.settings.flight_recorder, setup, prefix)
        return Shell(
            core,
            store,
            self.settings,
            self.hardware,
            self._listeners,
            self._vendors,
            self._certificates,
            self._transport,
            self._clock,
            self._random,
            recorder,
            self._has_failed,
        )

    def _has_failed(self, reason: str) -> None:
        """Close the store that cannot be written, so that it can be reopened once the cause is gone."""
        self._failure = reason
        self._failed, self._shell = self._shell, None
        self._close_store()

    def _open_store(self) -> Store:
        if not self.settings.store:
            return MemoryStore()
        from ocpp16sm.store.sqlite import SqliteStore

        return SqliteStore(self.settings.store, durability=self.settings.durability)

    async def stop(self, timeout_s: float | None = None) -> None:
        """Stop: end transactions (reason Other), wait for queued messages to be delivered, disconnect and close.

        ``timeout_s`` limits the wait; by default ``settings.stop_timeout_s``. Undelivered messages stay in the store
        and are delivered after the next start. Does nothing if not running. If the event loop of :meth:`start` has
        ended, this is :meth:`kill`. Raises :class:`~ocpp16sm.errors.StoreError` if the end of a transaction cannot be
        stored; the charge point has stopped nevertheless.
        """
        patience_s = self.settings.stop_timeout_s if timeout_s is None else arguments.quantity("timeout_s", timeout_s)
        shell = self._shell
        if shell is None:
            await self._let_go()
            return
        if shell.home.gone:
            self.kill()
            return
        shell.home.check_caller()
        with about(self.settings.charge_point_id):
            shell.operator.stops()
            try:
                with suppress(TimeoutError, NotStartedError):  # the rest stays in the store; or it failed already
                    shell.feed(inputs.ShutdownAsked())
                    async with asyncio.timeout(patience_s):
                        await shell.until(lambda: self._nothing_left(shell.core))
            finally:
                await self._let_go()
            shell.operator.stopped(len(shell.core.features.context.outbox))

    def kill(self) -> None:
        """Stop at once, as in a power failure: only what is on disk survives.

        The connection is dropped, transactions are not ended, and callers that wait for an answer get
        :class:`~ocpp16sm.errors.NotStartedError`. Call it on the loop's thread, or after the loop has ended. In a
        forked process it touches neither the connection nor any file. Does nothing if not running.
        """
        shell, self._shell, self._failed = self._shell or self._failed, None, None
        if shell is not None and shell.home.forked:
            shell.kill()
            self._store = None  # the parent process owns it
            return
        with about(self.settings.charge_point_id):
            try:
                if shell is not None:
                    shell.kill()
                    shell.operator.broke_off()
            finally:
                self._close_store()

    async def _let_go(self) -> None:
        """Disconnect, and close everything that :meth:`start` opened."""
        shell, self._shell, self._failed = self._shell or self._failed, None, None
        try:
            if shell is not None:
                await shell.close()
        finally:
            self._close_store()

    def _close_store(self) -> None:
        store, self._store = self._store, None
        if store is not None and store is not self._given_store:
            store.close()

    @staticmethod
    def _nothing_left(core: Core) -> bool:
        undeliverable = not (core.features.context.online and core.features.context.accepted)
        return not core.features.transactions.running() and (undeliverable or not len(core.features.context.outbox))

    async def restart(
        self, boot_reason: BootReason | BootReasonWord = BootReason.APPLICATION_RESET, **how: Any
    ) -> None:
        """Stop and start again, as after a reset; ``how`` takes the keyword arguments of :meth:`start`."""
        await self.stop()
        await self.start(boot_reason, **how)

    async def __aenter__(self) -> Self:
        """Call :meth:`start` with its defaults."""
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Call :meth:`stop`."""
        await self.stop()

    @property
    def _name(self) -> str:
        return self.settings.charge_point_id

    # -- at any time ------------------------------------------------------------------------------------------------

    def add_listener(self, listener: Listener) -> None:
        """Add a listener. It gets all events from now on, after the listeners added before it."""
        self._listeners.append(checked_part("listener", listener, Listener))

    def register_vendor(self, vendor_id: str, message_id: str | None, handler: VendorHandler) -> None:
        """Let ``handler`` answer DataTransfer requests of a vendor (4.3).

        ``vendor_id`` has at most 255 characters, ``message_id`` at most 50; None means any message of the vendor.
        """
        message = None if message_id is None else arguments.text("message_id", message_id, 50)
        self._vendors.register(arguments.text("vendor_id", vendor_id, 255), message, handler)

    def register_vendor_message(self, message: VendorMessage[Q, R], handler: MessageHandler[Q, R]) -> None:
        """Let ``handler`` answer a typed message of a vendor; see docs/data-transfer.md.

        Data that does not fit the message's class is answered Rejected, with the reason as data. While the message's
        switch (a configuration key) is off, the message counts as unknown.
        """
        if not isinstance(message, VendorMessage):
            raise InvalidArgumentError("message", message, "a VendorMessage")
        self._vendors.register_message(message, handler)

    def update_identity(self, **changed: Any) -> None:
        """Change the identity that the next BootNotification reports (6.3).

        ``changed``: fields of :class:`~ocpp16sm.Identity`, such as the ``iccid`` of a modem that has just started;
        None: unknown. The change survives a stop and start of this object. Raises
        :class:`~ocpp16sm.errors.ConfigurationError` for a wrong value and :class:`~ocpp16sm.errors.UnknownKeyError`
        for a wrong field. Call it on the loop's thread.
        """
        names = [attribute.name for attribute in fields(Identity)]
        for name in changed:
            if name not in names:
                raise UnknownKeyError(name, names)
        self.settings = evolve(self.settings, identity=evolve(self.settings.identity, **changed))
        if self._shell is not None:
            self._shell.feed(inputs.IdentityChanged(self.settings.identity))


def _statuses(
    given: Mapping[int, ChargePointStatus | ChargePointStatusWord] | None,
) -> Mapping[int, ChargePointStatus] | None:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise InvalidArgumentError("connector_status", given, "a mapping from connectors to statuses")
    return {
        arguments.integer("connector_status", number, 0): arguments.word(
            f"connector_status[{number}]", status, ChargePointStatus
        )
        for number, status in given.items()
    }


def _sessions(given: Collection[str]) -> frozenset[str]:
    """Check session ids. A ``str`` is also a collection of strings, but passing one here is a mistake."""
    if isinstance(given, str | bytes) or not isinstance(given, Collection):
        raise InvalidArgumentError("resuming_sessions", given, "a set of session ids")
    return frozenset(arguments.text("resuming_sessions", session, 255) for session in given)


def _certificates(settings: Settings, clock: Clock) -> Certificates:
    if not settings.certificates:
        return Certificates()
    from ocpp16sm.pki import FileCertificates  # imported only when needed: it loads cryptography

    return FileCertificates(settings.certificates, key=settings.certificate_key, utc=clock.utc)
