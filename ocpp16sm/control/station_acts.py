"""What people, cars and operators do at a virtual station: each act is a method of VirtualStation."""

import asyncio
from typing import Annotated, Any

from attrs import field, frozen

from ocpp16sm.base.redaction import mask
from ocpp16sm.base.secret import MASK, is_secret, shown_fields
from ocpp16sm.control.act import Act, Connector, Operator, Place, says
from ocpp16sm.control.events import DATA_TRANSFER_ANSWERED
from ocpp16sm.control.parameter_values import InvalidValueError, Limits, unknown
from ocpp16sm.control.station_plan import Plan
from ocpp16sm.messages import AvailabilityType, ChargePointErrorCode, DataTransferResponse
from ocpp16sm.station import Car, DcCar

WHICH = "Which connector."
LONGEST_ID_TAG = 20


# -- what people and cars do ----------------------------------------------------------------------------------------


@frozen(kw_only=True)
class PlugIn(Act):
    """Plug a car in. A second plug does not fit: then nothing happens."""

    connector: Connector = field(metadata=says(WHICH))
    car: str | Car | DcCar | None = field(
        default=None, metadata=says("The car, by its name in the station file, or as a table.")
    )

    def check(self, plan: Plan) -> None:
        """The car is known."""
        super().check(plan)
        if isinstance(self.car, str) and self.car not in plan.car:
            raise InvalidValueError("car", f"{self.car!r} {unknown(plan.car, self.car)}")

    def perform(self, operator: Operator) -> None:
        """Do it."""
        operator.panel.station.plug_in(self.connector, operator.panel.car(self.connector, self.car))

    def told(self, *, id_tags: bool = True) -> dict[str, Any]:
        """Whose contract it is, is nobody's business."""
        told = super().told(id_tags=id_tags)
        contract = told["car"].get("contract") if isinstance(told.get("car"), dict) else None
        return told if id_tags or contract is None else {**told, "car": {**told["car"], "contract": MASK}}


@frozen(kw_only=True)
class PlugOut(Act):
    """Unplug. Without a plug nothing happens."""

    connector: Connector = field(metadata=says(WHICH))


@frozen(kw_only=True)
class EvPause(Act):
    """The car stops drawing power: SuspendedEV."""

    connector: Connector = field(metadata=says(WHICH))


@frozen(kw_only=True)
class EvResume(Act):
    """The car wants power again."""

    connector: Connector = field(metadata=says(WHICH))


@frozen(kw_only=True)
class PresentToken(Act):
    """Show a card to the reader: it starts a transaction, or stops the one that it has started."""

    token: Annotated[str, Limits(1, 255)] = field(metadata=says("Its idTag, or its name in the station file."))
    connectors: tuple[Connector, ...] | None = field(
        default=None, metadata=says("The connectors that the reader serves; all, if not said.")
    )

    def told(self, *, id_tags: bool = True) -> dict[str, Any]:
        """Masked, unless it is to be shown."""
        told = super().told(id_tags=id_tags)
        return told if id_tags else {**told, "token": mask(self.token)}

    def check(self, plan: Plan) -> None:
        """It is an idTag, or the name of one."""
        super().check(plan)
        if self.token not in plan.token and len(self.token) > LONGEST_ID_TAG:
            raise InvalidValueError("token", f"expected an idTag of at most {LONGEST_ID_TAG} characters, or its name")

    def perform(self, operator: Operator) -> None:
        """Do it."""
        operator.panel.station.present_token(operator.panel.id_tag(self.token), self.connectors)


# -- what breaks ----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RaiseError(Act):
    """Something breaks."""

    result = "The error's uuid, for clear_error."
    connector: Place = field(metadata=says("Which connector; 0: the station itself, that is all of them."))
    error: ChargePointErrorCode | Annotated[int, Limits(1, 26)] = field(
        default=ChargePointErrorCode.OTHER_ERROR,
        metadata=says("The errorCode, or the number of a Minimum Required Error Code (MREC)."),
    )
    info: Annotated[str, Limits(0, 50)] | None = field(default=None, metadata=says("Free text."))
    is_fault: bool | None = field(
        default=None, metadata=says("Whether it prevents charging; if not said, as errors of its kind do.")
    )


@frozen(kw_only=True)
class ClearError(Act):
    """What broke is mended."""

    connector: Place = field(metadata=says("Which connector; 0: the station itself."))
    uuid: str | None = field(default=None, metadata=says("Which error; everything there, if not said."))


@frozen(kw_only=True)
class DiodeFault(Act):
    """The diode in the car's control pilot breaks once it has charged for 5 s; unplugging mends it.

    Without a car, one with such a diode is plugged in.
    """

    connector: Connector = field(metadata=says(WHICH))


@frozen(kw_only=True)
class DisconnectLink(Act):
    """Lose the connection to the Central System, until connect_link."""


@frozen(kw_only=True)
class ConnectLink(Act):
    """Have the connection back; or dial at once, where it is being waited for."""


@frozen(kw_only=True)
class PowerOff(Act):
    """The power fails: everything stops without a word; what is in the store is all that is left. No plug survives."""


@frozen(kw_only=True)
class Boot(Act):
    """Switch the power on again. Refused while it is on."""


@frozen(kw_only=True)
class Reset(Act):
    """Start the charge point anew, as a Reset of the Central System does. Plugs stay where they are."""


# -- what the operator does -----------------------------------------------------------------------------------------


@frozen(kw_only=True)
class ChangeAvailability(Act):
    """Take a connector out of service, or back into it, as the operator of the station can."""

    result = "Accepted, or Scheduled: when its transaction has ended."
    connector: Place = field(metadata=says("Which connector; 0: all of the station."))
    type: AvailabilityType = field(metadata=says("Operative or Inoperative."))


@frozen(kw_only=True)
class DataTransfer(Act):
    """Send vendor-specific data. Its answer comes as event data_transfer_answered."""

    vendor_id: Annotated[str, Limits(1, 255)] = field(metadata=says("The vendor."))
    message_id: Annotated[str, Limits(1, 50)] | None = field(
        default=None, metadata=says("Which of the vendor's messages.")
    )
    data: str | None = field(default=None, metadata=says("The data; a text."))

    def perform(self, operator: Operator) -> None:
        """Do it."""
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
    """Something happened that matters to security. The Central System is told what the whitepaper calls critical."""

    type: Annotated[str, Limits(1, 50)] = field(metadata=says("Its name, such as TamperDetectionActivated."))
    tech_info: Annotated[str, Limits(0, 255)] | None = field(default=None, metadata=says("Details."))


@frozen(kw_only=True)
class GetConfiguration(Act):
    """Read configuration keys."""

    changes = False
    result = "Their values, texts all, by name. Unknown names are left out."
    keys: tuple[str, ...] | None = field(default=None, metadata=says("Which; all, if not said."))


@frozen(kw_only=True)
class SetConfiguration(Act):
    """Change a configuration key, as the Central System could."""

    result = "Accepted, or RebootRequired."
    key: str = field(metadata=says("Its name."))
    value: str = field(metadata=says("Its value, a text."))

    def __repr__(self) -> str:
        return shown_fields(type(self).__name__, {"key": self.key, "value": self.value})

    def told(self, *, id_tags: bool = True) -> dict[str, Any]:
        """A password is nobody's business."""
        told = super().told(id_tags=id_tags)
        return {**told, "value": MASK} if is_secret(self.key) else told
