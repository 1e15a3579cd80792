"""What tests of charge points need. Needs the extra ``testing``.

* :func:`connector_test`: a Hypothesis state machine for a connector chart, ours or yours.
* :func:`messages`, :func:`payloads`, :func:`requests`, :func:`responses`, :func:`timestamps`,
  :func:`handler_arguments`: Hypothesis strategies.
* :class:`VirtualChargePoint`: a charge point whose clock is a number.
"""

from ocpp16sm.testing.connector import ConnectorTest, connector_test
from ocpp16sm.testing.handler_calls import handler_arguments
from ocpp16sm.testing.strategies import messages, payloads, requests, responses, timestamps
from ocpp16sm.testing.virtual import VirtualChargePoint

__all__ = [
    "ConnectorTest",
    "VirtualChargePoint",
    "connector_test",
    "handler_arguments",
    "messages",
    "payloads",
    "requests",
    "responses",
    "timestamps",
]
