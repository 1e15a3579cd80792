"""The charge point as an application uses it."""

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

    Handlers may be called from any thread; from the loop's own thread they are plain calls. When one returns, what it
    reported is queued, and on disk if ``settings.store`` names a file. A thread whose call the loop cannot take any
    more, because it has ended, gets a :class:`~ocpp16sm.errors.NotStartedError`, at the latest 5 s later; so does a
    process that was forked from the one that called :meth:`start`.

    :param settings: how it is set up.
    :param hardware: what the station can do; by default nothing.
    :param listener: who is told what happens.
    :param store: where state is kept; by default the file that ``settings.store`` names, or memory. Whoever hands one
        in closes it.
    :param connector_chart: a connector chart of your own (a chart class of python-statemachine, or a machine that
        ``python -m codegen --chart`` compiled from one); it is checked here, and
        :class:`~ocpp16sm.errors.DefinitionError` says what is wrong with it. By default ours.
    :param certificates: where certificates and keys are kept; by default the directory that ``settings.certificates``
        names, or nowhere.
    :param transport: how connections are opened; by default websockets.
    :param clock: where the time of day comes from.
    :param random: where chance comes from: prefixes of message ids, and the random part of waits before a reconnect.
        By default the operating system; a seeded one makes a run repeatable.
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
        """What has stopped by itself, and may still be closing its connection."""

    # -- life -------------------------------------------------------------------------------------------------------

    async def start(
        self,
        boot_reason: BootReason | BootReasonWord = BootReason.POWER_UP,
        *,
        connector_status: Mapping[int, ChargePointStatus | ChargePointStatusWord] | None = None,
        resuming_sessions: frozenset[str] = frozenset(),
        connect: bool = True,
    ) -> None:
        """Start: load what is on disk, announce the boot, and (unless ``connect`` is false) connect.

        ``connector_status`` says in which status the station finds each connector 0..N; by default Available, or as
        the Central System left it. Transactions of ``resuming_sessions`` go on; others end with reason PowerLoss.
        Raises :class:`~ocpp16sm.errors.StoreError` if the store cannot be used, or belongs to another charge point;
        :class:`~ocpp16sm.errors.AlreadyRunningError` if it runs already.
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
        """:meth:`start` without waiting, for code on the loop's thread that is no coroutine."""
        if self._shell is not None:
            raise AlreadyRunningError("the charge point is running already; stop it first, or call restart()")
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
            if stored.charge_point_id is None:  # only now: a damaged owner has been set aside
                store.apply((PutOwner(self.settings.charge_point_id),))
        except BaseException:
            self.kill()
            raise

    def _check_owner(self, store: Store, stored: StoredState) -> None:
        """A store belongs to the first charge point that uses it: transactions are billed as its own."""
        own = self.settings.charge_point_id
        if stored.charge_point_id not in (None, own):
            place = getattr(store, "path", "the store")
            raise StoreError(
                f"{place}: belongs to charge point {stored.charge_point_id!r}, not to {own!r}; give each charge point "
                "a store of its own"
            )

    def _build(self, store: Store, stored: StoredState) -> Shell:
        """A new core, and the shell around it."""
        setup = self.settings.setup()
        # with the sequence number, the same seed in the next process makes no message id once more
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
        """The store cannot be written: it is let go of, so that it can be opened again when the cause is gone."""
        self._failure = reason
        self._failed, self._shell = self._shell, None
        self._close_store()

    def _open_store(self) -> Store:
        if not self.settings.store:
            return MemoryStore()
        from ocpp16sm.store.sqlite import SqliteStore

        return SqliteStore(self.settings.store, durability=self.settings.durability)

    async def stop(self, timeout_s: float | None = None) -> None:
        """Stop: have transactions ended (reason Other), wait for delivery, disconnect, close.

        ``timeout_s``: how long to wait, by default ``settings.stop_timeout_s``. What could not be delivered is on disk,
        and delivered after the next start. Does nothing if not running. Where the event loop that it was started on has
        ended, this is :meth:`kill`. Raises :class:`~ocpp16sm.errors.StoreError` if the end of transactions cannot be
        kept; it has stopped all the same.
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
                with suppress(TimeoutError, NotStartedError):  # what is left is kept; or it has failed before
                    shell.feed(inputs.ShutdownAsked())
                    async with asyncio.timeout(patience_s):
                        await shell.until(lambda: self._nothing_left(shell.core))
            finally:
                await self._let_go()
            shell.operator.stopped(len(shell.core.features.context.outbox))

    def kill(self) -> None:
        """Stop at once and without a word, as when the power fails: what is on disk is all that is left.

        The connection breaks off, transactions are not ended, whoever waits for an answer gets a
        :class:`~ocpp16sm.errors.NotStartedError`. Call it on the loop's thread, or when the loop has ended. In a fork
        of the process that started it, it touches neither the connection nor a file. Does nothing if not running.
        """
        shell, self._shell, self._failed = self._shell or self._failed, None, None
        if shell is not None and shell.home.forked:
            shell.kill()
            self._store = None  # it is the parent's, and closes nothing here
            return
        with about(self.settings.charge_point_id):
            try:
                if shell is not None:
                    shell.kill()
                    shell.operator.broke_off()
            finally:
                self._close_store()

    async def _let_go(self) -> None:
        """Disconnect, and close everything that a start has opened."""
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
        """Stop and start again, as after a reset: registration begins anew. ``how``: as for :meth:`start`."""
        await self.stop()
        await self.start(boot_reason, **how)

    async def __aenter__(self) -> Self:
        """Start with the defaults."""
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Stop."""
        await self.stop()

    @property
    def _name(self) -> str:
        return self.settings.charge_point_id

    # -- at any time ------------------------------------------------------------------------------------------------

    def add_listener(self, listener: Listener) -> None:
        """Have somebody else told as well, from now on; the ones before come first."""
        self._listeners.append(checked_part("listener", listener, Listener))

    def register_vendor(self, vendor_id: str, message_id: str | None, handler: VendorHandler) -> None:
        """Have ``handler`` answer DataTransfer requests of a vendor (``message_id`` None: any of its messages)."""
        message = None if message_id is None else arguments.text("message_id", message_id, 50)
        self._vendors.register(arguments.text("vendor_id", vendor_id, 255), message, handler)

    def register_vendor_message(self, message: VendorMessage[Q, R], handler: MessageHandler[Q, R]) -> None:
        """Have ``handler`` answer a typed message of a vendor's; see docs/data-transfer.md.

        Data that does not fit the message's class is answered Rejected, with the reason as data. While the message's
        switch is off it is unknown.
        """
        if not isinstance(message, VendorMessage):
            raise InvalidArgumentError("message", message, "a VendorMessage")
        self._vendors.register_message(message, handler)

    def update_identity(self, **changed: Any) -> None:
        """Change what BootNotification says of this charge point (6.3), from the next one on, also after a start.

        ``changed``: fields of :class:`~ocpp16sm.Identity`, such as ``iccid`` of a modem that has come up; None: it is
        not known. Raises :class:`~ocpp16sm.errors.ConfigurationError`. Call it on the loop's thread.
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
    """Names of sessions. A text is a collection of texts too, and never meant as one here."""
    if isinstance(given, str | bytes) or not isinstance(given, Collection):
        raise InvalidArgumentError("resuming_sessions", given, "a set of session ids")
    return frozenset(arguments.text("resuming_sessions", session, 255) for session in given)


def _certificates(settings: Settings, clock: Clock) -> Certificates:
    if not settings.certificates:
        return Certificates()
    from ocpp16sm.pki import FileCertificates  # cryptography is imported by who needs it

    return FileCertificates(settings.certificates, key=settings.certificate_key, utc=clock.utc)
