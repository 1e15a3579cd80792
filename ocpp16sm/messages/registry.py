"""The actions of OCPP 1.6 and of the security whitepaper: who sends what, and which classes it is made of."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from attrs import AttrsInstance, frozen

from ocpp16sm.errors import InvalidMessageError
from ocpp16sm.messages import (
    core,
    firmware_management,
    local_auth_list,
    remote_trigger,
    reservation,
    security,
    smart_charging,
)


class FeatureProfile(StrEnum):
    """A group of actions that is supported as a whole (3.3; words of SupportedFeatureProfiles, 9.1.29)."""

    CORE = "Core"
    """What every Charge Point supports."""
    FIRMWARE_MANAGEMENT = "FirmwareManagement"
    """Firmware updates and diagnostics uploads."""
    LOCAL_AUTH_LIST_MANAGEMENT = "LocalAuthListManagement"
    """The Local Authorization List."""
    RESERVATION = "Reservation"
    """Reserving connectors."""
    SMART_CHARGING = "SmartCharging"
    """Charging profiles."""
    REMOTE_TRIGGER = "RemoteTrigger"
    """Asking for messages."""
    SECURITY = "Security"
    """The security whitepaper. Not a word of SupportedFeatureProfiles: its actions need no profile."""


class SentBy(StrEnum):
    """Who may send a request."""

    CHARGE_POINT = "ChargePoint"
    """The Charge Point (section 4)."""
    CENTRAL_SYSTEM = "CentralSystem"
    """The Central System (section 5)."""
    BOTH = "Both"
    """Either: DataTransfer."""


@frozen
class Action:
    """One action: a request and its response."""

    name: str
    """The word in the CALL; case matters (OCPP-J 4.2.1)."""
    request: type[AttrsInstance]
    """Class of the CALL's payload."""
    response: type[AttrsInstance]
    """Class of the CALLRESULT's payload."""
    feature_profile: FeatureProfile
    """The profile it belongs to."""
    sent_by: SentBy
    """Who may send the request."""
    optional: bool
    """Whether the receiver may do without it. Then NotImplemented and NotSupported are its last word: such a request
    is not sent again. Core is what everybody has to support (3.3), but for DataTransfer, which is between vendors."""


def _actions(
    profile: FeatureProfile,
    sent_by: SentBy,
    *pairs: tuple[type[AttrsInstance], type[AttrsInstance]],
    optional: bool = True,
) -> list[Action]:
    return [
        Action(request.__name__.removesuffix("Request"), request, response, profile, sent_by, optional)
        for request, response in pairs
    ]


_TABLE: Final = (
    *_actions(
        FeatureProfile.CORE,
        SentBy.CHARGE_POINT,
        (core.AuthorizeRequest, core.AuthorizeResponse),
        (core.BootNotificationRequest, core.BootNotificationResponse),
        (core.HeartbeatRequest, core.HeartbeatResponse),
        (core.MeterValuesRequest, core.MeterValuesResponse),
        (core.StartTransactionRequest, core.StartTransactionResponse),
        (core.StatusNotificationRequest, core.StatusNotificationResponse),
        (core.StopTransactionRequest, core.StopTransactionResponse),
        optional=False,
    ),
    *_actions(
        FeatureProfile.CORE,
        SentBy.CENTRAL_SYSTEM,
        (core.ChangeAvailabilityRequest, core.ChangeAvailabilityResponse),
        (core.ChangeConfigurationRequest, core.ChangeConfigurationResponse),
        (core.ClearCacheRequest, core.ClearCacheResponse),
        (core.GetConfigurationRequest, core.GetConfigurationResponse),
        (core.RemoteStartTransactionRequest, core.RemoteStartTransactionResponse),
        (core.RemoteStopTransactionRequest, core.RemoteStopTransactionResponse),
        (core.ResetRequest, core.ResetResponse),
        (core.UnlockConnectorRequest, core.UnlockConnectorResponse),
        optional=False,
    ),
    *_actions(
        FeatureProfile.CORE,
        SentBy.BOTH,
        (core.DataTransferRequest, core.DataTransferResponse),
    ),
    *_actions(
        FeatureProfile.FIRMWARE_MANAGEMENT,
        SentBy.CHARGE_POINT,
        (
            firmware_management.DiagnosticsStatusNotificationRequest,
            firmware_management.DiagnosticsStatusNotificationResponse,
        ),
        (
            firmware_management.FirmwareStatusNotificationRequest,
            firmware_management.FirmwareStatusNotificationResponse,
        ),
    ),
    *_actions(
        FeatureProfile.FIRMWARE_MANAGEMENT,
        SentBy.CENTRAL_SYSTEM,
        (firmware_management.GetDiagnosticsRequest, firmware_management.GetDiagnosticsResponse),
        (firmware_management.UpdateFirmwareRequest, firmware_management.UpdateFirmwareResponse),
    ),
    *_actions(
        FeatureProfile.LOCAL_AUTH_LIST_MANAGEMENT,
        SentBy.CENTRAL_SYSTEM,
        (local_auth_list.GetLocalListVersionRequest, local_auth_list.GetLocalListVersionResponse),
        (local_auth_list.SendLocalListRequest, local_auth_list.SendLocalListResponse),
    ),
    *_actions(
        FeatureProfile.RESERVATION,
        SentBy.CENTRAL_SYSTEM,
        (reservation.ReserveNowRequest, reservation.ReserveNowResponse),
        (reservation.CancelReservationRequest, reservation.CancelReservationResponse),
    ),
    *_actions(
        FeatureProfile.SMART_CHARGING,
        SentBy.CENTRAL_SYSTEM,
        (smart_charging.SetChargingProfileRequest, smart_charging.SetChargingProfileResponse),
        (smart_charging.ClearChargingProfileRequest, smart_charging.ClearChargingProfileResponse),
        (smart_charging.GetCompositeScheduleRequest, smart_charging.GetCompositeScheduleResponse),
    ),
    *_actions(
        FeatureProfile.REMOTE_TRIGGER,
        SentBy.CENTRAL_SYSTEM,
        (remote_trigger.TriggerMessageRequest, remote_trigger.TriggerMessageResponse),
    ),
    *_actions(
        FeatureProfile.SECURITY,
        SentBy.CHARGE_POINT,
        (security.LogStatusNotificationRequest, security.LogStatusNotificationResponse),
        (security.SecurityEventNotificationRequest, security.SecurityEventNotificationResponse),
        (security.SignCertificateRequest, security.SignCertificateResponse),
        (security.SignedFirmwareStatusNotificationRequest, security.SignedFirmwareStatusNotificationResponse),
    ),
    *_actions(
        FeatureProfile.SECURITY,
        SentBy.CENTRAL_SYSTEM,
        (security.CertificateSignedRequest, security.CertificateSignedResponse),
        (security.DeleteCertificateRequest, security.DeleteCertificateResponse),
        (security.ExtendedTriggerMessageRequest, security.ExtendedTriggerMessageResponse),
        (security.GetInstalledCertificateIdsRequest, security.GetInstalledCertificateIdsResponse),
        (security.GetLogRequest, security.GetLogResponse),
        (security.InstallCertificateRequest, security.InstallCertificateResponse),
        (security.SignedUpdateFirmwareRequest, security.SignedUpdateFirmwareResponse),
    ),
)

ACTIONS: Final[Mapping[str, Action]] = MappingProxyType({action.name: action for action in _TABLE})
"""Every action by its name: the 28 of OCPP 1.6 and the 11 of the security whitepaper."""

_NAMES: Final = {action.request: action.name for action in _TABLE}


def action_of(request: AttrsInstance) -> str:
    """Name the action of a request.

    Raises :class:`~ocpp16sm.errors.InvalidMessageError` for anything but an instance of a request class.
    """
    try:
        return _NAMES[type(request)]
    except KeyError:
        raise InvalidMessageError(type(request).__name__, "$", "is no request of OCPP 1.6") from None
