"""Card reader: assigns cards, contracts of cars and remote starts to connectors (4.1, 4.10, 5.11)."""

from collections.abc import Callable, Sequence

from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.messages import AuthorizationStatus, ChargePointStatus, Reason
from ocpp16sm.messages.plug_and_charge import PLUG_AND_CHARGE
from ocpp16sm.messages.plug_and_charge_types import ContractStatus, TokenStatus
from ocpp16sm.station.car import CarContract, CertificateInstallation, Vehicle
from ocpp16sm.station.virtual_connector import Token, VirtualConnector, same_tag

CLOSED = frozenset({ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED})
"""Statuses in which a connector accepts no token."""


class CardReader:
    """Assigns each token to a connector, asking the Central System if necessary."""

    def __init__(self, charge_point: ChargePoint, show: Callable[[str], None]) -> None:
        self._charge_point = charge_point
        self._show = show
        self._asking: list[str] = []
        """idTags whose authorization is in progress."""
        self.closed = False
        """The station is about to restart and accepts no token."""

    async def present(self, id_tag: str, virtual_connectors: Sequence[VirtualConnector]) -> None:
        """Present a card at the reader of these connectors: stop its own transaction, or charge at a free connector."""
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
        """Present the token of a RemoteStartTransaction: charge at a free connector; never stop a transaction.

        ``authorized``: whether the Central System need not be asked.
        """
        if self.closed or self._is_known_to_wait(id_tag, virtual_connectors):
            return
        token = Token(id_tag) if authorized else await self._authorize(id_tag)
        free = self._free(token, virtual_connectors) if token is not None else []
        if token is not None and free:
            _best(free, token).accept(token)

    async def hear_car(self, virtual_connector: VirtualConnector) -> None:
        """Serve a car that speaks ISO 15118: forward its request for a certificate, then present its contract."""
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
        """Forward the request; keep the answer, which is EXI, for the car."""
        ask = self._charge_point.get_15118_ev_certificate
        response = await ask(said.exi_request, said.schema_version, said.action)
        if response is None:
            self._show("the car's contract certificate: no answer")
            return
        self._show(f"the car's contract certificate: {response.status}")
        if virtual_connector.car is car:
            virtual_connector.exi_response = response.exi_response

    async def _present_contract(self, virtual_connector: VirtualConnector, car: Vehicle, contract: CarContract) -> None:
        """Authorize a contract. If it is refused, the driver may still present a card (ISO 15118: EIM)."""
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
        """Whether this idTag is being authorized, or is authorized and waits for a plug."""
        waiting = [
            virtual_connector.token.id_tag
            for virtual_connector in virtual_connectors
            if virtual_connector.token is not None
        ]
        return any(same_tag(id_tag, other) for other in (*waiting, *self._asking))

    def _free(self, token: Token, virtual_connectors: Sequence[VirtualConnector]) -> list[VirtualConnector]:
        """The connectors at which this token could charge."""
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
        """Whether a token without a free connector may still belong to the group of a reservation or transaction here.

        Only the Central System's answer shows that, so it has to be asked.
        """
        here = {0, *(virtual_connector.number for virtual_connector in virtual_connectors)}
        reserved = [one.parent_id_tag for one in self._charge_point.reservations() if one.connector_id in here]
        running = [
            virtual_connector.owner.parent_id_tag
            for virtual_connector in virtual_connectors
            if virtual_connector.owner is not None
        ]
        return any(parent is not None for parent in (*reserved, *running))


def _best(free: Sequence[VirtualConnector], token: Token) -> VirtualConnector:
    """The connector whose car has waited longest, or at which this token's own car has stopped charging.

    Otherwise the lowest without a car. A connector with somebody else's car that has stopped charging comes last.
    """

    def rank(connector: VirtualConnector) -> tuple[int, float, int]:
        seen_at = connector.seen_at or 0.0
        if connector.over:
            mine = connector.last is not None and connector.last.is_stopped_by(token.id_tag)
            return (1 if mine else 3), seen_at, connector.number
        return (0 if connector.seen else 2), seen_at, connector.number

    return min(free, key=rank)
