"""Connects the features: which feature is notified of responses, transactions, prices and the connection."""

from typing import Any

from ocpp16sm.core.connectors.connectors import Connector
from ocpp16sm.core.engine.outgoing_calls import Reaction
from ocpp16sm.core.features import Features
from ocpp16sm.records import QueuedRequest


def connect(features: Features) -> None:
    """Connect the features of a charge point to each other's notifications and to responses of the Central System."""
    transactions = features.transactions
    features.sessions.ended.connect(lambda connector: _session_ended(features, connector))
    features.authorization.conflict.connect(features.reports.list_conflict)
    smart_charging, pricing = features.smart_charging, features.pricing
    transactions.began.connect(smart_charging.transaction_began, pricing.transaction_began)
    transactions.named.connect(smart_charging.transaction_named, pricing.transaction_named)
    transactions.ended.connect(smart_charging.transaction_ended, pricing.transaction_ended)
    features.readings.metered.connect(pricing.metered)
    features.reports.lasts.connect(pricing.status_lasts)
    features.data_transfer.delivered.connect(pricing.delivered)
    features.authorization.asked.connect(features.price_texts.asked)
    features.authorization.granted_here.connect(features.price_texts.granted_here)
    features.contract_authorization.granted.connect(features.price_texts.contract_granted)
    features.wall_clock.corrected.connect(transactions.correct, features.readings.correct)
    features.link.changed.connect(lambda: _link_changed(features))
    features.registration.began.connect(lambda: _resume_certificate_requests(features))
    features.outgoing_calls.sent.connect(features.registration.beat_later)
    features.outgoing_calls.boot_failed.connect(features.registration.boot_failed)
    features.outgoing_calls.reactions = {
        "BootNotification": Reaction(features.registration.boot_answered),
        "Heartbeat": Reaction(features.registration.heartbeat_answered),
        "SignCertificate": Reaction(features.certificate_renewal.answered, features.certificate_renewal.failed),
        "Authorize": Reaction(
            lambda request, response: features.authorization.answered(request, response, features.price_texts.granted),
            features.authorization.failed,
        ),
        "DataTransfer": Reaction(features.data_transfer.answered, features.data_transfer.failed, pricing.fill_in),
        "StartTransaction": Reaction(transactions.start_answered, transactions.start_failed),
        "StopTransaction": Reaction(transactions.stop_answered, transactions.stop_failed, transactions.fill_in),
        "MeterValues": Reaction(
            lambda _request, _response: None, None, lambda request: _with_transaction_id(features, request)
        ),
    }
    for action, job in (
        ("FirmwareStatusNotification", features.firmware),
        ("SignedFirmwareStatusNotification", features.firmware),
        ("DiagnosticsStatusNotification", features.log_uploads.diagnostics),
        ("LogStatusNotification", features.log_uploads.log),
    ):
        features.outgoing_calls.reactions[action] = Reaction(job.heard, job.unheard)
    features.incoming_calls.instead = {
        "TriggerMessage": features.triggers.unknown,
        "ExtendedTriggerMessage": features.triggers.unknown,
    }


def _with_transaction_id(features: Features, request: QueuedRequest) -> Any:
    """Fill in the transactionId of MeterValues.

    Pricing knows the id of a transaction that has been delivered and forgotten while readings for its price are queued.
    """
    filled = features.transactions.fill_in(request)
    return features.pricing.fill_in(request) if filled is request.request else filled


def _session_ended(features: Features, connector: Connector) -> None:
    """A session can end before its transaction does."""
    features.pricing.session_ended(connector.id)
    if connector.identified_now:
        features.smart_charging.session_ended(connector.id)


def _link_changed(features: Features) -> None:
    features.smart_charging.link_changed()
    features.price_texts.tell_default()
    _resume_certificate_requests(features)


def _resume_certificate_requests(features: Features) -> None:
    """Resume certificate requests that may have been waiting for a connection or for the registration."""
    features.certificate_renewal.connected()
    features.v2g_certificate.connected()
    features.ocsp.connected()
