"""Every configuration key does something, and some test shows what.

:data:`PROVED_BY` names the test for each key that this charge point has; a key without one fails. Keys whose effect
is at the hardware or at the connection, and that have no better place, are proved here (9.1 of OCPP 1.6, and
reference/config_keys.csv for those of the reference implementation). What values a key takes is in test_configuration.
"""

import ast
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.config.key import Key
from ocpp16sm.config.key_table import KEYS
from ocpp16sm.core.engine.effects import Dial, Effect, KeepAlive
from ocpp16sm.core.engine.inputs import LinkLost
from ocpp16sm.hardware import SetConnectionTimeout, SetEvseIds, SetLighting, SetPhaseRotation, Unlock
from ocpp16sm.records import Identity
from ocpp16sm.settings import Settings
from tests.support.scene import CoreScene, accepted

HERE = "test_key_effects"
_COMPANION = "test_configuration::test_a_list_has_no_more_items_than_its_companion_says"

IDENTITY_KEYS = {
    "ChargeBoxSerialNumber": "BOX-2",
    "ChargePointId": "CP001",
    "ChargePointModel": "Model",
    "ChargePointSerialNumber": "POINT-1",
    "ChargePointVendor": "Vendor",
    "FirmwareVersion": "1.2.3",
    "ICCID": "8991101200003204510",
    "IMSI": "310150123456789",
    "MeterSerialNumber": "METER-9",
    "MeterType": "AC",
}
"""Each with a value of its own."""

_ELECTRICS = "test_charging_limits::test_a_schedule_is_told_in_the_unit_asked_for"
_DEFAULT_LIMITS = "test_charging_limits::test_where_no_profile_sets_a_limit_the_default_is_told"

_VERIFICATION = "test_credentials::test_how_strictly_the_central_system_is_looked_at_goes_into_each_dial"

PROVED_BY: dict[str, str] = {
    "CentralContractValidationAllowed": "test_contract_authorization::test_the_table_with_a_connection",
    "ConnectorEvseIds": "test_key_effects::test_the_evse_ids_are_told_to_the_hardware",
    "ContractValidationOffline": "test_contract_authorization::test_the_table_without_a_connection",
    "ISO15118CertificateManagementEnabled": "test_v2g_certificate::test_without_management_the_vendor_is_unknown",
    "ISO15118PnCEnabled": "test_contract_authorization::test_without_plug_and_charge_no_contract_may_charge",
    "OcspRequestInterval": "test_ocsp::test_what_was_heard_does_for_the_interval",
    "SeccLeafSubjectCommonName": "test_v2g_certificate::test_whose_it_is_to_be_can_be_said",
    "SeccLeafSubjectCountry": "test_v2g_certificate::test_whose_it_is_to_be_can_be_said",
    "SeccLeafSubjectOrganization": "test_v2g_certificate::test_whose_it_is_to_be_can_be_said",
    "CustomDisplayCostAndPrice": "test_pricing::test_without_the_switch_nobody_knows_of_prices",
    "CustomIdleFeeAfterStop": "test_session_costs::test_being_idle_costs_until_the_connector_is_unplugged",
    "DefaultPrice": "test_default_price::test_it_is_told_when_it_changes",
    "NextTimeOffsetTransitionDateTime": "test_default_price::test_an_offset_changes_when_it_is_planned",
    "NumberOfDecimalsForCostValues": "test_session_costs::test_a_cost_is_shown_with_so_many_decimals",
    "TimeOffset": "test_default_price::test_an_offset_changes_when_it_is_planned",
    "TimeOffsetNextTransition": "test_default_price::test_an_offset_changes_when_it_is_planned",
    "WaitForSetUserPriceTimeout": "test_default_price::test_an_authorization_waits_for_its_price",
    "CustomMultiLanguageMessages": "test_pricing::test_texts_have_a_language",
    "Language": "test_pricing::test_language_is_one_that_is_supported",
    "SupportedLanguages": "test_pricing::test_language_is_one_that_is_supported",
    "AllowChargingProfileWithoutStartSchedule": (
        "test_charging_profiles::test_a_profile_without_a_start_may_start_now"
    ),
    "ChargeProfileMaxStackLevel": "test_charging_profiles::test_a_profile_is_refused_and_the_log_says_why",
    "ChargingScheduleAllowedChargingRateUnit": "test_charging_profiles::test_only_allowed_units_are_taken_and_told",
    "ChargingScheduleMaxPeriods": "test_charging_profiles::test_a_profile_is_refused_and_the_log_says_why",
    "CompositeScheduleDefaultLimitAmps": _DEFAULT_LIMITS,
    "CompositeScheduleDefaultLimitWatts": _DEFAULT_LIMITS,
    "CompositeScheduleDefaultNumberPhases": _ELECTRICS,
    "ConnectorSwitch3to1PhaseSupported": ("test_charging_limits::test_whether_three_phases_can_become_one_can_be_read"),
    "IgnoredProfilePurposesOffline": (
        "test_charging_limits::test_d51_purposes_may_be_ignored_while_there_is_no_connection"
    ),
    "IgnoredProfilePurposesOfflineMaxLength": _COMPANION,
    "MaxChargingProfilesInstalled": "test_charging_profiles::test_no_more_are_installed_than_there_may_be",
    "MaxCompositeScheduleDuration": "test_charging_limits::test_a_schedule_is_no_longer_than_it_may_be",
    "SupplyVoltage": _ELECTRICS,
    "SupportedChargingProfilePurposeTypes": (
        "test_charging_profiles::test_a_purpose_that_is_not_supported_is_not_supported"
    ),
    "CpoName": "test_certificate_renewal::test_the_central_system_gives_the_name",
    "CertificateSignedMaxChainSize": "test_certificate_renewal::test_a_chain_that_is_too_long_is_not_even_read",
    **dict.fromkeys(
        ("CertSigningWaitMinimum", "CertSigningRepeatTimes"),
        "test_certificate_renewal::test_a_certificate_that_does_not_come_is_asked_for_again_and_again_in_the_end_not",
    ),
    "AdditionalRootCertificateCheck": "test_root_certificates::test_a_root_is_installed_or_not",
    "CertificateStoreMaxLength": "test_root_certificates::test_a_root_is_installed_or_not",
    "AuthorizationKey": "test_credentials::test_a_new_key_is_tried_at_once_and_kept_when_it_connects",
    "SecurityProfile": "test_credentials::test_a_profile_that_connects_stays",
    "SwitchSecurityProfileConnectionTimeout": "test_credentials::test_a_profile_that_does_not_connect_goes_back",
    "UseSslDefaultVerifyPaths": _VERIFICATION,
    "VerifyCsmsAllowWildcards": _VERIFICATION,
    "VerifyCsmsCommonName": _VERIFICATION,
    "AllowOfflineTxForUnknownId": "test_authorization::test_offline_rules",
    "AuthorizationCacheEnabled": "test_authorization::test_a_cache_that_is_off_is_neither_read_nor_written",
    "AuthorizeRemoteTxRequests": "test_remote_start::test_the_id_tag_is_authorized_like_a_local_one_or_not",
    "BlinkRepeat": f"{HERE}::test_lighting_is_told_to_the_hardware",
    "CentralSystemURI": f"{HERE}::test_the_address_of_the_central_system_can_be_read",
    "ClockAlignedDataInterval": "test_meter_values::test_aligned_readings_can_be_turned_on_and_off_in_mid_transaction",
    "ConnectionTimeOut": f"{HERE}::test_the_connection_timeout_is_told_to_the_hardware",
    "ConnectorPhaseRotation": f"{HERE}::test_the_phase_rotation_is_told_to_the_hardware",
    "ConnectorPhaseRotationMaxLength": _COMPANION,
    "DisableSecurityEventNotifications": "test_security_events::test_notifications_can_be_turned_off",
    "GetConfigurationMaxKeys": "test_configuration::test_as_many_names_as_there_may_be_and_no_more",
    "HeartbeatInterval": f"{HERE}::test_a_heartbeat_is_sent_after_so_much_silence",
    "LightIntensity": f"{HERE}::test_lighting_is_told_to_the_hardware",
    "LocalAuthListEnabled": "test_local_list::test_a_list_that_is_off_is_not_there",
    "LocalAuthListMaxLength": "test_local_list::test_what_is_too_long_is_not_taken_at_all",
    "LocalAuthorizeOffline": "test_authorization::test_offline_rules",
    "LocalPreAuthorize": "test_authorization::test_a_known_id_tag_need_not_wait",
    "MaxEnergyOnInvalidId": "test_authorization::test_energy_may_go_on_for_a_while",
    "MaxMessageSize": "test_stop_data::test_readings_are_thinned_to_fit_and_begin_and_end_stay",
    "MessageQueueSizeThreshold": "test_data_transfer::test_data_that_is_thinned_out_of_a_full_queue_is_not_waited_for",
    "MessageTypesDiscardForQueueing": "test_link_loss::test_what_is_exempt_from_queue_all_messages_is_lost",
    "MeterValueSampleInterval": "test_meter_values::test_another_interval_is_in_force_at_once",
    "MeterValuesAlignedData": "test_meter_values::test_the_two_lists_are_independent",
    "MeterValuesAlignedDataMaxLength": _COMPANION,
    "MeterValuesSampledData": "test_meter_values::test_another_list_is_in_force_with_the_next_sample",
    "MeterValuesSampledDataMaxLength": _COMPANION,
    "MinimumStatusDuration": "test_status::test_a_changed_duration_counts_for_the_next_status",
    "NewTransactionWithoutUnplugging": "test_remote_start::test_a_new_transaction_may_need_another_plug",
    "NumberOfConnectors": f"{HERE}::test_the_number_of_connectors_is_that_of_the_station",
    "QueueAllMessages": "test_link_loss::test_with_queue_all_messages_everything_is_kept",
    "RejectRemoteStartTransactionWithoutConnectorId": (
        "test_remote_start::test_a_request_without_a_connector_may_be_rejected"
    ),
    "RemoteStartTransactionWithoutConnectorIdFindFirst": (
        "test_remote_start::test_the_first_free_connector_may_be_meant"
    ),
    "ReportClearedErrors": "test_errors::test_a_cleared_error_is_reported_as_resolved",
    "ReportSuspendedEVSEReasonChange": "test_status::test_another_reason_of_a_pause_is_told_if_wanted",
    "ReserveConnectorZeroSupported": "test_reservations_anywhere::test_any_connector_may_not_be_reservable",
    "ResetRetries": "test_reset::test_a_reset_that_fails_is_tried_again",
    "RetryBackoffRandomRange": f"{HERE}::test_a_part_of_the_wait_before_a_dial_is_chance",
    "RetryBackoffRepeatTimes": f"{HERE}::test_the_wait_before_a_dial_is_doubled_so_often",
    "RetryBackoffWaitMinimum": f"{HERE}::test_the_wait_before_a_dial_is_doubled_so_often",
    "SendLocalListMaxLength": "test_local_list::test_what_is_too_long_is_not_taken_at_all",
    "StopTransactionIfUnlockNotSupported": (
        "test_unlock::test_a_station_without_a_lock_may_stop_the_transaction_all_the_same"
    ),
    "StopTransactionOnEVSideDisconnect": (
        "test_sessions::test_a_cable_pulled_at_the_ev_may_leave_the_transaction_running"
    ),
    "StopTransactionOnInvalidId": (
        "test_authorization::test_a_transaction_whose_id_tag_is_refused_may_go_on_without_energy"
    ),
    "StopTxnAlignedData": "test_stop_data::test_one_list_says_nothing_of_the_other",
    "StopTxnAlignedDataMaxLength": _COMPANION,
    "StopTxnSampledData": "test_stop_data::test_one_list_says_nothing_of_the_other",
    "StopTxnSampledDataMaxLength": _COMPANION,
    "SupportedFeatureProfiles": "test_other_profiles::test_a_profile_can_be_taken_away",
    "SupportedFeatureProfilesMaxLength": f"{HERE}::test_there_are_no_more_profiles_than_the_key_says",
    "SupportedFileTransferProtocols": f"{HERE}::test_the_ways_to_move_files_are_told",
    "SupportedMeasurands": "test_configuration::test_a_measurand_that_is_not_supported_rejects_the_list",
    "TransactionMessageAttempts": "test_retries::test_attempts_and_interval",
    "TransactionMessageRetryInterval": "test_retries::test_attempts_and_interval",
    "UnlockConnectorOnEVSideDisconnect": f"{HERE}::test_a_connector_is_unlocked_when_the_cable_is_pulled_at_the_ev",
    "WaitForStopTransactionsOnResetTimeout": "test_reset::test_a_reset_does_not_wait_for_ever",
    "WebSocketPingInterval": f"{HERE}::test_pings_are_sent_at_the_interval",
    "WebsocketPongTimeout": f"{HERE}::test_pings_are_sent_at_the_interval",
    **dict.fromkeys(IDENTITY_KEYS, f"{HERE}::test_who_the_charge_point_is_can_be_read"),
}
"""Key -> module and test that shows its effect."""


def test_every_key_has_its_proof() -> None:
    """No key without an effect, no effect without a test."""
    assert set(PROVED_BY) == {key.name for key in KEYS}


@pytest.mark.parametrize("key", PROVED_BY)
def test_the_proof_is_there(key: str) -> None:
    """The test exists, in a module that is about the key."""
    module, test = PROVED_BY[key].split("::")
    source = (Path(__file__).parent / f"{module}.py").read_text()
    tests = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert test in tests
    assert key.removesuffix("MaxLength") in source


@pytest.mark.parametrize("key", KEYS, ids=lambda key: str(key.name))
def test_a_key_says_what_it_does(key: Key[Any]) -> None:
    """For GetConfiguration's readers and the documentation: effect, unit and clause."""
    assert key.effect.endswith(".")
    assert key.source.startswith(("whitepaper ", "5.3", "9.1.", "9.2.", "9.3.", "9.4.", "9.5.")) or key.source in (
        "libocpp",
        "California pricing",
        "Plug & Charge",
        "ocpp16sm",
    )


# -- told to the hardware ----------------------------------------------------------------------------------------------


def test_the_connection_timeout_is_told_to_the_hardware() -> None:
    """9.1.6: at the start, and when it changes."""
    scene = accepted(ConnectionTimeOut="90")
    assert scene.orders(SetConnectionTimeout) == [SetConnectionTimeout(90)]
    scene.sets("ConnectionTimeOut", "30")
    assert scene.orders(SetConnectionTimeout) == [SetConnectionTimeout(30)]


def test_lighting_is_told_to_the_hardware() -> None:
    """9.1.4, 9.1.11."""
    scene = accepted(LightIntensity="80", BlinkRepeat="2")
    assert scene.orders(SetLighting) == [SetLighting(80, 2)]
    scene.sets("LightIntensity", "10")
    scene.sets("BlinkRepeat", "5")
    assert scene.orders(SetLighting) == [SetLighting(10, 2), SetLighting(10, 5)]


def test_the_evse_ids_are_told_to_the_hardware() -> None:
    """libocpp: to the partner of cars; at the start, and when they change."""
    scene = accepted(connectors=2, ConnectorEvseIds="DE*PNX*E1,DE*PNX*E2")
    assert scene.orders(SetEvseIds) == [SetEvseIds(("DE*PNX*E1", "DE*PNX*E2"))]
    scene.sets("ConnectorEvseIds", "DE*PNX*E3, DE*PNX*E4")
    assert scene.orders(SetEvseIds) == [SetEvseIds(("DE*PNX*E3", "DE*PNX*E4"))]
    refused = scene.asks("ChangeConfiguration", key="ConnectorEvseIds", value="short")
    assert refused == {"status": "Rejected"}


def test_the_phase_rotation_is_told_to_the_hardware() -> None:
    """9.1.7."""
    scene = accepted(ConnectorPhaseRotation="0.RST,1.RTS")
    assert scene.orders(SetPhaseRotation) == [SetPhaseRotation(((0, "RST"), (1, "RTS")))]
    scene.sets("ConnectorPhaseRotation", "1.TRS")
    assert scene.orders(SetPhaseRotation) == [SetPhaseRotation(((1, "TRS"),))]


@pytest.mark.parametrize("unlock", ["true", "false"])
def test_a_connector_is_unlocked_when_the_cable_is_pulled_at_the_ev(unlock: str) -> None:
    """9.1.33, 4.10; not after a stop for any other reason."""
    scene = accepted(UnlockConnectorOnEVSideDisconnect=unlock)
    scene.begins()
    scene.ends(reason="EVDisconnected")
    assert scene.orders(Unlock) == ([Unlock(1)] if unlock == "true" else [])
    scene.begins(session="s2")
    scene.ends(session="s2", reason="Local")
    assert scene.orders(Unlock) == []


# -- the connection ----------------------------------------------------------------------------------------------------


def effects(scene: CoreScene, kind: type[Effect]) -> list[Effect]:
    """What was done of this kind since the last look."""
    found = [effect for effect in scene.virtual.effects if isinstance(effect, kind)]
    scene.virtual.effects.clear()
    return found


def test_pings_are_sent_at_the_interval() -> None:
    """9.1.34; of every connection, and from now on if it changes; 0: none."""
    scene = accepted(WebSocketPingInterval="25", WebsocketPongTimeout="7")
    assert effects(scene, KeepAlive) == [KeepAlive(25, 7)]
    scene.sets("WebSocketPingInterval", "0")
    assert effects(scene, KeepAlive) == [KeepAlive(0, 7)]
    scene.loses_network()
    assert effects(scene, KeepAlive) == []
    scene.regains_network()
    assert effects(scene, KeepAlive) == [KeepAlive(0, 7)]


def waits(scene: CoreScene, count: int) -> list[float]:
    """How long it takes to each of the next dials, none of which succeeds."""
    found = []
    for _ in range(count):
        began = scene.virtual.now.mono
        while not effects(scene, Dial):
            scene.passes(0.5)
        found.append(scene.virtual.now.mono - began)
    return found


def test_the_wait_before_a_dial_is_doubled_so_often() -> None:
    """config_keys.csv, queue.md 4.3: the minimum, doubled RetryBackoffRepeatTimes times, flat from then on."""
    scene = accepted(RetryBackoffWaitMinimum="2", RetryBackoffRepeatTimes="3")
    scene.loses_network()
    effects(scene, Dial)
    assert waits(scene, 6) == [2, 4, 8, 16, 16, 16]
    scene.regains_network()
    scene.hears_all()
    scene.loses_network()
    effects(scene, Dial)
    assert waits(scene, 2) == [2, 4], "it starts anew after a success"


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 2.0), (0.5, 7.0), (0.9, 11.0)])
def test_a_part_of_the_wait_before_a_dial_is_chance(chance: float, wait: float) -> None:
    """config_keys.csv: up to RetryBackoffRandomRange seconds; the number comes from outside."""
    scene = accepted(RetryBackoffWaitMinimum="2", RetryBackoffRandomRange="10")
    effects(scene, Dial)
    scene.virtual.feed(LinkLost("gone", chance))
    assert waits(scene, 1) == [wait]


def test_who_the_charge_point_is_can_be_read() -> None:
    """config_keys.csv: read-only, and the same as in BootNotification (6.3)."""
    settings = Settings(
        charge_point_id=IDENTITY_KEYS["ChargePointId"],
        identity=Identity(
            charge_point_vendor=IDENTITY_KEYS["ChargePointVendor"],
            charge_point_model=IDENTITY_KEYS["ChargePointModel"],
            charge_point_serial_number=IDENTITY_KEYS["ChargePointSerialNumber"],
            charge_box_serial_number=IDENTITY_KEYS["ChargeBoxSerialNumber"],
            firmware_version=IDENTITY_KEYS["FirmwareVersion"],
            iccid=IDENTITY_KEYS["ICCID"],
            imsi=IDENTITY_KEYS["IMSI"],
            meter_type=IDENTITY_KEYS["MeterType"],
            meter_serial_number=IDENTITY_KEYS["MeterSerialNumber"],
        ),
    )
    setup = settings.setup()
    scene = accepted(1, setup={"identity": setup.identity}, **setup.configuration)
    found = scene.asks("GetConfiguration", key=list(IDENTITY_KEYS))["configurationKey"]
    assert {one["key"]: one["value"] for one in found} == IDENTITY_KEYS
    assert all(one["readonly"] for one in found)


def test_the_address_of_the_central_system_can_be_read() -> None:
    """config_keys.csv: read-only."""
    scene = accepted(CentralSystemURI="wss://csms.example/ocpp")
    (found,) = scene.asks("GetConfiguration", key=["CentralSystemURI"])["configurationKey"]
    assert found == {"key": "CentralSystemURI", "readonly": True, "value": "wss://csms.example/ocpp"}


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_a_heartbeat_is_sent_after_so_much_silence() -> None:
    """9.1.10, 4.6: of inactivity; what BootNotification.conf said holds until it is changed; 0: none."""
    scene = CoreScene(HeartbeatInterval="5")
    scene.starts()
    scene.hears("BootNotification", {"status": "Accepted", "currentTime": "2026-06-01T12:00:00Z", "interval": 100})
    scene.hears_all()
    scene.passes(60)
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.passes(99)
    scene.hears_nothing()
    scene.passes(1)
    scene.hears("Heartbeat")
    scene.sets("HeartbeatInterval", "20")
    scene.passes(20)
    scene.hears("Heartbeat")
    scene.sets("HeartbeatInterval", "0")
    scene.passes(86_400)
    scene.hears_nothing()


@pytest.mark.parametrize("connectors", [1, 3])
def test_the_number_of_connectors_is_that_of_the_station(connectors: int) -> None:
    """9.1.21, 3.8: numbered from 1."""
    scene = accepted(connectors=connectors)
    (found,) = scene.asks("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"]
    assert found == {"key": "NumberOfConnectors", "readonly": True, "value": str(connectors)}
    scene.begins(connectors)
    scene.sees(connectors, "Preparing")


def test_there_are_no_more_profiles_than_the_key_says(scene: CoreScene) -> None:
    """9.1.30: most items of SupportedFeatureProfiles."""
    answer = scene.asks("GetConfiguration", key=["SupportedFeatureProfiles", "SupportedFeatureProfilesMaxLength"])
    profiles, most = (found["value"] for found in answer["configurationKey"])
    assert len(profiles.split(",")) <= int(most)


def test_the_ways_to_move_files_are_told() -> None:
    """9.5.1: as the station was configured."""
    scene = accepted(SupportedFileTransferProtocols="FTP,HTTPS")
    (row,) = scene.asks("GetConfiguration", key=["SupportedFileTransferProtocols"])["configurationKey"]
    assert row == {"key": "SupportedFileTransferProtocols", "readonly": True, "value": "FTP,HTTPS"}
