"""Who may charge where: cards, contracts of cars, and tokens that the Central System presents (4.1, 4.10, 5.11)."""

from collections.abc import Callable, Sequence

from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.messages import AuthorizationStatus, ChargePointStatus, Reason
from ocpp16sm.messages.plug_and_charge import PLUG_AND_CHARGE
from ocpp16sm.messages.plug_and_charge_types import ContractStatus, TokenStatus
from ocpp16sm.station.car import CarContract, CertificateInstallation, Vehicle
from ocpp16sm.station.virtual_connector import Token, VirtualConnector, same_tag

CLOSED = frozenset({ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED})
"""No token is taken at a connector with such a status."""


class CardReader:
    """Finds each token the connector it is meant for."""

    def __init__(self, charge_point: ChargePoint, show: Callable[[str], None]) -> None:
        self._charge_point = charge_point
        self._show = show
        self._asking: list[str] = []
        """idTags that are being authorised."""
        self.closed = False
        """The station is about to restart: no token is taken."""

    async def present(self, id_tag: str, virtual_connectors: Sequence[VirtualConnector]) -> None:
        """A card at the reader of these connectors: it stops what it has started, or charges where there is room."""
        if self.closed:
            return self._show("out of service for a moment")
        owned = next(
            (
                virtual_connector
                for virtual_connector in virtual_connectors
                if virtual_connector.owner is not None and virtual_connector.owner.is_stopped_by(id_tag)
            ),
            None,
        )
        if owned is not None:
            owned.stop(Reason.LOCAL, id_tag)
            return None
        if self._is_known_to_wait(id_tag, virtual_connectors):
            return None
        if not self._free(Token(id_tag), virtual_connectors) and not self._is_any_parent_known(virtual_connectors):
            return self._show("no connector is free for this card")
        token = await self._authorize(id_tag)
        if token is None:
            return None
        free = self._free(token, virtual_connectors)
        family = (
            virtual_connector
            for virtual_connector in virtual_connectors
            if virtual_connector.owner is not None
            and same_tag(virtual_connector.owner.parent_id_tag, token.parent_id_tag)
        )
        relative = next(family, None)
        if free:
            _best(free, token).accept(token)
        elif relative is not None:
            relative.stop(Reason.LOCAL, id_tag)
        else:
            self._show("no connector is free for this card")
        return None

    async def present_from_afar(
        self, id_tag: str, virtual_connectors: Sequence[VirtualConnector], *, authorized: bool
    ) -> None:
        """A token of RemoteStartTransaction: it charges where there is room, and never stops anything."""
        if self.closed or self._is_known_to_wait(id_tag, virtual_connectors):
            return
        token = Token(id_tag) if authorized else await self._authorize(id_tag)
        free = self._free(token, virtual_connectors) if token is not None else []
        if token is not None and free:
            _best(free, token).accept(token)

    async def hear_car(self, virtual_connector: VirtualConnector) -> None:
        """A car that speaks ISO 15118 gets the certificate it asks for, and charges with the contract it has."""
        car = virtual_connector.car
        if car is None or self.closed or not self._has_plug_and_charge:
            return
        if car.installation is not None:
            await self._bring_certificate(virtual_connector, car, car.installation)
        if car.contract is not None:
            await self._present_contract(virtual_connector, car, car.contract)

    async def _bring_certificate(
        self, virtual_connector: VirtualConnector, car: Vehicle, said: CertificateInstallation
    ) -> None:
        """What the car is answered is for the car alone: it is EXI, which nobody here reads."""
        ask = self._charge_point.get_15118_ev_certificate
        response = await ask(said.exi_request, said.schema_version, said.action)
        if response is None:
            self._show("the car's contract certificate: no answer")
            return
        self._show(f"the car's contract certificate: {response.status}")
        if virtual_connector.car is car:
            virtual_connector.exi_response = response.exi_response

    async def _present_contract(self, virtual_connector: VirtualConnector, car: Vehicle, contract: CarContract) -> None:
        """If it is refused, a card may still be shown (ISO 15118: EIM)."""
        answer = await self._charge_point.authorize_contract(contract.emaid, contract.chain)
        info, certificate = answer.id_token_info, answer.certificate_status
        token = Token(contract.emaid, None if info.group_id_token is None else info.group_id_token.id_token)
        if info.status is not TokenStatus.ACCEPTED:
            why = "" if certificate in (None, ContractStatus.ACCEPTED) else f", {certificate}"
            self._show(f"the contract is refused: {info.status}{why}")
        elif virtual_connector.car is car and self._free(token, [virtual_connector]):
            virtual_connector.accept(token)

    @property
    def _has_plug_and_charge(self) -> bool:
        return self._charge_point.get_configuration(PLUG_AND_CHARGE).get(PLUG_AND_CHARGE) == "true"

    async def _authorize(self, id_tag: str) -> Token | None:
        self._asking.append(id_tag)
        try:
            info = await self._charge_point.authorize(id_tag)
        finally:
            self._asking.remove(id_tag)
        if info.status is not AuthorizationStatus.ACCEPTED:
            self._show(f"the card is refused: {info.status}")
            return None
        return Token(id_tag, info.parent_id_tag)

    def _is_known_to_wait(self, id_tag: str, virtual_connectors: Sequence[VirtualConnector]) -> bool:
        """Whether it has been authorised, or is just being, and nothing has come of it yet."""
        waiting = [
            virtual_connector.token.id_tag
            for virtual_connector in virtual_connectors
            if virtual_connector.token is not None
        ]
        return any(same_tag(id_tag, other) for other in (*waiting, *self._asking))

    def _free(self, token: Token, virtual_connectors: Sequence[VirtualConnector]) -> list[VirtualConnector]:
        """Where this token could charge."""
        return [
            virtual_connector
            for virtual_connector in virtual_connectors
            if virtual_connector.waits_for_token
            and self._charge_point.status(virtual_connector.number) not in CLOSED
            and not self._charge_point.is_reserved_for_other(
                virtual_connector.number, token.id_tag, token.parent_id_tag
            )
        ]

    def _is_any_parent_known(self, virtual_connectors: Sequence[VirtualConnector]) -> bool:
        """Whether a token that is not known to be of any use here may turn out to be one of the family."""
        here = {0, *(virtual_connector.number for virtual_connector in virtual_connectors)}
        reserved = [one.parent_id_tag for one in self._charge_point.reservations() if one.connector_id in here]
        running = [
            virtual_connector.owner.parent_id_tag
            for virtual_connector in virtual_connectors
            if virtual_connector.owner is not None
        ]
        return any(parent is not None for parent in (*reserved, *running))


def _best(free: Sequence[VirtualConnector], token: Token) -> VirtualConnector:
    """The connector where somebody has been waiting longest, or where this token's own car has stopped charging;
    otherwise the lowest without a car. Somebody else's car that has stopped charging comes last.
    """

    def rank(connector: VirtualConnector) -> tuple[int, float, int]:
        seen_at = connector.seen_at or 0.0
        if connector.over:
            mine = connector.last is not None and connector.last.is_stopped_by(token.id_tag)
            return (1 if mine else 3), seen_at, connector.number
        return (0 if connector.seen else 2), seen_at, connector.number

    return min(free, key=rank)
