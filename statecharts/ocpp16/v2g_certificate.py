"""The certificate that the charge point shows to cars (ISO 15118): asked for and received (whitepaper A02, A03 alike).

Guard: ``may_ask_again`` - CertSigningRepeatTimes is not used up.

Hooks: ``begin`` - nobody was asked so far; ``make_request`` - have a key made, and a request for it;
``send_v2g_request`` - say SignCertificate, over DataTransfer.
"""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class V2gCertificate(OcppChart):
    """Nothing is tried: a certificate that has come is shown to the next car."""

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
        "renewal_requested": "MakingRequest Requesting",  # one is on its way
        "request_made": "Idle Requesting AwaitingCertificate",  # a certificate came meanwhile
        "request_failed": "Idle Requesting AwaitingCertificate",
        "request_accepted": "Idle MakingRequest AwaitingCertificate",
        "request_refused": "Idle MakingRequest AwaitingCertificate",
        "certificate_overdue": "Idle MakingRequest Requesting",
        "certificate_accepted": "Idle",  # nobody here has asked for it
    }
