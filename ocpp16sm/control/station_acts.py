"""Acts of people, cars and operators at a virtual station. Each calls a method of VirtualStation."""

import asyncio
from typing import Annotated, Any

from attrs import field, frozen

from ocpp16sm.base.redaction import mask
from ocpp16sm.base.secret import MASK, is_secret, shown_fields
from ocpp16sm.control.act import Act, AnyConnector, Connector, Operator, says
from ocpp16sm.control.events import DATA_TRANSFER_ANSWERED
from ocpp16sm.control.parameter_values import Bounds, InvalidValueError, unknown
from ocpp16sm.control.station_plan import Plan
from ocpp16sm.messages import AvailabilityType, ChargePointErrorCode, DataTransferResponse
from ocpp16sm.station import Car, DcCar

WHICH = "The connector."
LONGEST_ID_TAG = 20


# -- what people and cars do ----------------------------------------------------------------------------------------


@frozen(kw_only=True)
class PlugIn(Act):
    """Plug a car in. No effect if a car is already plugged in."""

    connector: Connector = field(metadata=says(WHICH))
    car: str | Car | DcCar | None = field(
        default=None, metadata=says("The car: a name from the station file, or a table.")
    )

    def check(self, plan: Plan) -> None:
        super().check(plan)
        if isinstance(self.car, str) and self.car not in plan.car:
            raise InvalidValueError("car", f"{self.car!r} {unknown(plan.car, self.car)}")

    def perform(self, operator: Operator) -> None:
        operator.panel.station.plug_in(self.connector, operator.panel.car(self.connector, self.car))

    def told(self, *, id_tags: bool = True) -> dict[str, Any]:
        """The contract is masked unless ``id_tags`` is true."""
        told = super().told(id_tags=id_tags)
        contract = told["car"].get("contract") if isinstance(told.get("car"), dict) else None
        return told if id_tags or contract is None else {**told, "car": {**told["car"], "contract": MASK}}


@frozen(kw_only=True)
class PlugOut(Act):
    """Unplug the car. No effect if nothing is plugged in."""

    connector: Connector = field(metadata=says(WHICH))


@frozen(kw_only=True)
class EvPause(Act):
    """Make the car stop drawing power (status SuspendedEV)."""

    connector: Connector = field(metadata=says(WHICH))


@frozen(kw_only=True)
class EvResume(Act):
    """Make the car draw power again."""

    connector: Connector = field(metadata=says(WHICH))


@frozen(kw_only=True)
class PresentToken(Act):
    """Present a card to the reader. This starts a transaction, or stops the one that the card started."""

    token: Annotated[str, Bounds(1, 255)] = field(metadata=says("The card's idTag, or its name in the station file."))
    connectors: tuple[Connector, ...] | None = field(
        default=None, metadata=says("The connectors that the reader serves; all if omitted.")
    )

    def told(self, *, id_tags: bool = True) -> dict[str, Any]:
        """The token is masked unless ``id_tags`` is true."""
        told = super().told(id_tags=id_tags)
        return told if id_tags else {**told, "token": mask(self.token)}

    def check(self, plan: Plan) -> None:
        super().check(plan)
        if self.token not in plan.token and len(self.token) > LONGEST_ID_TAG:
            raise InvalidValueError("token", f"expected an idTag of at most {LONGEST_ID_TAG} characters, or its name")

    def perform(self, operator: Operator) -> None:
        operator.panel.station.present_token(operator.panel.id_tag(self.token), self.connectors)


# -- what breaks ----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RaiseError(Act):
    """Raise an error at a connector or at the station."""

    result = "The uuid of the error, to be used in clear_error."
    connector: AnyConnector = field(
        metadata=says("The connector; 0 for the station itself, which affects all connectors.")
    )
    error: ChargePointErrorCode | Annotated[int, Bounds(1, 26)] = field(
        default=ChargePointErrorCode.OTHER_ERROR,
        metadata=says("The errorCode, or the number of a Minimum Required Error Code (MREC)."),
    )
    info: Annotated[str, Bounds(0, 50)] | None = field(default=None, metadata=says("Free text."))
    is_fault: bool | None = field(
        default=None, metadata=says("Whether it prevents charging; if omitted, this depends on the error code.")
    )


@frozen(kw_only=True)
class ClearError(Act):
    """Clear an error, or all errors of a connector or of the station."""

    connector: AnyConnector = field(metadata=says("The connector; 0 for the station itself."))
    uuid: str | None = field(default=None, metadata=says("The uuid of the error; all errors there if omitted."))


@frozen(kw_only=True)
class DiodeFault(Act):
    """Make the diode in the car's control pilot fail after 5 s of charging. Unplugging clears the fault.

    If no car is plugged in, one with a faulty diode is plugged in.
    """

    connector: Connector = field(metadata=says(WHICH))


@frozen(kw_only=True)
class DisconnectLink(Act):
    """Cut the connection to the Central System until connect_link."""


@frozen(kw_only=True)
class ConnectLink(Act):
    """Reconnect to the Central System; immediately if a retry is pending."""


@frozen(kw_only=True)
class PowerOff(Act):
    """Cut the power. Everything stops without notice, only the store survives, and all cars are unplugged."""


@frozen(kw_only=True)
class Boot(Act):
    """Switch the power on again. Refused if it is already on."""


@frozen(kw_only=True)
class Reset(Act):
    """Restart the charge point, as a Reset from the Central System does. Cars stay plugged in."""


# -- what the operator does -----------------------------------------------------------------------------------------


@frozen(kw_only=True)
class ChangeAvailability(Act):
    """Take a connector out of service or back into service, as the operator of the station can."""

    result = "Accepted; or Scheduled, if it takes effect when the transaction ends."
    connector: AnyConnector = field(metadata=says("The connector; 0 for the whole station."))
    type: AvailabilityType = field(metadata=says("Operative or Inoperative."))


@frozen(kw_only=True)
class DataTransfer(Act):
    """Send vendor-specific data. The answer arrives as event data_transfer_answered."""

    vendor_id: Annotated[str, Bounds(1, 255)] = field(metadata=says("The vendorId."))
    message_id: Annotated[str, Bounds(1, 50)] | None = field(default=None, metadata=says("The vendor's messageId."))
    data: str | None = field(default=None, metadata=says("The data."))

    def perform(self, operator: Operator) -> None:
        panel = operator.panel
        task = panel.station.data_transfer(self.vendor_id, self.message_id, self.data)

        def answered(task: "asyncio.Task[DataTransferResponse | None]") -> None:
            if task.cancelled() or task.exception() is not None:
                return
            answer = task.result()
            panel.history.note(
                DATA_TRANSFER_ANSWERED,
                vendor_id=self.vendor_id,
                message_id=self.message_id,
                status=None if answer is None else str(answer.status),
                data=None if answer is None else answer.data,
            )

        task.add_done_callback(answered)


@frozen(kw_only=True)
class SecurityEvent(Act):
    """Record a security event. The Central System is notified of the events that the whitepaper calls critical."""

    type: Annotated[str, Bounds(1, 50)] = field(metadata=says("Type of the event, such as TamperDetectionActivated."))
    tech_info: Annotated[str, Bounds(0, 255)] | None = field(default=None, metadata=says("Details."))


@frozen(kw_only=True)
class GetConfiguration(Act):
    """Read configuration keys."""

    changes = False
    result = "The values by key, all as strings. Unknown keys are left out."
    keys: tuple[str, ...] | None = field(default=None, metadata=says("The keys; all if omitted."))


@frozen(kw_only=True)
class SetConfiguration(Act):
    """Set a configuration key, as the Central System can."""

    result = "Accepted, or RebootRequired."
    key: str = field(metadata=says("The name of the key."))
    value: str = field(metadata=says("The new value, as a string."))

    def __repr__(self) -> str:
        return shown_fields(type(self).__name__, {"key": self.key, "value": self.value})

    def told(self, *, id_tags: bool = True) -> dict[str, Any]:
        """The values of secret keys are masked."""
        told = super().told(id_tags=id_tags)
        return {**told, "value": MASK} if is_secret(self.key) else told
