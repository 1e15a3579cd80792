"""An embedded Central System for demos and tests. It stores nothing and is not meant for production.

::

    async with CentralSystem() as central_system:                      # a free port on loopback
        peer = await central_system.peer("CP001")                      # waits for the charge point
        await peer.expect("BootNotification")
        await peer.call(RemoteStartTransactionRequest(id_tag="TAG", connector_id=1))

A :class:`Policy` determines its answers: who may connect, who is registered when, which idTags are accepted, and which
faults occur. ``CentralSystem(tls=ocpp16sm.network.tls.server_context(certificate, key))`` listens with TLS.
:class:`LocalTransport` connects a charge point in the same program without a network; :class:`Conversation` handles the
frames of one charge point as text in, text out.
"""

from ocpp16sm.csms.contracts import Contracts
from ocpp16sm.csms.conversation import CallRefusedError, Conversation, Heard, Outcome, Reply
from ocpp16sm.csms.local import LocalTransport
from ocpp16sm.csms.policy import InjectedFault, Policy, RequestHandler, Transaction
from ocpp16sm.csms.server import CentralSystem, Peer, Witness
from ocpp16sm.csms.tariff import Tariff

__all__ = [
    "CallRefusedError",
    "CentralSystem",
    "Contracts",
    "Conversation",
    "Heard",
    "InjectedFault",
    "LocalTransport",
    "Outcome",
    "Peer",
    "Policy",
    "Reply",
    "RequestHandler",
    "Tariff",
    "Transaction",
    "Witness",
]
