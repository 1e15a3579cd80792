"""The charge point as an application uses it."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve, fields

from ocpp16sm import arguments
from ocpp16sm.certificates import Certificates
from ocpp16sm.clock import Clock, SystemClock
from ocpp16sm.connector_charts import machine_factory
from ocpp16sm.core import inputs
from ocpp16sm.core.inputs import BootReason
from ocpp16sm.core.protocol import Core
from ocpp16sm.data_transfer import MessageHandler, VendorHandler, Vendors
from ocpp16sm.errors import NotStartedError, UnknownKeyError
from ocpp16sm.hardware import Hardware
from ocpp16sm.listener import Listener
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.messages.vendor import Q, R, VendorMessage
from ocpp16sm.named_log import about
from ocpp16sm.records import Identity, StoredState
from ocpp16sm.running import Running
from ocpp16sm.settings import Settings
from ocpp16sm.shell import Shell
from ocpp16sm.store import MemoryStore, Store
from ocpp16sm.transport import Transport, WebSocketTransport

if TYPE_CHECKING:
    from statemachine import StateChart


_CHANCE = SystemRandom()

_OF_THE_PARENT: list[Store | None] = []
"""What a forked process has of its parent's files: even to close one would change it."""


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
        super().__init__(clock or SystemClock())
        self.settings = settings
        self.hardware = hardware or Hardware()
        self._listeners = [listener] if listener is not None else []
        self._given_store = store
        self._machine = machine_factory(connector_chart)
        self._certificates = certificates or _certificates(settings, self._clock)
        self._transport = transport or WebSocketTransport()
        self._random = random or _CHANCE
        self._vendors = Vendors()
        self._store: Store | None = None

    # -- life -------------------------------------------------------------------------------------------------------

    async def start(
        self,
        boot_reason: BootReason | str = BootReason.POWER_UP,
        *,
        connector_status: Mapping[int, ChargePointStatus | str] | None = None,
        resuming_sessions: frozenset[str] = frozenset(),
        connect: bool = True,
    ) -> None:
        """Start: load what is on disk, announce the boot, and (unless ``connect`` is false) connect.

        ``connector_status`` says in which status the station finds each connector 0..N; by default Available, or as
        the Central System left it. Transactions of ``resuming_sessions`` go on; others end with reason PowerLoss.
        Raises :class:`~ocpp16sm.errors.StoreError` if the store cannot be used.
        """
        self.launch(
            boot_reason, connector_status=connector_status, resuming_sessions=resuming_sessions, connect=connect
        )

    def launch(
        self,
        boot_reason: BootReason | str = BootReason.POWER_UP,
        *,
        connector_status: Mapping[int, ChargePointStatus | str] | None = None,
        resuming_sessions: frozenset[str] = frozenset(),
        connect: bool = True,
    ) -> None:
        """:meth:`start` without waiting, for code on the loop's thread that is no coroutine."""
        if self._shell is not None:
            raise NotStartedError("the charge point is running already; stop it first, or call restart()")
        started_as = arguments.word("boot_reason", boot_reason, BootReason)
        found = _statuses(connector_status)
        with about(self.settings.charge_point_id):
            self._launch(started_as, found, frozenset(resuming_sessions), connect)

    def _launch(
        self,
        boot_reason: BootReason,
        found: Mapping[int, ChargePointStatus] | None,
        resuming_sessions: frozenset[str],
        connect: bool,
    ) -> None:
        self._store = self._given_store or self._open_store()
        try:
            stored = self._store.load()
            self._shell = self._build(self._store, stored)
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
        except BaseException:
            self.kill()
            raise

    def _build(self, store: Store, stored: StoredState) -> Shell:
        """A new core, and the shell around it."""
        setup = self.settings.setup()
        # with the sequence number, the same seed in the next process makes no message id once more
        prefix = f"{self._random.getrandbits(40) ^ stored.next_seq:010x}-"
        core = Core(setup, id_prefix=prefix, connector_machine=self._machine)
        recorder = None
        if self.settings.flight_recorder:
            from ocpp16sm.recorder import FlightRecorder

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
        )

    def _open_store(self) -> Store:
        if not self.settings.store:
            return MemoryStore()
        from ocpp16sm.store.sqlite import SqliteStore

        return SqliteStore(self.settings.store, durability=self.settings.durability)

    async def stop(self, timeout_s: float | None = None) -> None:
        """Stop: have transactions ended (reason Other), wait for delivery, disconnect, close.

        ``timeout_s``: how long to wait, by default ``settings.stop_timeout_s``. What could not be delivered is on disk,
        and delivered after the next start. Does nothing if not running. Where the event loop that it was started on has
        ended, this is :meth:`kill`.
        """
        shell = self._shell
        if shell is None:
            return
        if shell.home.gone:
            self.kill()
            return
        shell.home.check_caller()
        with about(self.settings.charge_point_id):
            shell.operator.stops()
            with suppress(TimeoutError, NotStartedError):  # what is left is kept; or it has failed before
                shell.feed(inputs.ShutdownAsked())
                async with asyncio.timeout(self.settings.stop_timeout_s if timeout_s is None else timeout_s):
                    await shell.until(lambda: self._nothing_left(shell.core))
            await self._let_go()
            shell.operator.stopped(len(shell.core.desk.outbox))

    def kill(self) -> None:
        """Stop at once and without a word, as when the power fails: what is on disk is all that is left.

        The connection breaks off, transactions are not ended, whoever waits for an answer gets a
        :class:`~ocpp16sm.errors.NotStartedError`. Call it on the loop's thread, or when the loop has ended. In a fork
        of the process that started it, it touches neither the connection nor a file. Does nothing if not running.
        """
        shell, self._shell = self._shell, None
        if shell is not None and shell.home.forked:
            shell.kill()
            _OF_THE_PARENT.append(self._store)
            self._store = None
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
        shell, self._shell = self._shell, None
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
        undeliverable = not (core.desk.online and core.desk.accepted)
        return not core.transactions.running() and (undeliverable or not len(core.desk.outbox))

    async def restart(self, boot_reason: BootReason | str = BootReason.APPLICATION_RESET, **how: Any) -> None:
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
        self._listeners.append(listener)

    def register_vendor(self, vendor_id: str, message_id: str | None, handler: VendorHandler) -> None:
        """Have ``handler`` answer DataTransfer requests of a vendor (``message_id`` None: any of its messages)."""
        self._vendors.register(vendor_id, message_id, handler)

    def register_vendor_message(self, message: VendorMessage[Q, R], handler: MessageHandler[Q, R]) -> None:
        """Have ``handler`` answer a typed message of a vendor's; see docs/data-transfer.md.

        Data that does not fit the message's class is answered Rejected, with the reason as data. While the message's
        switch is off it is unknown.
        """
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


def _statuses(given: Mapping[int, ChargePointStatus | str] | None) -> Mapping[int, ChargePointStatus] | None:
    if given is None:
        return None
    return {number: arguments.word("connector_status", status, ChargePointStatus) for number, status in given.items()}


def _certificates(settings: Settings, clock: Clock) -> Certificates:
    if not settings.certificates:
        return Certificates()
    from ocpp16sm.pki import FileCertificates  # cryptography is imported by who needs it

    return FileCertificates(settings.certificates, key=settings.certificate_key, utc=clock.utc)
