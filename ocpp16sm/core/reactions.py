"""Which feature of the core hears of what: answers of the Central System, transactions, prices, the connection."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ocpp16sm.core.engine.outgoing_calls import Reaction
from ocpp16sm.core.wiring import OPERATIONS
from ocpp16sm.records import QueuedRequest, TransactionRecord

if TYPE_CHECKING:
    from ocpp16sm.core.protocol import Core


def connect(core: "Core") -> None:
    """Have the features of a charge point hear of each other."""
    transactions = core.transactions
    core.authorization.conflict = core.reports.list_conflict
    smart_charging, pricing = core.smart_charging, core.pricing
    transactions.began = _in_turn(smart_charging.transaction_began, pricing.transaction_began)
    transactions.named = _in_turn(smart_charging.transaction_named, pricing.transaction_named)
    transactions.ended = _in_turn(smart_charging.transaction_ended, pricing.transaction_ended)
    core.readings.metered = pricing.metered
    core.reports.lasts = pricing.status_lasts
    core.data_transfer.delivered = pricing.delivered
    core.authorization.asked = core.price_texts.asked
    core.authorization.granted = core.price_texts.granted
    core.authorization.granted_here = core.price_texts.granted_here
    core.contract_authorization.granted = core.price_texts.contract_granted
    core.wall_clock.corrected = [transactions.correct, core.readings.correct]
    core.link.changed = lambda: _link_changed(core)
    core.registration.began = lambda: _look_at_certificates(core)
    core.calls.sent = core.registration.beat_later
    core.calls.boot_failed = core.registration.boot_failed
    core.calls.reactions = {
        "BootNotification": Reaction(core.registration.boot_answered),
        "Heartbeat": Reaction(core.registration.heartbeat_answered),
        "SignCertificate": Reaction(core.certificate_renewal.answered, core.certificate_renewal.failed),
        "Authorize": Reaction(core.authorization.answered, core.authorization.failed),
        "DataTransfer": Reaction(core.data_transfer.answered, core.data_transfer.failed, pricing.fill_in),
        "StartTransaction": Reaction(transactions.start_answered, transactions.start_failed),
        "StopTransaction": Reaction(transactions.stop_answered, transactions.stop_failed, transactions.fill_in),
        "MeterValues": Reaction(
            lambda _request, _response: None, None, lambda request: _with_transaction_id(core, request)
        ),
    }
    for action, job in (
        ("FirmwareStatusNotification", core.firmware),
        ("SignedFirmwareStatusNotification", core.firmware),
        ("DiagnosticsStatusNotification", core.log_uploads.diagnostics),
        ("LogStatusNotification", core.log_uploads.log),
    ):
        core.calls.reactions[action] = Reaction(job.heard, job.unheard)
    core.incoming_calls.operation = lambda action: OPERATIONS[action](core) if action in OPERATIONS else None
    core.incoming_calls.even_unsupported = frozenset({"GetLocalListVersion", "ReserveNow", "SendLocalList"})
    core.incoming_calls.instead = {
        "TriggerMessage": core.triggers.unknown,
        "ExtendedTriggerMessage": core.triggers.unknown,
    }


def _with_transaction_id(core: "Core", request: QueuedRequest) -> Any:
    """Readings of a transaction that is delivered may still be due for its price."""
    filled = core.transactions.fill_in(request)
    return core.pricing.fill_in(request) if filled is request.request else filled


def _link_changed(core: "Core") -> None:
    """There is a connection now, or none any more."""
    core.smart_charging.link_changed()
    core.price_texts.tell_default()
    _look_at_certificates(core)


def _look_at_certificates(core: "Core") -> None:
    """There may be somebody now who could be asked for them."""
    core.certificate_renewal.connected()
    core.v2g_certificate.connected()
    core.ocsp.connected()


def _in_turn(*reactions: Callable[[TransactionRecord], None]) -> Callable[[TransactionRecord], None]:
    """Have several features react."""

    def react(record: TransactionRecord) -> None:
        for reaction in reactions:
            reaction(record)

    return react
