"""Builds all features of a charge point, in the order of their dependencies.

A feature receives the other features that it needs as constructor arguments. Notifications that concern several
features are connected in :mod:`ocpp16sm.core.reactions`.
"""

from collections.abc import Callable
from typing import Any

from ocpp16sm.config import security_keys
from ocpp16sm.core.authorization.authorization import Authorization
from ocpp16sm.core.authorization.local_list import LocalList
from ocpp16sm.core.configuration.operations import ConfigurationOperations
from ocpp16sm.core.connection.link import Link
from ocpp16sm.core.connection.registration import Registration
from ocpp16sm.core.connectors.availability import Availability
from ocpp16sm.core.connectors.connectors import Connector, Connectors, StatusReports
from ocpp16sm.core.connectors.error_reports import ErrorReports
from ocpp16sm.core.data_transfer.data_transfer import DataTransfer
from ocpp16sm.core.engine.configuration_values import Configuration
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.incoming_calls import IncomingCalls
from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.core.engine.outgoing_calls import OutgoingCalls
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.core.engine.wall_clock import WallClock
from ocpp16sm.core.firmware_and_logs.firmware import Firmware
from ocpp16sm.core.firmware_and_logs.log_uploads import LogUploads
from ocpp16sm.core.firmware_and_logs.signed_updates import SignedUpdates
from ocpp16sm.core.plug_and_charge.contract_authorization import ContractAuthorization
from ocpp16sm.core.plug_and_charge.contract_roots import ContractRoots
from ocpp16sm.core.plug_and_charge.ocsp import Ocsp
from ocpp16sm.core.plug_and_charge.v2g_certificate import V2gCertificate
from ocpp16sm.core.pricing.price_texts import PriceTexts
from ocpp16sm.core.pricing.pricing import Pricing
from ocpp16sm.core.pricing.time_offset import TimeOffset
from ocpp16sm.core.remote_control.remote import Remote
from ocpp16sm.core.remote_control.reset import Reset
from ocpp16sm.core.remote_control.trigger_message import Triggers
from ocpp16sm.core.reservations.reservations import Reservations
from ocpp16sm.core.reservations.reserve_now import ReserveNow
from ocpp16sm.core.security.certificate_renewal import CertificateRenewal
from ocpp16sm.core.security.credentials import CredentialSwitch
from ocpp16sm.core.security.root_certificates import RootCertificates
from ocpp16sm.core.security.security_reports import SecurityReports
from ocpp16sm.core.smart_charging.composite_schedule import ChargingLimits
from ocpp16sm.core.smart_charging.profiles import SmartCharging
from ocpp16sm.core.transactions.clock_aligned import ClockAlignedReadings
from ocpp16sm.core.transactions.sessions import Sessions
from ocpp16sm.core.transactions.transactions import Transactions


class Features:
    """The features of one charge point and the objects that they share."""

    __slots__ = (
        "all_connectors",
        "authorization",
        "availability",
        "certificate_renewal",
        "charging_limits",
        "configuration",
        "configuration_operations",
        "context",
        "contract_authorization",
        "credentials",
        "data_transfer",
        "error_reports",
        "firmware",
        "incoming_calls",
        "journal",
        "link",
        "local_list",
        "log_uploads",
        "ocsp",
        "outgoing_calls",
        "price_texts",
        "pricing",
        "readings",
        "registration",
        "remote",
        "reports",
        "reservations",
        "reserve_now",
        "reset",
        "root_certificates",
        "security_reports",
        "sessions",
        "signed_updates",
        "smart_charging",
        "time_offset",
        "transactions",
        "triggers",
        "v2g_certificate",
        "wall_clock",
    )

    def __init__(self, setup: Setup, id_prefix: str, connector_machine: Callable[[Connector], Any]) -> None:
        self.journal = journal = Journal()
        self.configuration = Configuration(journal, setup.initial_configuration(), setup.vendor_keys)
        self.context = context = Context(journal, self.configuration, id_prefix)
        self.outgoing_calls = outgoing_calls = OutgoingCalls(context)
        self.incoming_calls = incoming_calls = IncomingCalls(journal, context)
        self.reports = reports = StatusReports(context)
        self.all_connectors = all_connectors = Connectors(journal, reports, setup.connectors, connector_machine)
        self.security_reports = SecurityReports(context)
        self.local_list = local_list = LocalList(journal, context)
        self.authorization = Authorization(journal, context, local_list, setup.authorization_cache_size)
        self.availability = Availability(journal, context, all_connectors, lambda: self.firmware.withholds_connectors)
        self.reservations = Reservations(journal, context, all_connectors, self.availability, self.authorization)
        self.transactions = Transactions(
            journal, context, self.authorization, self.reservations, all_connectors.connectors
        )
        self.sessions = Sessions(context, self.transactions)
        self.smart_charging = smart_charging = SmartCharging(journal, context, self.transactions)
        self.charging_limits = ChargingLimits(context, smart_charging, self.transactions)
        self.readings = ClockAlignedReadings(journal, context, all_connectors, self.transactions)
        self.wall_clock = WallClock(journal, context)
        self.registration = Registration(journal, context, self.wall_clock, setup.identity, all_connectors, reports)
        self.credentials = credentials = CredentialSwitch(journal, context)
        resume_delay_s = setup.message_queue_resume_delay_s
        self.link = Link(
            journal, context, outgoing_calls, incoming_calls, all_connectors, reports, credentials, resume_delay_s
        )
        self.configuration_operations = ConfigurationOperations(context)
        self.configuration_operations.elsewhere = {
            security_keys.AUTHORIZATION_KEY.name: credentials.change_key,
            security_keys.SECURITY_PROFILE.name: credentials.change_profile,
        }
        self.reserve_now = ReserveNow(context, all_connectors, self.reservations)
        self.reset = Reset(journal, context, incoming_calls, self.transactions)
        self.remote = Remote(
            journal,
            context,
            incoming_calls,
            all_connectors,
            self.reservations,
            self.transactions,
            smart_charging,
            self.reset,
        )
        self.data_transfer = DataTransfer(context, incoming_calls)
        self.contract_authorization = ContractAuthorization(journal, context, self.authorization, self.data_transfer)
        self.ocsp = Ocsp(journal, context, self.data_transfer)
        self.v2g_certificate = V2gCertificate(journal, context, self.data_transfer, self.ocsp)
        ContractRoots(context, self.data_transfer)
        self.price_texts = PriceTexts(journal, context, self.authorization)
        self.pricing = Pricing(journal, context, all_connectors, self.price_texts, self.data_transfer)
        self.firmware = Firmware(journal, context, all_connectors, self.availability, setup.identity.firmware_version)
        self.signed_updates = SignedUpdates(context, incoming_calls, self.firmware)
        self.root_certificates = RootCertificates(context, incoming_calls)
        self.certificate_renewal = CertificateRenewal(journal, context, incoming_calls, credentials)
        self.log_uploads = LogUploads(journal, context, incoming_calls)
        self.triggers = Triggers(
            context,
            incoming_calls,
            all_connectors,
            reports,
            self.registration,
            self.readings,
            self.firmware,
            self.log_uploads,
            self.certificate_renewal,
        )
        self.time_offset = TimeOffset(context, self.configuration_operations)
        self.error_reports = ErrorReports(context, reports)
