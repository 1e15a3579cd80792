"""What an application can ask of a charge point while it runs."""

from collections.abc import Callable, Iterable
from typing import Any

from ocpp16sm import codec
from ocpp16sm.arguments import arguments, structs
from ocpp16sm.base.words import ChargingRateUnitTypeWord, EVCertificateActionWord
from ocpp16sm.clock import Clock
from ocpp16sm.config.own_keys import LONGEST_KEY
from ocpp16sm.core.data_transfer.data_transfer import read_reply
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.smart_charging.composite_schedule import CompositeSchedule
from ocpp16sm.errors import InvalidArgumentError, NotStartedError
from ocpp16sm.generated.handlers import HandlerCall, Handlers
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
from ocpp16sm.messages.registry import SentBy
from ocpp16sm.messages.vendor import Q, R, VendorMessage, VendorReply
from ocpp16sm.prices import UserPrice
from ocpp16sm.records import InstalledProfile, Reservation, TransactionRecord
from ocpp16sm.shell.shell import Shell


class Running(Handlers):
    """The handlers, and all else that only makes sense between a start and a stop of a charge point.

    At any other time it raises :class:`~ocpp16sm.errors.NotStartedError`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shell: Shell | None = None
        """There is one while it runs."""
        self._failure: str | None = None
        self._refs = 0

    def __repr__(self) -> str:
        """Id, link, registration and the statuses of connectors 0..N."""
        shell = self._live
        if shell is None:
            return f"<{type(self).__name__} {self._name!r}: not running>"
        statuses = ", ".join(f"{place.id} {place.status}" for place in shell.core.features.places.all)
        return f"<{type(self).__name__} {self._name!r}: {self.link}, {self.registration}; {statuses}>"

    @property
    def _name(self) -> str:
        """Whose id it has."""
        return ""

    @property
    def running(self) -> bool:
        """Whether it has been started, and has not stopped since; its event loop has not ended, nor is this a fork."""
        return self._live is not None

    @property
    def _live(self) -> Shell | None:
        """The shell, as long as it can do something."""
        shell = self._shell
        return None if shell is None or shell.home.gone else shell

    @property
    def failure(self) -> str | None:
        """Why it has stopped by itself since it was started; None: it has not. See ``Listener.charge_point_failed``."""
        return self._failure

    def _running(self) -> Shell:
        shell = self._shell
        if shell is None and self._failure is not None:
            raise NotStartedError(f"the charge point has stopped, because its state could not be kept: {self._failure}")
        if shell is None:
            raise NotStartedError("the charge point is not running; call start() first")
        shell.home.check()
        return shell

    def _call(self, call: HandlerCall) -> Any:
        shell = self._shell or self._running()
        return shell.feed_from_any_thread(call)

    def _new_ref(self) -> str:
        self._refs += 1
        return f"r{self._refs}"

    # -- idTags and data --------------------------------------------------------------------------------------------

    async def authorize(self, id_tag: str) -> IdTagInfo:
        """May this idTag (at most 20 characters) charge? From the cache, from the Central System, or offline rules."""
        ref = self._new_ref()
        asked = inputs.AuthorizeAsked(arguments.text("id_tag", id_tag, 20), ref)
        answer: IdTagInfo = await self._running().ask(asked, ref)
        return answer

    async def authorize_contract(
        self, emaid: str, certificate: str | None = None, hash_data: Iterable[OcspRequestData] = ()
    ) -> ContractAuthorizeResponse:
        """May a car charge with this contract (Plug & Charge)?

        :param emaid: whose contract it is, at most 20 characters; if it may charge, the idTag of its transaction.
        :param certificate: the contract certificate with those above it, PEM, the contract's own first.
        :param hash_data: what identifies 1 to 4 of them, if the car's partner (ISO 15118) has verified them already.

        Returns:
            The status, Unknown where nobody can be asked or answers, Invalid while ISO15118PnCEnabled is false; and
            what is to be thought of the certificate, where that is known.
        """
        identified = structs.all_checked("hash_data", hash_data, OcspRequestData, 4)
        chain = None if certificate is None else arguments.any_text("certificate", certificate)
        ref = self._new_ref()
        asked = inputs.ContractAuthorizeAsked(arguments.text("emaid", emaid, 20), chain, identified, ref)
        answer: ContractAuthorizeResponse = await self._running().ask(asked, ref)
        return answer

    async def get_15118_ev_certificate(
        self,
        exi_request: str,
        schema_version: str,
        action: EVCertificateAction | EVCertificateActionWord = EVCertificateAction.INSTALL,
    ) -> Get15118EVCertificateResponse | None:
        """Have the Central System answer a car that asks for its contract certificate (Plug & Charge).

        :param exi_request: the car's CertificateInstallationReq or CertificateUpdateReq: EXI in base64, at most 5,600
            characters.
        :param schema_version: namespace of the version of ISO 15118 that it speaks, at most 50 characters.

        Returns:
            What the car is to be answered; None: nobody could be asked, or the answer is none.

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

        Returns:
            The answer; Rejected too if it was an error or not to be understood. None: there is no connection, or no
            answer came.
        """
        ref = self._new_ref()
        asked = inputs.TransferAsked(
            arguments.text("vendor_id", vendor_id, 255),
            None if message_id is None else arguments.text("message_id", message_id, 50),
            None if data is None else arguments.any_text("data", data),
            ref,
        )
        answer: DataTransferResponse | None = await self._running().ask(asked, ref)
        return answer

    async def send_vendor_message(self, message: VendorMessage[Q, R], request: Q) -> VendorReply[R] | None:
        """Send a typed message of a vendor's (4.3).

        Returns:
            How it was answered; Rejected too if that could not be understood. None: there is no connection, or no
            answer came.

        Raises:
            InvalidArgumentError: Only the Central System sends this message, it is switched off, or the request is not
                of its class.
            InvalidMessageError: The request breaks a limit of its class.
        """
        if not isinstance(message, VendorMessage):
            raise InvalidArgumentError("message", message, "a VendorMessage")
        if message.sent_by is SentBy.CENTRAL_SYSTEM:
            raise InvalidArgumentError("message", message.message_id, "a message that the charge point sends")
        if message.switch is not None and not self._running().core.features.configuration.is_on(message.switch):
            allowed = f"a message that is switched on; {message.switch} is not true"
            raise InvalidArgumentError("message", message.message_id, allowed)
        if not isinstance(request, message.request):
            raise InvalidArgumentError("request", type(request).__name__, f"a {message.request.__name__}")
        data = codec.encode_payload(request).decode()
        answer = await self.data_transfer(message.vendor_id, message.message_id, data)
        return None if answer is None else read_reply(message, answer)

    # -- how it is set up, and how it is ---------------------------------------------------------------------------

    def get_configuration(self, *names: str) -> dict[str, str]:
        """Values of configuration keys by name, as texts; without names all of them.

        Unknown names are left out, and so is what can only be written.
        """
        configuration = self._running().core.features.configuration
        names = tuple(arguments.text("name", name) for name in names)
        wanted = [configuration.find(name) for name in names] if names else list(configuration.present)
        return {key.name: configuration.text(key) for key in wanted if key is not None and not key.write_only}

    def set_configuration(self, name: str, value: str) -> ConfigurationStatus:
        """Change a configuration key, as the Central System could: Accepted, or RebootRequired.

        Raises :class:`~ocpp16sm.errors.ConfigurationError`, saying why, where the Central System would be answered
        Rejected or NotSupported, and :class:`~ocpp16sm.errors.InvalidArgumentError` for what is no text.
        """
        wanted = inputs.ConfigurationSet(arguments.any_text("name", name), arguments.any_text("value", value))
        status: ConfigurationStatus = self._running().feed_from_any_thread(wanted)
        return status

    def set_meter_public_key(self, connector: int, public_key: str) -> None:
        """Say what the signed values of a connector's meter are checked with; GetConfiguration tells it from now on.

        :param connector: 1..N.
        :param public_key: as text, 1 to 500 characters; kept over a restart.

        Raises UnknownConnectorError and InvalidArgumentError.
        """
        told = inputs.MeterPublicKeySet(
            arguments.integer("connector", connector, 0), arguments.text("public_key", public_key, LONGEST_KEY)
        )
        self._running().feed_from_any_thread(told)

    def price_of(self, id_tag: str) -> UserPrice | None:
        """What an idTag was told last of its price (California pricing); None: nothing since it was asked about."""
        return self._running().core.features.price_texts.of(arguments.text("id_tag", id_tag))

    def status(self, connector: int) -> ChargePointStatus:
        """The status of connector 0..N, as it would be reported. Raises UnknownConnectorError.

        Unavailable once the charge point has stopped by itself (:attr:`failure`).
        """
        number = arguments.integer("connector", connector)
        if self._shell is None and self._failure is not None:
            return ChargePointStatus.UNAVAILABLE
        return self._running().core.status(number)

    def transaction(self, connector: int) -> TransactionRecord | None:
        """The transaction that is running at a connector. Raises UnknownConnectorError."""
        return self._running().core.transaction(arguments.integer("connector", connector))

    def reservations(self) -> tuple[Reservation, ...]:
        """The reservations of the Central System that hold, in the order in which they were made (5.13)."""
        return self._running().core.features.reservations.records

    def is_reserved_for_other(self, connector: int, id_tag: str, parent_id_tag: str | None = None) -> bool:
        """Whether ``id_tag`` is to be refused at connector 1..N because of somebody else's reservation (5.13).

        ``parent_id_tag`` is its group as :meth:`authorize` told it; without, what the Local Authorization List, the
        cache and former answers say. Raises UnknownConnectorError.
        """
        group = None if parent_id_tag is None else arguments.text("parent_id_tag", parent_id_tag, may_be_empty=True)
        return self._running().core.features.reservations.is_reserved_for_other(
            arguments.integer("connector", connector), arguments.text("id_tag", id_tag), group
        )

    def composite_schedule(
        self, connector: int, duration_s: int, unit: ChargingRateUnitType | ChargingRateUnitTypeWord | None = None
    ) -> CompositeSchedule:
        """What the charging profiles allow from now on, as GetCompositeSchedule would be answered (3.13.3, 5.7).

        For the station's controller: to be asked at the start, again whenever ``Listener.limits_changed`` names the
        connector, and before the schedule comes to its end. Where a period ends the next one holds; nothing is told
        then. A connector without a transaction is shown as if one began now. The voltage, the phases and the limits
        where no profile sets one are configuration keys (SupplyVoltage, CompositeScheduleDefault...).

        :param connector: 1..N; 0: the charge point as a whole.
        :param duration_s: how far, s. MaxCompositeScheduleDuration and ChargingScheduleMaxPeriods may make it less;
            0: what holds now.
        :param unit: of the limits, ``A`` (on each phase) or ``W`` (over all); by default the first of
            ChargingScheduleAllowedChargingRateUnit.

        Raises :class:`~ocpp16sm.errors.UnknownConnectorError` and :class:`~ocpp16sm.errors.InvalidArgumentError`.
        """
        shell = self._running()
        shell.core.status(arguments.integer("connector", connector))
        wanted = None if unit is None else arguments.word("unit", unit, ChargingRateUnitType)
        length = arguments.integer("duration_s", duration_s, 0)
        limits = shell.core.features.charging_limits
        return shell.home.do(lambda: limits.schedule(connector, self._clock.utc(), length, wanted))

    def charging_profiles(self) -> tuple[InstalledProfile, ...]:
        """The charging profiles that are installed, by chargingProfileId (3.13)."""
        return self._running().core.features.smart_charging.installed

    # -- the connection ---------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether there is a connection to the Central System."""
        shell = self._live
        return shell is not None and shell.core.features.context.online

    @property
    def accepted(self) -> bool:
        """Whether the Central System has accepted this charge point since it started."""
        shell = self._live
        return shell is not None and shell.core.features.context.accepted

    @property
    def link(self) -> str:
        """The state of the connection: Offline, Connecting, Online or BackingOff."""
        shell = self._live
        return "Offline" if shell is None else shell.core.features.link.machine.link

    @property
    def registration(self) -> str:
        """The state of the registration: Unregistered, Pending, Rejected or Accepted."""
        shell = self._live
        return "Unregistered" if shell is None else shell.core.features.registration.machine.registration

    @property
    def queued(self) -> int:
        """Requests that the Central System has not answered yet."""
        shell = self._live
        return 0 if shell is None else len(shell.core.features.context.outbox)

    @property
    def awaits_answer(self) -> bool:
        """Whether the Central System has to do the next thing: let us connect, or answer a request."""
        shell = self._live
        return shell is not None and (
            self.link == "Connecting" or shell.core.features.context.outbox.in_flight is not None
        )

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds; it is looked at after everything that happens to the charge point.

        ::

            await charge_point.wait_until(lambda: charge_point.status(1) == "Charging")

        Raises :class:`~ocpp16sm.errors.NotStartedError` if the charge point stops first.
        """
        await self._running().until(condition)

    async def wait_until_accepted(self) -> None:
        """Wait for a connection and an accepted BootNotification."""
        await self.wait_until(lambda: self.connected and self.accepted)

    async def wait_until_delivered(self) -> None:
        """Wait until there is a connection, the queues are empty and nothing is unanswered."""
        shell = self._running()
        await shell.until(shell.delivered)

    def connect(self) -> None:
        """Connect, and reconnect whenever the connection is lost."""
        self._running().feed_from_any_thread(inputs.ConnectAsked())

    def disconnect(self) -> None:
        """Close the connection, and open no other until :meth:`connect`."""
        self._running().feed_from_any_thread(inputs.DisconnectAsked())
