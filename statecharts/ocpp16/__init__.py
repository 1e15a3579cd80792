"""The behaviour of an OCPP 1.6 charge point as data: one module for each chart, and tables for the rest.

These are declarations only. :mod:`statecharts` defines what a chart is; ``ocpp16sm.core`` implements the hooks.
"""

from statecharts.ocpp16.certificate_renewal import CertificateRenewal
from statecharts.ocpp16.charge_point import ChargePoint
from statecharts.ocpp16.connector import Connector
from statecharts.ocpp16.credentials import Credentials
from statecharts.ocpp16.firmware_update import FirmwareUpdate
from statecharts.ocpp16.link import Link
from statecharts.ocpp16.log_upload import LogUpload
from statecharts.ocpp16.registration import Registration
from statecharts.ocpp16.reservation import Reservation
from statecharts.ocpp16.reset import Reset
from statecharts.ocpp16.session_price import SessionPrice
from statecharts.ocpp16.transaction import Transaction
from statecharts.ocpp16.v2g_certificate import V2gCertificate

CHARTS = (
    Connector,
    ChargePoint,
    Registration,
    Link,
    Credentials,
    CertificateRenewal,
    V2gCertificate,
    Transaction,
    Reservation,
    FirmwareUpdate,
    LogUpload,
    Reset,
    SessionPrice,
)
"""All charts, in the order in which generated pages list them."""

__all__ = [
    "CHARTS",
    "CertificateRenewal",
    "ChargePoint",
    "Connector",
    "Credentials",
    "FirmwareUpdate",
    "Link",
    "LogUpload",
    "Registration",
    "Reservation",
    "Reset",
    "SessionPrice",
    "Transaction",
    "V2gCertificate",
]
