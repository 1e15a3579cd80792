"""Which feature of the core hears of what: answers of the Central System, transactions, prices, the connection."""

from collections.abc import Callable
from typing import Any

from ocpp16sm.core.engine.outgoing_calls import Reaction
from ocpp16sm.core.features import Features
from ocpp16sm.core.wiring import OPERATIONS
from ocpp16sm.records import QueuedRequest, TransactionRecord


def connect(features: Features) -> None:
    """Have the features of a charge point hear of each other."""
    transactions = features.transactions
    features.authorization.conflict = features.reports.list_conflict
    smart_charging, pricing = features.smart_charging, features.pricing
    transactions.began = _in_turn(smart_charging.transaction_began, pricing.transaction_began)
    transactions.named = _in_turn(smart_charging.transaction_named, pricing.transaction_named)
    transactions.ended = _in_turn(smart_charging.transaction_ended, pricing.transaction_ended)
    features.readings.metered = pricing.metered
    features.reports.lasts = pricing.status_lasts
    features.data_transfer.delivered = pricing.delivered
    features.authorization.asked = features.price_texts.asked
    features.authorization.granted = features.price_texts.granted
    features.authorization.granted_here = features.price_texts.granted_here
    features.contract_authorization.granted = features.price_texts.contract_granted
    features.wall_clock.corrected = [transactions.correct, features.readings.correct]
    features.link.changed = lambda: _link_changed(features)
    features.registration.began = lambda: _look_at_certificates(features)
    features.outgoing_calls.sent = features.registration.beat_later
    features.outgoing_calls.boot_failed = features.registration.boot_failed
    features.outgoing_calls.reactions = {
        "BootNotification": Reaction(features.registration.boot_answered),
        "Heartbeat": Reaction(features.registration.heartbeat_answered),
        "SignCertificate": Reaction(features.certificate_renewal.answered, features.certificate_renewal.failed),
        "Authorize": Reaction(features.authorization.answered, features.authorization.failed),
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
    features.incoming_calls.operation = lambda action: OPERATIONS[action](features) if action in OPERATIONS else None
    features.incoming_calls.even_unsupported = frozenset({"GetLocalListVersion", "ReserveNow", "SendLocalList"})
    features.incoming_calls.instead = {
        "TriggerMessage": features.triggers.unknown,
        "ExtendedTriggerMessage": features.triggers.unknown,
    }


def _with_transaction_id(features: Features, request: QueuedRequest) -> Any:
    """Readings of a transaction that is delivered may still be due for its price."""
    filled = features.transactions.fill_in(request)
    return features.pricing.fill_in(request) if filled is request.request else filled


def _link_changed(features: Features) -> None:
    """There is a connection now, or none any more."""
    features.smart_charging.link_changed()
    features.price_texts.tell_default()
    _look_at_certificates(features)


def _look_at_certificates(features: Features) -> None:
    """There may be somebody now who could be asked for them."""
    features.certificate_renewal.connected()
    features.v2g_certificate.connected()
    features.ocsp.connected()


def _in_turn(*reactions: Callable[[TransactionRecord], None]) -> Callable[[TransactionRecord], None]:
    """Have several features react."""

    def react(record: TransactionRecord) -> None:
        for reaction in reactions:
            reaction(record)

    return react
