"""Table of the actions of OCPP 1.6 and the security whitepaper: sender, profile and message classes of each."""

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
    """A set of actions that a charge point supports as a whole (3.3; values of SupportedFeatureProfiles, 9.1.29)."""

    CORE = "Core"
    """Supported by every Charge Point."""
    FIRMWARE_MANAGEMENT = "FirmwareManagement"
    """Firmware updates and diagnostics uploads."""
    LOCAL_AUTH_LIST_MANAGEMENT = "LocalAuthListManagement"
    """The Local Authorization List."""
    RESERVATION = "Reservation"
    """Reservation of connectors."""
    SMART_CHARGING = "SmartCharging"
    """Charging profiles."""
    REMOTE_TRIGGER = "RemoteTrigger"
    """TriggerMessage."""
    SECURITY = "Security"
    """The security whitepaper. Not a value of SupportedFeatureProfiles: its actions need no profile."""


class SentBy(StrEnum):
    """The side that may send a request."""

    CHARGE_POINT = "ChargePoint"
    """The Charge Point (section 4)."""
    CENTRAL_SYSTEM = "CentralSystem"
    """The Central System (section 5)."""
    BOTH = "Both"
    """Either: DataTransfer."""


@frozen
class Action:
    """An action: a request and its response."""

    name: str
    """Name in the CALL, case sensitive (OCPP-J 4.2.1)."""
    request: type[AttrsInstance]
    """Class of the CALL's payload."""
    response: type[AttrsInstance]
    """Class of the CALLRESULT's payload."""
    feature_profile: FeatureProfile
    """The profile that the action belongs to."""
    sent_by: SentBy
    """The side that may send the request."""
    optional: bool
    """Whether the receiver need not support the action. NotImplemented and NotSupported are then final, and the request
    is not repeated. Core is mandatory (3.3), except DataTransfer, which depends on vendors."""


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
"""Name -> action: the 28 actions of OCPP 1.6 and the 11 of the security whitepaper."""

_NAMES: Final = {action.request: action.name for action in _TABLE}


def action_of(request: AttrsInstance) -> str:
    """The name of a request's action.

    Raises :class:`~ocpp16sm.errors.InvalidMessageError` if ``request`` is not an instance of a request class.
    """
    try:
        return _NAMES[type(request)]
    except KeyError:
        raise InvalidMessageError(type(request).__name__, "$", "is not a request of OCPP 1.6") from None
