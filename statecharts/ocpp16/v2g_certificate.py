"""Renewal of the certificate that the charge point presents to EVs (ISO 15118), by analogy with whitepaper A02, A03.

Guard: ``may_ask_again`` - CertSigningRepeatTimes is not exhausted.

Hooks: ``begin`` - reset the number of attempts; ``make_request`` - generate a key and a certificate signing request;
``send_v2g_request`` - send SignCertificate over DataTransfer.
"""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class V2gCertificate(OcppChart):
    """Renews the V2G certificate. A new certificate needs no trial; it is presented to the next EV."""

    Idle = State(initial=True)

    class asking(State.Compound):
        MakingRequest = State(enter="make_request", initial=True)
        Requesting = State(enter="send_v2g_request")
        AwaitingCertificate = State(enter="arm_overdue", exit="disarm_overdue")

        MakingRequest.to(Requesting, event="request_made")  # A02.FR.03
        Requesting.to(AwaitingCertificate, event="request_accepted")  # A02.FR.11
        AwaitingCertificate.to(MakingRequest, event="certificate_overdue", cond="may_ask_again")
        AwaitingCertificate.to(MakingRequest, event="renewal_requested", on="begin")

    Idle.to(asking.MakingRequest, event="renewal_requested", on="begin")  # A02.FR.02, A03.FR.02
    asking.MakingRequest.to(Idle, event="request_failed")
    asking.Requesting.to(Idle, event="request_refused")  # A02.FR.12
    asking.AwaitingCertificate.to(Idle, event="certificate_overdue")
    asking.to(Idle, event="certificate_accepted")

    timers = (
        Timer("certificate_overdue", "arm_overdue", "disarm_overdue", "CertSigningWaitMinimum, doubled each time, s"),
    )

    ignored = {  # noqa: RUF012 - declarations
        "renewal_requested": "MakingRequest Requesting",  # a renewal is in progress
        "request_made": "Idle Requesting AwaitingCertificate",  # a certificate arrived in the meantime
        "request_failed": "Idle Requesting AwaitingCertificate",
        "request_accepted": "Idle MakingRequest AwaitingCertificate",
        "request_refused": "Idle MakingRequest AwaitingCertificate",
        "certificate_overdue": "Idle MakingRequest Requesting",
        "certificate_accepted": "Idle",  # not requested here
    }
