"""The charge point without I/O: inputs go in with the time at which they happened, effects come out.

Nothing in this package reads a clock, opens a socket or draws a random number. That is the job of whoever runs a
:class:`~.protocol.Core`.
"""
