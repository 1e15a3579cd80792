"""The charge point: the class that an application creates, starts and calls."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve, fields

from ocpp16sm.arguments import arguments, structs
from ocpp16sm.arguments.parts import checked_part, part_or
from ocpp16sm.base.words import BootReasonWord, ChargePointStatusWord, ChargingRateUnitTypeWord, EVCertificateActionWord
from ocpp16sm.certificates import Certificates
from ocpp16sm.clock import Clock, SystemClock
from ocpp16sm.config.own_keys import LONGEST_KEY
from ocpp16sm.core.data_transfer.data_transfer import read_reply
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.core.smart_charging.composite_schedule import CompositeSchedule
from ocpp16sm.errors import (
    UnknownKeyError,
)
from ocpp16sm.generated.handlers import HandlerCall, Handlers
from ocpp16sm.hardware import Hardware
from ocpp16sm.listener import Listener
from ocpp16sm.messages import (
    ChargePointStatus,
    ChargingRateUnitType,
    ConfigurationStatus,
    DataTransferResponse,
    IdTagInfo,
)
from ocpp16sm.messages.plug_and_charge import (
    GET_15118_EV_CERTIFICATE,
    ContractAuthorizeResponse,
    Get15118EVCertificateRequest,
    Get15118EVCertificateResponse,
)
from ocpp16sm.messages.plug_and_charge_types import EVCertificateAction, OcspRequestData
from ocpp16sm.messages.vendor import Q, R, VendorMessage, VendorReply
from ocpp16sm.network.transport import Transport, WebSocketTransport
from ocpp16sm.prices import UserPrice
from ocpp16sm.records import Identity, InstalledProfile, Reservation, TransactionRecord
from ocpp16sm.settings import Settings
from ocpp16sm.shell.lifecycle import Lifecycle
from ocpp16sm.shell.own_chart import machine_factory
from ocpp16sm.shell.vendor_handlers import MessageHandler, VendorHandler, Vendors, data_of_request
from ocpp16sm.store import Store

if TYPE_CHECKING:
    from statemachine import StateChart


_RANDOM = SystemRandom()


class ChargePoint(Handlers):
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
        self.settings = settings
        self.hardware = part_or("hardware", hardware, Hardware, Hardware)
        self._clock = part_or("clock", clock, Clock, SystemClock)
        self._listeners = [] if listener is None else [checked_part("listener", listener, Listener)]
        self._vendors = Vendors()
        self._refs = 0
        self._life = Lifecycle(
            settings.charge_point_id,
            self._listeners,
            self._vendors,
            None if store is None else checked_part("store", store, Store),
            machine_factory(connector_chart),
            part_or("certificates", certificates, Certificates, partial(_certificates, settings, self._clock)),
            part_or("transport", transport, Transport, WebSocketTransport),
            self._clock,
            random or _RANDOM,
        )

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
        self._life.launch(self.settings, self.hardware, boot_reason, connector_status, resuming_sessions, connect)

    async def stop(self, timeout_s: float | None = None) -> None:
        """Stop: end transactions (reason Other), wait for queued messages to be delivered, disconnect and close.

        ``timeout_s`` limits the wait; by default ``settings.stop_timeout_s``. Undelivered messages stay in the store
        and are delivered after the next start. Does nothing if not running. If the event loop of :meth:`start` has
        ended, this is :meth:`kill`. Raises :class:`~ocpp16sm.errors.StoreError` if the end of a transaction cannot be
        stored; the charge point has stopped nevertheless.
        """
        patience_s = self.settings.stop_timeout_s if timeout_s is None else arguments.quantity("timeout_s", timeout_s)
        await self._life.stop(patience_s)

    def kill(self) -> None:
        """Stop at once, as in a power failure: only what is on disk survives.

        The connection is dropped, transactions are not ended, and callers that wait for an answer get
        :class:`~ocpp16sm.errors.NotStartedError`. Call it on the loop's thread, or after the loop has ended. In a
        forked process it touches neither the connection nor any file. Does nothing if not running.
        """
        self._life.kill()

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

    # -- at any time ------------------------------------------------------------------------------------------------

    def add_listener(self, listener: Listener) -> None:
        """Add a listener. It gets all events from now on, after the listeners added before it."""
        self._listeners.append(checked_part("listener", listener, Listener))

    def register_vendor(self, vendor_id: str, message_id: str | None, handler: VendorHandler) -> None:
        """Let ``handler`` answer DataTransfer requests of a vendor (4.3).

        ``vendor_id`` has at most 255 characters, ``message_id`` at most 50; None means any message of the vendor.
        """
        self._vendors.register(vendor_id, message_id, handler)

    def register_vendor_message(self, message: VendorMessage[Q, R], handler: MessageHandler[Q, R]) -> None:
        """Let ``handler`` answer a typed message of a vendor; see docs/data-transfer.md.

        Data that does not fit the message's class is answered Rejected, with the reason as data. While the message's
        switch (a configuration key) is off, the message counts as unknown.
        """
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
        if self._life.shell is not None:
            self._life.shell.feed(inputs.IdentityChanged(self.settings.identity))

    # -- whether it runs --------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        """Id, link, registration and the statuses of connectors 0..N."""
        shell = self._life.live
        name = self.settings.charge_point_id
        if shell is None:
            return f"<{type(self).__name__} {name!r}: not running>"
        statuses = ", ".join(f"{each.id} {each.status}" for each in shell.core.features.all_connectors.all)
        return f"<{type(self).__name__} {name!r}: {self.link}, {self.registration}; {statuses}>"

    @property
    def running(self) -> bool:
        """Whether it has been started and still runs. False in a forked process and once its event loop has ended."""
        return self._life.live is not None

    @property
    def failure(self) -> str | None:
        """Why it stopped by itself after the last start; None if it has not; see ``Listener.charge_point_failed``."""
        return self._life.failure

    def _call(self, call: HandlerCall) -> Any:
        shell = self._life.shell or self._life.running()
        return shell.feed(call)

    def _new_ref(self) -> str:
        self._refs += 1
        return f"r{self._refs}"

    # -- idTags and data --------------------------------------------------------------------------------------------

    async def authorize(self, id_tag: str) -> IdTagInfo:
        """Ask whether an idTag (at most 20 characters) may charge (3.5, 4.1).

        The answer comes from the Local Authorization List, the cache or the Central System. If the Central System
        cannot be asked or does not answer within 50 s, the keys for offline authorization decide.
        """
        ref = self._new_ref()
        asked = inputs.AuthorizeAsked(arguments.text("id_tag", id_tag, 20), ref)
        answer: IdTagInfo = await self._life.running().ask(asked, ref)
        return answer

    async def authorize_contract(
        self, emaid: str, certificate: str | None = None, hash_data: Iterable[OcspRequestData] = ()
    ) -> ContractAuthorizeResponse:
        """Ask whether a car may charge with its contract (Plug & Charge).

        :param emaid: the contract's eMAID, at most 20 characters. It is also the idTag of the transaction.
        :param certificate: PEM chain of the contract certificate, the contract's own certificate first.
        :param hash_data: identifies 1 to 4 certificates of the chain, if the SECC (ISO 15118) has verified them itself.

        Returns:
            The status of the contract, and that of its certificate if it is known. Unknown if the Central System cannot
            be asked or does not answer; Invalid while ISO15118PnCEnabled is false.
        """
        identified = structs.all_checked("hash_data", hash_data, OcspRequestData, 4)
        chain = None if certificate is None else arguments.any_text("certificate", certificate)
        ref = self._new_ref()
        asked = inputs.ContractAuthorizeAsked(arguments.text("emaid", emaid, 20), chain, identified, ref)
        answer: ContractAuthorizeResponse = await self._life.running().ask(asked, ref)
        return answer

    async def get_15118_ev_certificate(
        self,
        exi_request: str,
        schema_version: str,
        action: EVCertificateAction | EVCertificateActionWord = EVCertificateAction.INSTALL,
    ) -> Get15118EVCertificateResponse | None:
        """Forward a car's request for its contract certificate to the Central System (Plug & Charge).

        :param exi_request: the car's CertificateInstallationReq or CertificateUpdateReq: EXI in base64, at most 5,600
            characters.
        :param schema_version: XML namespace of the car's version of ISO 15118, at most 50 characters.

        Returns:
            The response for the car; None if the Central System cannot be asked or gives no usable answer.

        Raises InvalidArgumentError while ISO15118PnCEnabled is false.
        """
        wanted = arguments.word("action", action, EVCertificateAction)
        request = Get15118EVCertificateRequest(
            arguments.text("schema_version", schema_version, 50), wanted, arguments.any_text("exi_request", exi_request)
        )
        reply = await self.send_vendor_message(GET_15118_EV_CERTIFICATE, request)
        return None if reply is None else reply.response

    async def data_transfer(
        self, vendor_id: str, message_id: str | None = None, data: str | None = None
    ) -> DataTransferResponse | None:
        """Send vendor-specific data (4.3).

        ``vendor_id`` has at most 255 characters, ``message_id`` at most 50; ``data`` may have any length.

        Returns:
            The response; Rejected also if the answer was an error or invalid. None without a connection or an answer.
        """
        ref = self._new_ref()
        asked = inputs.TransferAsked(
            arguments.text("vendor_id", vendor_id, 255),
            None if message_id is None else arguments.text("message_id", message_id, 50),
            None if data is None else arguments.any_text("data", data),
            ref,
        )
        answer: DataTransferResponse | None = await self._life.running().ask(asked, ref)
        return answer

    async def send_vendor_message(self, message: VendorMessage[Q, R], request: Q) -> VendorReply[R] | None:
        """Send a typed message of a vendor (4.3).

        Returns:
            The reply; Rejected also if the answer was invalid. None without a connection or an answer.

        Raises:
            InvalidArgumentError: Only the Central System may send this message, its configuration key is off, or the
                request is not an instance of its class.
            InvalidMessageError: The request breaks a limit of its class.
        """
        data = data_of_request(
            message, request, lambda key: self._life.running().core.features.configuration.is_on(key)
        )
        answer = await self.data_transfer(message.vendor_id, message.message_id, data)
        return None if answer is None else read_reply(message, answer)

    # -- configuration and state ------------------------------------------------------------------------------------

    def get_configuration(self, *names: str) -> dict[str, str]:
        """Values of configuration keys by name, as GetConfiguration reports them; without names, all of them.

        Unknown names and write-only keys are left out.
        """
        configuration = self._life.running().core.features.configuration
        names = tuple(arguments.text("name", name) for name in names)
        wanted = [configuration.find(name) for name in names] if names else list(configuration.present)
        return {key.name: configuration.text(key) for key in wanted if key is not None and not key.write_only}

    def set_configuration(self, name: str, value: str) -> ConfigurationStatus:
        """Change a configuration key as ChangeConfiguration does (5.3); returns Accepted or RebootRequired.

        Raises :class:`~ocpp16sm.errors.ConfigurationError` with the reason where ChangeConfiguration would be Rejected
        or NotSupported, and :class:`~ocpp16sm.errors.InvalidArgumentError` for arguments that are not strings.
        """
        wanted = inputs.ConfigurationSet(arguments.any_text("name", name), arguments.any_text("value", value))
        status: ConfigurationStatus = self._life.running().feed(wanted)
        return status

    def set_meter_public_key(self, connector: int, public_key: str) -> None:
        """Set the public key that verifies the signed values of a connector's meter (key MeterPublicKey<n>).

        :param connector: 1..N.
        :param public_key: 1 to 500 characters, kept across restarts.

        Raises UnknownConnectorError and InvalidArgumentError.
        """
        told = inputs.MeterPublicKeySet(
            arguments.integer("connector", connector, 0), arguments.text("public_key", public_key, LONGEST_KEY)
        )
        self._life.running().feed(told)

    def price_of(self, id_tag: str) -> UserPrice | None:
        """The price last shown to an idTag (California pricing); None if none since it was last authorized."""
        return self._life.running().core.features.price_texts.of(arguments.text("id_tag", id_tag))

    def status(self, connector: int) -> ChargePointStatus:
        """The status of connector 0..N as StatusNotification reports it. Raises UnknownConnectorError.

        Unavailable if the charge point has stopped by itself (:attr:`failure`).
        """
        number = arguments.integer("connector", connector)
        if self._life.shell is None and self._life.failure is not None:
            return ChargePointStatus.UNAVAILABLE
        return self._life.running().core.status(number)

    def transaction(self, connector: int) -> TransactionRecord | None:
        """The transaction that runs at a connector, or None. Raises UnknownConnectorError."""
        return self._life.running().core.transaction(arguments.integer("connector", connector))

    def reservations(self) -> tuple[Reservation, ...]:
        """The active reservations of the Central System, oldest first (5.13)."""
        return self._life.running().core.features.reservations.records

    def is_reserved_for_other(self, connector: int, id_tag: str, parent_id_tag: str | None = None) -> bool:
        """Whether connector 1..N must refuse an idTag because it is reserved for another one (5.13).

        ``parent_id_tag`` is the group that :meth:`authorize` returned. Without it the group is taken from the Local
        Authorization List, the cache and earlier answers. Raises UnknownConnectorError.
        """
        group = None if parent_id_tag is None else arguments.text("parent_id_tag", parent_id_tag, may_be_empty=True)
        return self._life.running().core.features.reservations.is_reserved_for_other(
            arguments.integer("connector", connector), arguments.text("id_tag", id_tag), group
        )

    def composite_schedule(
        self, connector: int, duration_s: int, unit: ChargingRateUnitType | ChargingRateUnitTypeWord | None = None
    ) -> CompositeSchedule:
        """The limits that charging profiles set from now on, as GetCompositeSchedule reports them (3.13.3, 5.7).

        A station's controller calls this at the start, whenever ``Listener.limits_changed`` names the connector, and
        before the schedule ends. No event announces the next period of a schedule. For a connector without a
        transaction the schedule assumes that one begins now. Configuration keys set the voltage, the phases and the
        limits that apply without a profile (SupplyVoltage, CompositeScheduleDefault...).

        :param connector: 1..N; 0 for the whole charge point.
        :param duration_s: length in seconds; MaxCompositeScheduleDuration and ChargingScheduleMaxPeriods may shorten
            it. 0 asks for the present limit.
        :param unit: of the limits: ``A`` (per phase) or ``W`` (total); by default the first of
            ChargingScheduleAllowedChargingRateUnit.

        Raises :class:`~ocpp16sm.errors.UnknownConnectorError` and :class:`~ocpp16sm.errors.InvalidArgumentError`.
        """
        shell = self._life.running()
        shell.core.status(arguments.integer("connector", connector))
        wanted = None if unit is None else arguments.word("unit", unit, ChargingRateUnitType)
        length = arguments.integer("duration_s", duration_s, 0)
        limits = shell.core.features.charging_limits
        return shell.owner_loop.do(lambda: limits.schedule(connector, self._clock.utc(), length, wanted))

    def charging_profiles(self) -> tuple[InstalledProfile, ...]:
        """The installed charging profiles, in order of chargingProfileId (3.13)."""
        return self._life.running().core.features.smart_charging.installed

    # -- the connection ---------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether there is a connection to the Central System."""
        shell = self._life.live
        return shell is not None and shell.core.features.context.online

    @property
    def accepted(self) -> bool:
        """Whether the Central System has accepted this charge point since it started."""
        shell = self._life.live
        return shell is not None and shell.core.features.context.accepted

    @property
    def link(self) -> str:
        """The state of the connection: Offline, Connecting, Online or BackingOff."""
        shell = self._life.live
        return "Offline" if shell is None else shell.core.features.link.machine.link

    @property
    def registration(self) -> str:
        """The state of the registration: Unregistered, Pending, Rejected or Accepted."""
        shell = self._life.live
        return "Unregistered" if shell is None else shell.core.features.registration.machine.registration

    @property
    def queued(self) -> int:
        """Number of requests that the Central System has not answered yet."""
        shell = self._life.live
        return 0 if shell is None else len(shell.core.features.context.outbox)

    @property
    def awaits_answer(self) -> bool:
        """Whether the next step is the Central System's: to let us connect, or to answer a request."""
        shell = self._life.live
        return shell is not None and (
            self.link == "Connecting" or shell.core.features.context.outbox.in_flight is not None
        )

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds. It is evaluated after everything that happens to the charge point.

        ::

            await charge_point.wait_until(lambda: charge_point.status(1) == "Charging")

        Raises :class:`~ocpp16sm.errors.NotStartedError` if the charge point stops first.
        """
        await self._life.running().until(condition)

    async def wait_until_accepted(self) -> None:
        """Wait for a connection and an accepted BootNotification."""
        await self.wait_until(lambda: self.connected and self.accepted)

    async def wait_until_delivered(self) -> None:
        """Wait until the charge point is connected and every queued request has been answered."""
        shell = self._life.running()
        await shell.until(shell.delivered)

    def connect(self) -> None:
        """Connect, and reconnect after every loss of the connection, until :meth:`disconnect`."""
        self._life.running().feed(inputs.ConnectAsked())

    def disconnect(self) -> None:
        """Close the connection and stay offline until :meth:`connect`."""
        self._life.running().feed(inputs.DisconnectAsked())


def _certificates(settings: Settings, clock: Clock) -> Certificates:
    if not settings.certificates:
        return Certificates()
    from ocpp16sm.pki import FileCertificates  # imported only when needed: it loads cryptography

    return FileCertificates(settings.certificates, key=settings.certificate_key, utc=clock.utc)
