"""Controls a virtual station from outside: acts, a station file with a scenario, and the control channel.

See docs/control.md for the protocol of the channel and docs/station.md for the station file.
"""
