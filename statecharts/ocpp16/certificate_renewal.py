"""Renewal of the charge point's certificate (security whitepaper A02, A03).

Guards: ``may_ask_again`` - CertSigningRepeatTimes is not exhausted; ``is_used`` - connections use client certificates
(security profile 3), and the accepted certificate is the newest and has not been used for a connection yet.

Hooks: ``begin`` - reset the number of attempts; ``make_request`` - generate a key and a certificate signing request;
``send_request`` - send SignCertificate; ``try_certificate`` - connect with the new certificate;
``keep_certificate`` - delete the older ones; ``drop_certificate`` - delete the new one, because it does not connect.
"""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class CertificateRenewal(OcppChart):
    """Renews the certificate. One may arrive at any time, also unrequested; it is accepted if its key is ours."""

    Idle = State(initial=True)

    class asking(State.Compound):
        MakingRequest = State(enter="make_request", initial=True)
        Requesting = State(enter="send_request")
        AwaitingCertificate = State(enter="arm_overdue", exit="disarm_overdue")

        MakingRequest.to(Requesting, event="request_made")  # A02.FR.03
        Requesting.to(AwaitingCertificate, event="request_accepted")  # A02.FR.11
        AwaitingCertificate.to(MakingRequest, event="certificate_overdue", cond="may_ask_again")
        AwaitingCertificate.to(MakingRequest, event="renewal_requested", on="begin")

    OnTrial = State(enter="try_certificate")

    Idle.to(asking.MakingRequest, event="renewal_requested", on="begin")  # A02.FR.02, A03.FR.02
    asking.MakingRequest.to(Idle, event="request_failed")
    asking.Requesting.to(Idle, event="request_refused")  # A02.FR.12
    asking.AwaitingCertificate.to(Idle, event="certificate_overdue")
    Idle.to(OnTrial, event="certificate_accepted", cond="is_used")  # A02.FR.08
    asking.to(OnTrial, event="certificate_accepted", cond="is_used")
    asking.to(Idle, event="certificate_accepted")
    OnTrial.to(OnTrial, event="certificate_accepted", cond="is_used")
    OnTrial.to(Idle, event="trial_won", on="keep_certificate")  # A02.FR.10
    OnTrial.to(Idle, event="trial_lost", on="drop_certificate")

    timers = (
        Timer("certificate_overdue", "arm_overdue", "disarm_overdue", "CertSigningWaitMinimum, doubled each time, s"),
    )

    ignored = {  # noqa: RUF012 - declarations
        "renewal_requested": "MakingRequest Requesting OnTrial",  # in progress; OnTrial: the trial ends first
        "request_made": "Idle Requesting AwaitingCertificate OnTrial",  # a certificate arrived in the meantime
        "request_failed": "Idle Requesting AwaitingCertificate OnTrial",
        "request_accepted": "Idle MakingRequest AwaitingCertificate OnTrial",
        "request_refused": "Idle MakingRequest AwaitingCertificate OnTrial",
        "certificate_overdue": "Idle MakingRequest Requesting OnTrial",
        "certificate_accepted": "Idle OnTrial",  # not needed now, or the same certificate again
        "trial_won": "Idle asking",
        "trial_lost": "Idle asking",
    }
