"""The protocol without I/O: inputs and text go in with their instant, effects come out (OCPP 1.6, OCPP-J 1.6).

Nothing in here reads a clock, opens a socket or draws a random number; whoever runs a :class:`~.protocol.Core` does.
"""
