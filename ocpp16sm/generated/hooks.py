# Generated from the table hook -> message by `python -m codegen`. Edit statecharts/ocpp16/sends.py instead.

"""The requests that hooks send: each function builds the request of one row of the table."""

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import (
    AuthorizeRequest,
    BootNotificationRequest,
    DataTransferRequest,
    DiagnosticsStatus,
    DiagnosticsStatusNotificationRequest,
    FirmwareStatus,
    FirmwareStatusNotificationRequest,
    HeartbeatRequest,
    LogStatusNotificationRequest,
    MeterValuesRequest,
    SecurityEventNotificationRequest,
    SignCertificateRequest,
    SignedFirmwareStatusNotificationRequest,
    StartTransactionRequest,
    StatusNotificationRequest,
    StopTransactionRequest,
)
from ocpp16sm.records import (
    Draft,
    Identity,
    Lane,
    Reading,
    SecurityEvent,
    StatusReport,
    Stop,
    TransactionRecord,
    Transfer,
    Update,
    Upload,
)


def report_status(report: StatusReport, now: Timestamp) -> Draft:
    """StatusNotification.req.

    Hook of connector, charge_point. Also sent by report_again and report_suspension.

    OCPP 1.6 4.9.
    """
    return Draft(
        Lane.NORMAL,
        StatusNotificationRequest(
            connector_id=report.connector_id,
            error_code=report.error_code,
            status=report.status,
            info=report.info,
            timestamp=now,
            vendor_id=report.vendor_id,
            vendor_error_code=report.vendor_error_code,
        ),
    )


def announce_boot(identity: Identity) -> Draft:
    """BootNotification.req. Hook of registration.

    OCPP 1.6 4.2.
    """
    return Draft(
        Lane.NORMAL,
        BootNotificationRequest(
            charge_point_vendor=identity.charge_point_vendor,
            charge_point_model=identity.charge_point_model,
            charge_point_serial_number=identity.charge_point_serial_number,
            charge_box_serial_number=identity.charge_box_serial_number,
            firmware_version=identity.firmware_version,
            iccid=identity.iccid,
            imsi=identity.imsi,
            meter_type=identity.meter_type,
            meter_serial_number=identity.meter_serial_number,
        ),
    )


def announce_heartbeat() -> Draft:
    """Heartbeat.req. Hook of registration.

    OCPP 1.6 4.6.
    """
    return Draft(
        Lane.NORMAL,
        HeartbeatRequest(),
    )


def announce_start(transaction: TransactionRecord) -> Draft:
    """StartTransaction.req. Hook of transaction.

    OCPP 1.6 4.8.
    """
    return Draft(
        Lane.TRANSACTION,
        StartTransactionRequest(
            connector_id=transaction.connector_id,
            id_tag=transaction.id_tag,
            meter_start=transaction.meter_start_wh,
            timestamp=transaction.started_at,
            reservation_id=transaction.reservation_id,
        ),
    )


def announce_stop(transaction: TransactionRecord, stop: Stop) -> Draft:
    """StopTransaction.req. Hook of transaction.

    OCPP 1.6 4.10.
    """
    return Draft(
        Lane.TRANSACTION,
        StopTransactionRequest(
            transaction_id=transaction.id_on_wire,
            meter_stop=stop.meter_stop_wh,
            timestamp=stop.stopped_at,
            reason=stop.reason,
            id_tag=stop.id_tag,
            transaction_data=stop.transaction_data,
        ),
    )


def take_sample(reading: Reading) -> Draft:
    """MeterValues.req.

    Hook of transaction. Also sent for clock-aligned readings, signed begin values and triggers of California
    pricing.

    OCPP 1.6 4.7.
    """
    return Draft(
        Lane.TRANSACTION,
        MeterValuesRequest(
            connector_id=reading.connector_id,
            transaction_id=reading.transaction_id,
            meter_value=reading.meter_values,
        ),
    )


def answer_trigger(reading: Reading) -> Draft:
    """MeterValues.req.

    Triggered by a handler or the application. The most recent values, requested by the Central System; not
    kept over a restart.

    OCPP 1.6 5.17.
    """
    return Draft(
        Lane.NORMAL,
        MeterValuesRequest(
            connector_id=reading.connector_id,
            transaction_id=reading.transaction_id,
            meter_value=reading.meter_values,
        ),
    )


def ask_authorization(id_tag: str) -> Draft:
    """Authorize.req. Triggered by a handler or the application.

    OCPP 1.6 4.1.
    """
    return Draft(
        Lane.NORMAL,
        AuthorizeRequest(
            id_tag=id_tag,
        ),
    )


def transfer_data(transfer: Transfer) -> Draft:
    """DataTransfer.req. Triggered by a handler or the application.

    OCPP 1.6 4.3.
    """
    return Draft(
        Lane.NORMAL,
        DataTransferRequest(
            vendor_id=transfer.vendor_id,
            message_id=transfer.message_id,
            data=transfer.data,
        ),
    )


def announce_unplugged(transfer: Transfer) -> Draft:
    """DataTransfer.req.

    Hook of session_price. ConnectorUnplugged of California pricing; kept until it is delivered, like messages
    of a transaction.

    OCPP 1.6 4.3.
    """
    return Draft(
        Lane.TRANSACTION,
        DataTransferRequest(
            vendor_id=transfer.vendor_id,
            message_id=transfer.message_id,
            data=transfer.data,
        ),
    )


def announce_security_event(event: SecurityEvent) -> Draft:
    """SecurityEventNotification.req. Triggered by a handler or the application.

    OCPP 1.6 whitepaper A04.
    """
    return Draft(
        Lane.SECURITY,
        SecurityEventNotificationRequest(
            type=event.type,
            timestamp=event.timestamp,
            tech_info=event.tech_info,
        ),
    )


def send_request(csr: str) -> Draft:
    """SignCertificate.req. Hook of certificate_renewal.

    OCPP 1.6 whitepaper A02, A03.
    """
    return Draft(
        Lane.NORMAL,
        SignCertificateRequest(
            csr=csr,
        ),
    )


def announce_log_status(upload: Upload) -> Draft:
    """LogStatusNotification.req. Triggered by a handler or the application.

    OCPP 1.6 whitepaper N01.
    """
    return Draft(
        Lane.NORMAL,
        LogStatusNotificationRequest(
            status=upload.status,
            request_id=upload.request_id,
        ),
    )


def announce_diagnostics_status(diagnostics_status: DiagnosticsStatus) -> Draft:
    """DiagnosticsStatusNotification.req. Triggered by a handler or the application.

    OCPP 1.6 4.4.
    """
    return Draft(
        Lane.NORMAL,
        DiagnosticsStatusNotificationRequest(
            status=diagnostics_status,
        ),
    )


def announce_firmware_status(firmware_status: FirmwareStatus) -> Draft:
    """FirmwareStatusNotification.req. Triggered by a handler or the application.

    OCPP 1.6 4.5.
    """
    return Draft(
        Lane.NORMAL,
        FirmwareStatusNotificationRequest(
            status=firmware_status,
        ),
    )


def announce_signed_firmware_status(update: Update) -> Draft:
    """SignedFirmwareStatusNotification.req. Triggered by a handler or the application.

    OCPP 1.6 whitepaper L01.
    """
    return Draft(
        Lane.NORMAL,
        SignedFirmwareStatusNotificationRequest(
            status=update.status,
            request_id=update.request_id,
        ),
    )
